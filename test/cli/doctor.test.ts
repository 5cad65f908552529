/** `vmcheck doctor`: every law of models, with what came of it. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { laws } from '../../src/laws/laws.ts';
import { systems } from '../../src/systems.ts';
import { told } from '../report/validated.ts';
import { folder } from './folder.ts';
import { ownSystem } from './own-system.ts';
import { vmcheck } from './terminal.ts';

/** The tickets, with a step that depends on how often it was taken. */
function moody(): string {
  const cwd = folder();
  const text = `let calls = 0;${ownSystem()}`;
  const wrong = text.replace('cells[n] + 1;', 'cells[n] + 1 + (calls++ % 2);');
  expect(wrong).not.toBe(text);
  writeFileSync(join(cwd, 'tickets.mjs'), wrong);
  return cwd;
}

test.each(systems)('$name keeps all laws', async (system) => {
  const words = ['doctor', system.name, '--walks', '1', '--depth', '12'];
  const { code, stdout, stderr } = await vmcheck(words, { systems });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const lines = stdout.trimEnd().split('\n');
  expect(lines[0]).toMatch(new RegExp(`^${system.name} · ${system.scenarios.length} scenarios · `));
  expect(lines.at(-1)).toBe('every law that can be checked is kept');
  for (const { name } of laws) {
    const checked = lines.find((line) => line.startsWith(`✓ ${name} `));
    const skipped = lines.find((line) => line.startsWith(`- ${name} `));
    expect(checked ?? skipped, name).toBeDefined();
    if (name !== 'symmetry-commutes' && name !== 'invariants-read-their-part') {
      expect(checked, name).toBeDefined();
    }
  }
});

test('a law that is broken is named, with the scenario and the trace', async () => {
  const cwd = moody();
  const { code, stdout } = await vmcheck(['doctor', './tickets.mjs', '--walks', '3'], { cwd });
  expect(code).toBe(65);
  expect(stdout).toContain('✗ steps-repeat');
  expect(stdout).toMatch(/ticket\.c:4 next = n \+ 1: leads to different states: word 0\./);
  expect(stdout).toContain('    scenario two, after this trace:\n      1  ');
  expect(stdout).toMatch(/^- states-round-trip +not checked: its replayer does not pack/m);
  expect(stdout).toMatch(/\n1 law broken\n$/);
});

test('the same seed gives the same report, as JSON, too', async () => {
  const cwd = moody();
  writeFileSync(join(cwd, 'right.mjs'), ownSystem());
  const words = ['doctor', './right.mjs', '--seed', '7', '--format', 'json'];
  const first = told('doctor', await vmcheck(words, { cwd }));
  expect(first).toEqual(told('doctor', await vmcheck(words, { cwd })));
  expect(first).toMatchObject({ verdict: 'lawful', seed: 7, scenarios: 2, planned: 2 });
  const wrong = told(
    'doctor',
    await vmcheck(['doctor', './tickets.mjs', '--format', 'json'], { cwd }),
  );
  expect(wrong['verdict']).toBe('wrong-model');
});

test('another seed takes other walks', async () => {
  const states = async (seed: string): Promise<unknown> => {
    const scenario = ['--scenario', 'cowmap-fails', '--walks', '3'];
    const words = ['doctor', 'minix-vm', ...scenario, '--seed', seed, '--format', 'json'];
    return told('doctor', await vmcheck(words, { systems }))['states'];
  };
  expect(await states('1')).not.toBe(await states('2'));
});

test('an interrupt ends it between two scenarios, with what was found so far', async () => {
  let asked = 0;
  const interrupted = (): boolean => asked++ > 0;
  const cwd = folder();
  writeFileSync(join(cwd, 'tickets.mjs'), ownSystem());
  const { code, stdout } = await vmcheck(['doctor', './tickets.mjs'], { cwd, interrupted });
  expect(code).toBe(2);
  expect(stdout).toMatch(/^tickets · 1 scenario of 2 · 10 random walks/);
});

test.each([
  [['--walks', '0'], /--walks/],
  [['--depth', 'x'], /--depth/],
  [['--scenario', 'tow'], /unknown scenario "tow" of tickets: did you mean two\?/],
])('%j is refused', async (more, message) => {
  const cwd = folder();
  writeFileSync(join(cwd, 'tickets.mjs'), ownSystem());
  const { code, stderr } = await vmcheck(['doctor', './tickets.mjs', ...more], { cwd });
  expect(code).toBe(64);
  expect(stderr).toMatch(message);
});
