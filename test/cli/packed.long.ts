/** The example and the start of `init` from a packed tarball, outside of this repository. */

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { unpacked } from './packed.ts';

const FIXED = ['explore', '--scenario', 'out-of-memory', '--fix', 'test-under-lock'];

test('the copy-on-write kernel and a new system run from the package', () => {
  const place = unpacked();
  const program = join(place, 'node_modules/vmcheck/dist/cli/main.js');
  const runIn = (cwd: string, command: string, ...words: string[]) => {
    const env = { ...process.env, NO_COLOR: '1' };
    const { status, stdout, stderr } = spawnSync(command, words, { cwd, env, encoding: 'utf8' });
    return { code: status, stdout, stderr };
  };
  const cow = join(place, 'cow');
  cpSync(join(place, 'node_modules/vmcheck/examples/cow-kernel'), cow, { recursive: true });
  /** Expects the code and part of the output, and silence about everything else. */
  const expectRun = (words: readonly string[], code: number, part: string, cwd = cow): void => {
    const ended = runIn(cwd, program, ...words);
    expect({ words, ...ended }).toMatchObject({ words, code, stderr: '' });
    expect(ended.stdout).toContain(part);
  };
  expectRun(['explore'], 1, 'violated  freed-once   28 steps');
  expectRun(['explore', '--fix', 'test-under-lock'], 0, 'holds  6 invariants');
  expectRun(['gate'], 0, '7 as expected, 0 not');
  expectRun(['replay'], 0, 'violates freed-once after 28 steps');
  expectRun([...FIXED, '--workers', '2'], 0, '1,483 states, 2,551 transitions');
  expectRun([...FIXED, '--merge'], 0, 'holds  6 invariants');
  expectRun([...FIXED, '--max-states', '500', '--checkpoint', 'saved'], 2, '500 states');
  expectRun([...FIXED, '--resume', 'saved'], 0, '1,483 states, 2,551 transitions');
  expectRun(['explore', '--save', 'found'], 1, 'replay with: vmcheck replay found/');
  const { module } = JSON.parse(
    readFileSync(join(cow, 'found/cow-kernel/freed-once.exit-exit.json'), 'utf8'),
  );
  expect(module).toBe('../../kernel.mjs');
  expectRun(['replay', 'cow/found'], 0, 'violates freed-once after 28 steps', place);

  const start = join(place, 'start');
  mkdirSync(start);
  expectRun(['init'], 0, 'wrote vmcheck.config.json', start);
  expectRun(['explore'], 1, 'violated  freed-once   15 steps', start);
  expectRun(['explore', '--fix', 'test-under-lock'], 0, 'holds  3 invariants', start);
  expectRun(['gate'], 0, '2 as expected, 0 not', start);
  expect(runIn(start, process.execPath, '--test').stdout).toContain('# pass 3');
  expect(existsSync(join(place, 'node_modules/vmcheck/docs/your-kernel.md'))).toBe(true);
});
