/** A scenario file does not name its system: vmcheck recognises it, or the command names it. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { systemOfScenario } from '../../src/core/scenario-file.ts';
import { systems } from '../../src/systems.ts';
import type { Scenario } from '../../src/system.ts';
import { defineSystem, field, upTo } from '../../src/index.ts';
import { folder } from './folder.ts';
import { ownSystem } from './own-system.ts';
import { vmcheck } from './terminal.ts';

/** A host of the real systems with one scenario in it. */
function files(scenario: unknown) {
  const cwd = folder();
  writeFileSync(join(cwd, 'mine.json'), JSON.stringify(scenario));
  return { cwd, systems };
}

const first = (name: string): Scenario =>
  systems.find((system) => system.name === name)!.scenarios[0];

test('every scenario of the library is recognised by its fields', () => {
  for (const system of systems) {
    for (const scenario of system.scenarios) {
      expect(systemOfScenario(systems, scenario)?.name).toBe(system.name);
    }
  }
  expect(systemOfScenario(systems, { name: 'x', purpose: 'y' })).toBeUndefined();
  for (const other of [null, 3, 'x', [], {}]) {
    expect(systemOfScenario(systems, other)).toBeUndefined();
  }
});

test.each(systems.map(({ name }) => name))('a file of %s needs no system named', async (name) => {
  const words = ['explore', '--scenario', './mine.json', '--depth', '1'];
  const { code, stdout, stderr } = await vmcheck(words, files(first(name)));
  expect(stderr).toBe('');
  expect([0, 2]).toContain(code);
  expect(stdout.startsWith(`${name} `)).toBe(true);
});

test('an error in a file is reported for its system', async () => {
  const words = ['explore', '--scenario', './mine.json'];
  const { code, stderr } = await vmcheck(words, files({ ...first('minix-vm'), frame: 3 }));
  expect(code).toBe(64);
  expect(stderr).toContain('frame: there is no such field: did you mean frames?');
});

test('the wrong system is refused with the name of the right one', async () => {
  const words = ['explore', 'almos-mkh', '--scenario', './mine.json'];
  const refused = await vmcheck(words, files(first('codezero-mm0')));
  expect(refused.code).toBe(64);
  expect(refused.stderr).toContain(
    './mine.json: by its fields it is a scenario of codezero-mm0, not of almos-mkh: ' +
      'name the system codezero-mm0 (',
  );
  const named = await vmcheck(['explore', '--scenario', 'cowmap'], { systems });
  expect(named).toMatchObject({ code: 64, stdout: '' });
  expect(named.stderr).toBe(
    'vmcheck: scenario cowmap belongs to minix-vm, not to almos-mkh: name the system minix-vm\n',
  );
});

/** A host of systems that each have one field, `most`, up to some number. */
function ofMost(bounds: Readonly<Record<string, number>>, scenario: unknown) {
  const own = Object.entries(bounds).map(([name, most]) =>
    defineSystem({
      name,
      sentence: 'Counts up.',
      scenario: { most: field.whole(1, most, 'How far.') },
      scenarios: [{ name: 'least', most: 1 }],
      scope: (one) => one,
      state: () => ({ count: upTo(9) }),
      threads: () => ['t'],
      rules: () => [],
      invariants: [],
      finished: () => true,
    }),
  );
  return { ...files(scenario), systems: own };
}

const exploreMine = ['explore', '--scenario', './mine.json'];

test('of systems with the same fields, that is taken which can read it', async () => {
  const host = ofMost({ few: 3, many: 9 }, { name: 'mine', most: 7 });
  const { code, stdout } = await vmcheck(exploreMine, host);
  expect(stdout).toContain('many 1 as written · mine: most 7 · plain');
  expect(code).toBe(0);
});

test('a file that fits several systems, or none, is refused', async () => {
  const several = ofMost({ few: 3, many: 9 }, { name: 'mine', most: 2 });
  expect(await vmcheck(exploreMine, several)).toEqual({
    code: 64,
    stdout: '',
    stderr: 'vmcheck: ./mine.json: it can be of few or of many: name the system\n',
  });
  for (const scenario of [{ name: 'mine', colour: 'red' }, { name: 'mine' }, [], 7]) {
    expect(await vmcheck(exploreMine, files(scenario))).toEqual({
      code: 64,
      stdout: '',
      stderr:
        'vmcheck: ./mine.json: by its fields it is a scenario of no system here: ' +
        'name the system\n',
    });
  }
});

test('a system that would read anything is not given a scenario of another', async () => {
  const host = files(first('minix-vm'));
  writeFileSync(join(host.cwd, 'tickets.mjs'), ownSystem());
  const words = ['explore', './tickets.mjs', '--scenario', './mine.json'];
  expect(await vmcheck(words, host)).toEqual({
    code: 64,
    stdout: '',
    stderr:
      'vmcheck: ./mine.json: by its fields it is a scenario of minix-vm, not of tickets: ' +
      'name the system minix-vm\n',
  });
});

test('in the configuration of a gate, too', async () => {
  const host = files(first('minix-vm'));
  const entry = { system: 'almos-mkh', scenario: './mine.json', expected: { outcome: 'holds' } };
  const write = (matrix: unknown) =>
    writeFileSync(join(host.cwd, 'gate.json'), JSON.stringify({ version: 1, matrix }));
  write([entry]);
  const refused = await vmcheck(['gate', '--config', 'gate.json'], host);
  expect(refused.code).toBe(64);
  expect(refused.stderr).toContain('gate.json: matrix[0]: ./mine.json: by its fields it is a');
  write([{ ...entry, scenario: 'cowmap' }]);
  const other = await vmcheck(['gate', '--config', 'gate.json'], host);
  expect(other.stderr).toContain(
    'matrix[0]: scenario cowmap belongs to minix-vm, not to almos-mkh',
  );
});
