/** Searches that are killed at random moments, and go on. */

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

import { mulberry32 } from '../../src/explorer/strategies/random.ts';
import { compile } from './child.ts';
import { folder } from './folder.ts';

const compiled = await compile();
afterAll(() => compiled.remove());

/** A search to a depth: of more counters than there is time for. */
const search = ['explore', 'counters', '--depth', '16', '--format', 'json'];
const often = ['--checkpoint-interval', '0.001'];

function verdict(stdout: string): unknown {
  const { outcome, limit, counts, coverage, breaches } = JSON.parse(stdout);
  const { states, transitions, depth, frontier } = counts;
  return { outcome, limit, states, transitions, depth, frontier, coverage, breaches };
}

/**
 * Runs until the end, or until it is killed, so many milliseconds after it has written `file`;
 * undefined if it was.
 */
function run(words: readonly string[], file: string, killAfter = 1e6): Promise<string | undefined> {
  const before = written(file);
  return new Promise((resolve) => {
    const child = spawn(compiled.entry, words);
    let stdout = '';
    let killing: NodeJS.Timeout | undefined;
    child.stdout.on('data', (part) => (stdout += part));
    const looking = setInterval(() => {
      if (written(file) === before) return;
      clearInterval(looking);
      killing = setTimeout(() => child.kill('SIGKILL'), killAfter);
    }, 2);
    child.on('close', (_code, signal) => {
      clearInterval(looking);
      clearTimeout(killing);
      resolve(signal === null ? stdout : undefined);
    });
  });
}

/** Which file it is: each checkpoint is another one, renamed. */
function written(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}

test('kill -9 at random moments and --resume end with the same verdict', async () => {
  const alone = verdict((await run(search, 'none'))!);
  const random = mulberry32(7);
  for (let round = 0; round < 2; round++) {
    const file = join(folder(), 'search');
    let killed = 0;
    let ended: string | undefined;
    while (ended === undefined) {
      const go = existsSync(file) ? ['--resume', file] : ['--checkpoint', file];
      // Later and later: at first only a level further, at last to the end.
      ended = await run([...search, ...go, ...often], file, 400 * killed * random());
      if (ended === undefined) killed++;
    }
    expect(killed).toBeGreaterThan(0);
    expect(verdict(ended)).toEqual(alone);
  }
});

test('a checkpoint that is cut, changed or of another search is refused with a sentence', () => {
  const file = join(folder(), 'search');
  const vmcheck = (...words: string[]) =>
    spawnSync(compiled.entry, words, { encoding: 'utf8' });
  vmcheck('explore', 'counters', '--depth', '8', '--checkpoint', file, ...often);
  const whole = readFileSync(file);

  const other = vmcheck('explore', 'counters', '--keep-going', '--resume', file);
  expect(other).toMatchObject({ status: 64, stdout: '' });
  expect(other.stderr).toContain('is a checkpoint of another search: its keepGoing differs');

  truncateSync(file, whole.length - 40);
  const cut = vmcheck('explore', 'counters', '--resume', file);
  expect(cut).toMatchObject({ status: 64, stdout: '' });
  expect(cut.stderr).toContain('is not a whole checkpoint of this version');

  whole[whole.length - 50]! ^= 1;
  writeFileSync(file, whole);
  const changed = vmcheck('explore', 'counters', '--resume', file);
  expect(changed).toMatchObject({ status: 64, stdout: '' });
  expect(changed.stderr).toContain('is not a whole checkpoint of this version');
});

test('a checkpoint that cannot be written ends the search as limited, with what was found', () => {
  const given = [...search, '--checkpoint', '/dev/full/search', ...often];
  const { status, stdout, stderr } = spawnSync(compiled.entry, given, {
    encoding: 'utf8',
  });
  expect(status).toBe(2);
  expect(stderr).toContain('cannot be written');
  expect(verdict(stdout)).toMatchObject({ outcome: 'limited', limit: 'disk' });
});
