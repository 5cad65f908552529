/** Saved results stay valid: every counterexample replays, and the gate passes. */

import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { systems } from '../src/systems.ts';
import { folder } from './cli/folder.ts';
import { vmcheck } from './cli/terminal.ts';
import { long } from './extent.ts';

interface Config {
  readonly version: number;
  readonly matrix: readonly { readonly expected: { readonly states: number } }[];
}

describe('the saved counterexamples', () => {
  test('every one still ends in its violation', async () => {
    const { code, stdout, stderr } = await vmcheck(['replay', 'counterexamples'], { systems });
    const files = readdirSync('counterexamples', { recursive: true, encoding: 'utf8' });
    const count = files.filter((name) => name.endsWith('.json')).length;
    expect(stderr).toBe('');
    expect(stdout).toContain(`${count} as expected, 0 not`);
    expect(stdout).not.toContain('✗');
    expect(stdout).not.toContain('save it again');
    expect(code).toBe(0);
  });

  // A trace that passes an earlier violation of its invariant shows nothing new at its end, except
  // for invariants about statements, such as accesses without a lock.
  test('none passes an earlier violation of its invariant, except for the lock discipline', () => {
    const files = readdirSync('counterexamples', { recursive: true, encoding: 'utf8' });
    const again = files
      .filter((name) => name.endsWith('.json'))
      .map((name) => ({ name, saved: JSON.parse(readFileSync(`counterexamples/${name}`, 'utf8')) }))
      .filter(({ saved }) => saved.earlier !== undefined);
    const groupOf = (system: string, invariant: string) =>
      systems.find(({ name }) => name === system)?.invariants.find(({ name }) => name === invariant)
        ?.group;
    const others = again.filter(
      ({ saved }) => groupOf(saved.system, saved.invariant) !== 'discipline',
    );
    expect(again.length).toBeGreaterThan(0);
    expect(others.map(({ name }) => name)).toEqual([]);
  });

  test('every system has some', () => {
    const folders = readdirSync('counterexamples').sort();
    expect(folders).toEqual(systems.map(({ name }) => name).sort());
  });
});

describe('vmcheck.config.json', () => {
  const whole = JSON.parse(readFileSync('vmcheck.config.json', 'utf8')) as Config;
  /**
   * One in four of the searches of up to this many states; the counterexamples are replayed above.
   */
  const isQuick = ({ expected }: Config['matrix'][0], i: number): boolean =>
    expected.states <= 2_500 && i % 4 === 0;

  test.runIf(!long)(
    'a part of the gate passes with the verdicts, trace lengths and numbers of states it names',
    async () => {
      const file = join(folder(), 'gate.json');
      const matrix = whole.matrix.filter(isQuick);
      writeFileSync(file, JSON.stringify({ version: whole.version, matrix }));
      const { code, stdout } = await vmcheck(['gate', '--config', file], { systems });
      expect(stdout).not.toContain('✗');
      expect(stdout).toContain(`${matrix.length} as expected, 0 not`);
      expect(code).toBe(0);
    },
  );

  test.runIf(long)(
    'the gate passes with the verdicts, trace lengths and numbers of states it names',
    async () => {
      const { code, stdout } = await vmcheck(['gate'], { systems });
      expect(stdout).not.toContain('✗');
      expect(code).toBe(0);
    },
  );
});
