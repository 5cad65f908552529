/** A counterexample whose scenario has too few objects for its own trace is bad input. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { systems } from '../../src/systems.ts';
import { folder } from '../cli/folder.ts';
import { vmcheck } from '../cli/terminal.ts';

test('replay refuses it, with the reason and exit code 64', async () => {
  const cwd = folder();
  const text = readFileSync('counterexamples/minix-vm/legit-write-succeeds.map-own-child.json');
  const saved = JSON.parse(text.toString());
  const scenario = { ...saved.scenario, physRegions: 1 };
  writeFileSync(join(cwd, 'small.json'), JSON.stringify({ ...saved, scenario }));
  const { code, stdout } = await vmcheck(['replay', 'small.json'], { cwd, systems });
  expect(stdout).toMatch(/^✗ small\.json: scenario: physRegions: more than 1 are needed; raise it/);
  expect(code).toBe(64);

  writeFileSync(join(cwd, 'good.json'), text);
  const json = await vmcheck(['replay', '.', '--format', 'json'], { cwd, systems });
  expect(JSON.parse(json.stdout)).toMatchObject({
    verdict: 'refused',
    asExpected: 1,
    notAsExpected: 1,
    results: [{ outcome: 'violated' }, { outcome: 'refused', ok: false }],
  });
  expect(json.code).toBe(64);
});
