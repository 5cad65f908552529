/** The built command: a shell script that sets the allocator and execs Node on the same file. */

import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { ALLOCATOR, SPILLING, header } from '../../scripts/launcher.js';
import { programOf } from './child.ts';
import { folder } from './folder.ts';

const entry = programOf('src/cli/main.ts');

/** A module that Node loads before the command, in every thread: prints something to stderr. */
function telling(code: string): string {
  const module =
    `import { writeSync } from 'node:fs'; ` +
    `import * as threads from 'node:worker_threads'; ${code}`;
  return `--import=data:text/javascript,${encodeURIComponent(module)}`;
}

describe('the command starts', () => {
  const { GLIBC_TUNABLES: _, ...env } = process.env;
  const NODE_OPTIONS = telling('writeSync(2, String(process.env.GLIBC_TUNABLES));');
  const start = (command: string, given: readonly string[], set: Record<string, string>) =>
    spawnSync(command, given, { encoding: 'utf8', env: { ...env, NODE_OPTIONS, ...set } });

  test.each([
    ['with the settings of the allocator', [], {}, ALLOCATOR],
    ['with others for a search that spills', ['--spill', '.'], {}, SPILLING],
    [
      'with what the user has set',
      [],
      { GLIBC_TUNABLES: 'glibc.malloc.perturb=0' },
      'glibc.malloc.perturb=0',
    ],
    ['with nothing, if the user has set that', [], { GLIBC_TUNABLES: '' }, ''],
  ])('%s', (_name, more, set, expected) => {
    const { status, stdout, stderr } = start(entry, ['--version', ...more], set);
    expect({ status, stderr }).toEqual({ status: 0, stderr: expected });
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('without them, as a module of Node', () => {
    const { status, stderr } = start(process.execPath, [entry, '--version'], {});
    expect({ status, stderr }).toEqual({ status: 0, stderr: 'undefined' });
  });
});

test('words arrive as they are, through links and blanks, and the exit code comes back', () => {
  const place = join(folder(), 'a folder; "here" $HOME');
  mkdirSync(place);
  const program = join(place, 'it is.mjs');
  const told = 'console.log(JSON.stringify(process.argv.slice(2)));\nprocess.exitCode = 70;\n';
  writeFileSync(program, `${header}\n${told}`);
  chmodSync(program, 0o755);
  const link = join(place, 'vmcheck');
  symlinkSync('it is.mjs', link);
  const words = ['', ' ', 'a b', '"', "'", '$HOME', '`id`', '*', '\\', '--', '-e', 'ä\n'];
  for (const command of [program, link]) {
    const { status, stdout, stderr } = spawnSync(command, words, { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 70, stderr: '' });
    expect(JSON.parse(stdout)).toEqual(words);
  }
});

test('threads find the worker and the factory of the model', async () => {
  // A worker reports when it has finished its first job; then the search may end.
  const NODE_OPTIONS = telling(`if (!threads.isMainThread) {
    process.on('uncaughtExceptionMonitor', (error) => writeSync(2, String(error)));
    const { notify } = Atomics;
    Atomics.notify = (...given) => {
      Atomics.notify = notify;
      writeSync(2, 'worked');
      return notify(...given);
    };
  }`);
  const large = ['explore', '--scenario', 'scenarios/almos-mkh/large.json', '--variant', 'fixed'];
  // A reduction whose threads stay: with --merge the search starts over, and goes on with one.
  const symmetric = ['--option', 'frameOrder=any', '--symmetry', '--workers', '2'];
  const child = spawn(entry, [...large, ...symmetric], {
    env: { ...process.env, NODE_OPTIONS },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (part) => {
    stderr += part;
    child.kill('SIGINT');
  });
  const status = await new Promise((resolve) => child.on('close', resolve));
  expect({ status, stderr }).toEqual({ status: 2, stderr: 'worked' });
});
