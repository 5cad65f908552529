/** Searches that are killed while they write checkpoints, and are resumed. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { mulberry32 } from '../../src/explorer/frontier/random-walk.ts';
import { programOf } from './child.ts';
import { folder } from './folder.ts';
import { only } from './told.ts';

const entry = programOf();

/** A search with a depth limit, of more counters than could be explored completely. */
const search = ['explore', 'counters', '--depth', '16', '--format', 'json'];
const often = ['--checkpoint-interval', '0.001'];

function verdict(stdout: string): unknown {
  const { outcome, limit, counts, coverage, breaches } = only(stdout);
  const { states, transitions, depth, frontier } = counts;
  return { outcome, limit, states, transitions, depth, frontier, coverage, breaches };
}

/**
 * A module that Node loads before the command. It kills the process at the n-th call that writes,
 * flushes or renames a file, so that the moment depends on the search and not on the load of the
 * machine.
 */
function killedAt(call: number): string {
  const code = `
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    let left = ${call};
    for (const name of ['writeSync', 'fsyncSync', 'renameSync']) {
      const original = fs[name];
      fs[name] = (...args) => {
        if (--left === 0) process.kill(process.pid, 'SIGKILL');
        return original(...args);
      };
    }
    syncBuiltinESMExports();`;
  return `--import=data:text/javascript,${encodeURIComponent(code)}`;
}

/** Runs to the end; undefined if the n-th such call killed it before. */
function run(words: readonly string[], call = Infinity): string | undefined {
  const killing = call === Infinity ? {} : { NODE_OPTIONS: killedAt(call) };
  const { signal, stdout, stderr } = spawnSync(entry, words, {
    encoding: 'utf8',
    env: { ...process.env, ...killing },
  });
  expect(stderr).toBe('');
  return signal === null ? stdout : undefined;
}

test('kill -9 at any call that touches a checkpoint, and --resume, end in the same verdict', () => {
  const alone = verdict(run(search)!);
  const random = mulberry32(7);
  for (let round = 0; round < 2; round++) {
    const file = join(folder(), 'search');
    let killed = 0;
    let ended: string | undefined;
    while (ended === undefined) {
      const resumed = existsSync(file) ? ['--resume', file] : ['--checkpoint', file];
      // Later and later: at first within the first checkpoint, at last after the end.
      const call = 1 + Math.floor(10 * (killed + 1) * random());
      ended = run([...search, ...resumed, ...often], call);
      if (ended === undefined) killed++;
    }
    expect(killed).toBeGreaterThan(3);
    expect(verdict(ended)).toEqual(alone);
  }
});
