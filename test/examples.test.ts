/**
 * The examples print what they say, started with Node from a package that is laid out like the one
 * that is published.
 */

import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, inject, test } from 'vitest';
import { folder } from './cli/folder.ts';

const root = resolve(import.meta.dirname, '..');
const sourceOf = (name: string): string => readFileSync(join(root, 'examples', name), 'utf8');
/** The output of an example. */
function run(name: string): string {
  const place = folder();
  for (const part of ['node_modules', 'package.json']) {
    symlinkSync(join(root, part), join(place, part));
  }
  symlinkSync(join(inject('bundled'), 'src'), join(place, 'dist'));
  cpSync(join(root, 'examples'), join(place, 'examples'), { recursive: true });
  return execFileSync(process.execPath, [join(place, 'examples', name)]).toString();
}

const expected: Readonly<Record<string, readonly string[]>> = {
  'refcount.js': [
    'violated, 12 states',
    'no-lost-reference, 4 steps: both threads have left, and refs is 1',
  ],
  'unmap-before-flush.js': [
    'free, then flush: violated, 9 states; no-free-frame-reached, 3 steps',
    'flush, then free: holds, 17 states',
  ],
  'count-tested-later.js': [
    'lower; test: violated, 38 states; freed-once, 11 steps',
    'lower and test: holds, 16 states',
  ],
  'count-of-two-bits.js': [
    'raise: violated, 70 states; no-mapped-frame-free, 5 steps',
    'test, then raise: holds, 172 states',
  ],
  'cow-stale-reader.js': [
    'write, then flush: violated, 21 states; reads-the-last-write, 5 steps',
    'flush, then write: holds, 31 states',
  ],
  'resumed-too-early.js': [
    'resume, then copy: violated, 7 states; reads-the-copy, 5 steps',
    'copy, then resume: holds, 7 states',
  ],
  'philosophers.js': [
    'all alike: violated, 82 states; deadlock-free, 5 steps',
    'one left-handed: holds, 70 states',
  ],
  'lock.js': [
    'test, then set: violated, 23 states; mutual-exclusion, 4 steps',
    'atomic exchange: holds, 4 states',
  ],
  'frames-alike.js': ['all names: holds, 73 states', 'symmetry: holds, 8 states'],
  'minicow.js': [
    'as it should be: holds, 1014 states',
    'exit does not count down: violated, 145 states; count, 7 steps',
    'fork leaves the parent writable: violated, 53 states; exclusive, 5 steps',
    'the count is unlocked early: violated, 238 states; count, 8 steps',
  ],
};

test.each(Object.entries(expected))('%s prints the verdicts of its header', (name, verdicts) => {
  const stdout = run(name);
  expect(stdout.split('\n').filter((line) => verdicts.includes(line))).toEqual(verdicts);
  expect(stdout).not.toContain('never ran');
  const header = sourceOf(name).matchAll(/^\/\/ Expected: (.*)$/gm);
  expect([...header].map(([, line]) => line)).toEqual(verdicts);
});

test('the trace of refcount.js is the lost update', () => {
  expect(run('refcount.js')).toMatchInlineSnapshot(`
    "violated, 12 states
    no-lost-reference, 4 steps: both threads have left, and refs is 1
    1  T0  frame_release, refcount.c:12 n = frame->refs
    2  T1  frame_release, refcount.c:12 n = frame->refs
    3  T1  frame_release, refcount.c:13 frame->refs = n - 1
    4  T0  frame_release, refcount.c:13 frame->refs = n - 1
    "
  `);
});

test('refcount.js cites lines of refcount.c with text that is there', () => {
  const lines = sourceOf('refcount.c').split('\n');
  const cited = [...sourceOf('refcount.js').matchAll(/\bat\((\d+), '([^']+)'/g)];
  expect(cited).toHaveLength(2);
  for (const [, line, token] of cited) expect(lines[Number(line) - 1]).toContain(token);
});

test('examples/README.md lists every example', () => {
  const listed = [...sourceOf('README.md').matchAll(/\]\(([\w-]+)(?:\.\w+|\/)\)/g)];
  const there = readdirSync(join(root, 'examples')).map((name) => name.split('.')[0]);
  const names = new Set(there.filter((name) => name !== 'README'));
  expect(new Set(listed.map(([, name]) => name))).toEqual(names);
  const run = Object.keys(expected).map((name) => name.split('.')[0]);
  expect(new Set([...run, 'print', 'cow-kernel', 'c-cow', 'c-rwlock', 'c-tlb'])).toEqual(names);
});
