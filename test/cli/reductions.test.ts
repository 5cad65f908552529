import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { systems } from '../../src/systems.ts';
import { folder } from './folder.ts';
import { vmcheck } from './terminal.ts';
import { only } from './told.ts';

const almos = ['explore', 'almos-mkh', '--scenario', 'cow-two-words', '--option', 'frameOrder=any'];

test('--symmetry marks the counts, and its counterexamples replay without it', async () => {
  const cwd = folder();
  const plain = await vmcheck([...almos, '--variant', 'fixed'], { systems });
  expect(plain.stdout).toMatch(/^holds .* · 1,672 states, /m);
  const fixed = await vmcheck([...almos, '--variant', 'fixed', '--symmetry'], { systems });
  expect(fixed.stdout).toMatch(/^holds .* · 322 states with symmetry, /m);
  const broken = await vmcheck([...almos, '--symmetry', '--save', 'found'], { systems, cwd });
  expect(broken.stdout).toMatch(
    /^violated {2}forks-exact {3}30 steps \(no shorter trace exists\)/m,
  );
  const replayed = await vmcheck(['replay', 'found'], { systems, cwd });
  expect(replayed).toMatchObject({ code: 0, stderr: '' });
  expect(readdirSync(join(cwd, 'found/almos-mkh'))).toHaveLength(1);
});

test('--merge does not call its traces the shortest, and they replay without it', async () => {
  const cwd = folder();
  const words = ['explore', 'minix-vm', '--scenario', 'map-fails'];
  const { stdout } = await vmcheck([...words, '--merge', '--save', 'found'], { systems, cwd });
  expect(stdout).toMatch(
    /^violated .* steps \(a shorter trace may exist\) · .* states with merge, /m,
  );
  expect(await vmcheck(['replay', 'found'], { systems, cwd })).toMatchObject({ code: 0 });
});

test('JSON lists the reductions', async () => {
  const args = [...almos, '--format', 'json'];
  const { stdout } = await vmcheck([...args, '--symmetry'], { systems });
  expect(only(stdout)).toMatchObject({ reductions: ['symmetry'] });
  const { stdout: without } = await vmcheck(args, { systems });
  expect(only(without)).toMatchObject({ reductions: [] });
});

test.each([
  ['minix-vm', /gives objects and frames canonical names between requests anyway/],
  [
    'almos-mkh --scenario cow-races-exit --variant fixed',
    /frame 0\.2 may be handed out next .* without symmetry, or let .* \(option frameOrder=any\)/,
  ],
  ['almos-mkh --por --checkpoint x', /--checkpoint cannot be combined with --por/],
  ['almos-mkh --strategy random', /--symmetry needs bfs or dfs/],
])('%s --symmetry is refused with the reason', async (words, reason) => {
  const ended = await vmcheck(['explore', ...words.split(' '), '--symmetry'], { systems });
  expect(ended).toMatchObject({ code: 64, stdout: '' });
  expect(ended.stderr).toMatch(reason);
});

test('a checkpoint can be resumed only with the same reductions', async () => {
  const cwd = folder();
  let time = 0;
  const now = () => (time += 10);
  const scenario = ['explore', 'codezero-mm0', '--scenario', 'cow-3'];
  const keeping = ['--checkpoint', 'kept', '--checkpoint-interval', '0.001'];
  const cut = await vmcheck([...scenario, '--symmetry', '--depth', '5', ...keeping], {
    systems,
    cwd,
    now,
  });
  expect(cut.code).toBe(2);
  const other = await vmcheck([...scenario, '--resume', 'kept'], { systems, cwd });
  expect(other).toMatchObject({ code: 64 });
  expect(other.stderr).toMatch(/checkpoint of another search: its reductions differs/);
  const same = await vmcheck([...scenario, '--symmetry', '--resume', 'kept'], { systems, cwd });
  expect(same.stdout).toMatch(/^holds .* · 234 states with symmetry, 610 transitions/m);
});
