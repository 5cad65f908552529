/** A scenario file does not name its system: vmcheck recognises it, or the command names it. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { systemOfScenario } from '../../src/core/scenario-file.ts';
import { systems } from '../../src/systems.ts';
import type { Scenario } from '../../src/system.ts';
import { folder } from './folder.ts';
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
