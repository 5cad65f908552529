/** What is saved stays true: every counterexample replays, and the gate passes. */

import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { systems } from '../src/systems.ts';
import { vmcheck } from './cli/terminal.ts';

describe('the saved counterexamples', () => {
  test('every one still breaks what it says, where it says', async () => {
    const { code, stdout, stderr } = await vmcheck(['replay', 'counterexamples'], { systems });
    const files = readdirSync('counterexamples', { recursive: true, encoding: 'utf8' });
    const count = files.filter((name) => name.endsWith('.json')).length;
    expect(stderr).toBe('');
    expect(stdout).toContain(`${count} as expected, 0 not`);
    expect(stdout).not.toContain('✗');
    expect(code).toBe(0);
  });

  test('every system has some', () => {
    const folders = readdirSync('counterexamples').sort();
    expect(folders).toEqual(systems.map(({ name }) => name).sort());
  });
});

describe('vmcheck.config.json', () => {
  test('the gate passes with the verdicts, trace lengths and numbers of states it names', async () => {
    const { code, stdout } = await vmcheck(['gate'], { systems });
    expect(stdout).not.toContain('✗');
    expect(code).toBe(0);
  });
});
