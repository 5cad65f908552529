/** Models that would make a run look like something that it is not. */

import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { explore } from '../../src/explore.ts';
import { counters as countersModel } from '../models/counters.ts';
import { lostFrame } from '../counterexample/saved.ts';
import { programOf } from './child.ts';
import { folder } from './folder.ts';
import { ownSystem } from './own-system.ts';
import { vmcheck } from './terminal.ts';

const main = programOf('src/cli/main.ts');

/** The tickets with something replaced, in a folder of their own. */
function tickets(written: string, instead: string): string {
  const cwd = folder();
  const right = ownSystem();
  expect(right).toContain(written);
  writeFileSync(
    join(cwd, 'tickets.mjs'),
    right.replace(written, () => instead),
  );
  return cwd;
}

test.each([
  ['in a step', 'cells[NEXT] = cells[n] + 1;', 'process.exit(0);'],
  ['while it is loaded', 'const NEXT = 0;', 'process.exit(0);'],
])('a model that ends the process %s gives no verdict', (_, written, instead) => {
  const cwd = tickets(written, instead);
  const { status, stdout, stderr } = spawnSync(main, ['explore', './tickets.mjs'], {
    cwd,
    encoding: 'utf8',
  });
  expect({ status, stdout, stderr }).toEqual({
    status: 65,
    stdout: '',
    stderr: 'vmcheck: the model ended the process, so there is no verdict\n',
  });
});

test.each([
  'Object.create(null)',
  '{ get message() { throw 1 }, toString() { throw 2 } }',
  'undefined',
  '"a\\nb"',
])('a model that throws %s is wrong, and that is all', async (thrown) => {
  const cwd = tickets('cells[NEXT] = cells[n] + 1;', `{ throw ${thrown}; }`);
  const { code, stdout, stderr } = await vmcheck(['explore', './tickets.mjs'], { cwd });
  expect({ code, stdout }).toEqual({ code: 65, stdout: '' });
  expect(stderr).toMatch(/^vmcheck: the model tickets is wrong: it throws /);
});

test('threads of one name are refused: a trace could not distinguish them', () => {
  const model = countersModel(2, 2);
  const threads = model.threads.map(() => 'T');
  expect(() => explore({ ...model, threads })).toThrow(
    'two threads are named "T": a saved trace could not distinguish them',
  );
});

test('a search is not resumed after a file that its module imports has changed', async () => {
  const cwd = tickets(
    'const NEXT = 0;',
    "import { step as more } from './lib/more.mjs';\nconst NEXT = 0; void more;",
  );
  mkdirSync(join(cwd, 'lib'));
  const helper = join(cwd, 'lib/more.mjs');
  writeFileSync(helper, 'export const step = 1;\n');
  const words = ['explore', './tickets.mjs', '--checkpoint', 'kept', '--max-states', '6'];
  expect((await vmcheck(words, { cwd })).code).toBe(2);
  const resume = ['explore', './tickets.mjs', '--resume', 'kept'];
  expect((await vmcheck(resume, { cwd })).code).toBe(1);
  writeFileSync(helper, 'export const step = 2;\n');
  const { code, stderr } = await vmcheck(resume, { cwd });
  expect(code).toBe(64);
  expect(stderr).toContain('module');
});

test('a counterexample that is a symbolic link is replayed', async () => {
  const { cwd, file } = await lostFrame();
  mkdirSync(join(cwd, 'linked'));
  symlinkSync(join(cwd, file), join(cwd, 'linked/one.json'));
  symlinkSync(join(cwd, 'nowhere'), join(cwd, 'linked/two.json'));
  const { code, stdout, stderr } = await vmcheck(['replay', 'linked'], { cwd });
  expect(stdout + stderr).toContain('linked/two.json');
  expect(code).toBe(64);
});
