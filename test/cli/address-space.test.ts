/**
 * Under `ulimit -v` the command reports what it needs, and uses the available address space. Linux
 * only.
 */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { withinAddressSpace } from '../../src/core/memory.ts';
import { programOf } from './child.ts';
import { only } from './told.ts';

const entry = programOf('src/cli/main.ts');

function within(kilobytes: number, ...words: string[]) {
  const command = `ulimit -v ${kilobytes} && exec "$0" "$@"`;
  return spawnSync('sh', ['-c', command, entry, ...words], { encoding: 'utf8' });
}

describe.runIf(existsSync('/proc/self/limits'))('with a limit of the address space', () => {
  test.each([400_000, 600_000, 899_999])(
    'of %d KB, one sentence says how much is needed',
    (limit) => {
      const needed = 'Node needs 900000 KB of address space to start';
      expect(within(limit, 'explore')).toMatchObject({
        status: 64,
        stdout: '',
        stderr: `vmcheck: ${needed}, and may have ${limit}: raise the limit (ulimit -v)\n`,
      });
    },
  );

  test('a search takes the threads and the memory that there are', () => {
    const large = ['--scenario', 'scenarios/almos-mkh/large.json', '--variant', 'fixed'];
    const words = ['explore', 'almos-mkh', ...large, '--workers', '4', '--format', 'json'];
    const { status, stdout, stderr } = within(920_000, ...words);
    const told = 'the address space (ulimit -v) has room for 1 of 4 threads: the search uses 1';
    expect({ status, stderr }).toEqual({ status: 2, stderr: `vmcheck: ${told}\n` });
    expect(only(stdout)).toMatchObject({ outcome: 'limited', limit: 'memory' });
  });
});

test('threads and memory are cut to the address space that is left', () => {
  const [mega, giga] = [2 ** 20, 2 ** 30];
  expect(withinAddressSpace(8, giga, 50 * mega, Infinity)).toEqual({ threads: 8, limit: giga });
  expect(withinAddressSpace(8, giga, 0, 3 * giga)).toMatchObject({ threads: 4 });
  expect(withinAddressSpace(1, giga, 50 * mega, 164 * mega).limit).toBe(150 * mega);
  expect(withinAddressSpace(8, giga, 50 * mega, 10)).toEqual({ threads: 1, limit: 50 * mega });
});
