/** A damaged checkpoint is refused, whatever the damage. */

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { readCheckpoint, writeCheckpoint } from '../../src/core/checkpoint-file.ts';
import { InputError } from '../../src/errors.ts';
import type { CheckpointHead } from '../../src/explorer/checkpoint.ts';
import { folder } from './folder.ts';

const about = { version: '1', spec: { scenario: 'two' } };
const head: CheckpointHead = {
  words: 1,
  states: 3,
  storage: 'exact',
  partialMatches: 0,
  transitions: 2,
  expanded: 1,
  next: 1,
  levels: [0, 1],
  covered: [1, 0],
  applied: [],
  checkedSteps: 0,
  known: [],
  marked: false,
  found: [],
};
const blocks = [Int32Array.of(1, 2, 3), Int32Array.of(4)];

function written() {
  const file = join(folder(), 'search');
  writeCheckpoint(file, about, { head, blocks });
  const read = () => {
    const resumed = readCheckpoint(file, about);
    const block = new Int32Array(4);
    resumed.read(block.subarray(0, 3));
    resumed.read(block.subarray(3));
    resumed.close();
    return { head: resumed.head, block };
  };
  return { file, read, whole: readFileSync(file) };
}

const refusal = /^.*search is not a complete checkpoint of this version: it cannot be resumed$/;

test('a saved checkpoint can be read', () => {
  expect(written().read()).toEqual({ head, block: Int32Array.of(1, 2, 3, 4) });
});

test('a flipped bit anywhere, and a cut anywhere, is refused before anything is read', () => {
  const { file, whole } = written();
  const open = () => readCheckpoint(file, about);
  for (let bit = 0; bit < 8 * whole.length; bit++) {
    const changed = Buffer.from(whole);
    changed[bit >> 3] ^= 1 << (bit & 7);
    writeFileSync(file, changed);
    expect(open).toThrow(refusal);
    expect(open).toThrow(InputError);
  }
  for (let length = 0; length < whole.length; length++) {
    writeFileSync(file, whole.subarray(0, length));
    expect(open).toThrow(refusal);
  }
});

test('a file that is no checkpoint is refused, even with a valid digest', () => {
  const { file, whole } = written();
  const begin = whole.subarray(0, whole.indexOf(','));
  const contents = ['null', '', '\n', '{}\n', '[]', `${begin}}\n`, `${begin},"head":null}\n`];
  for (const content of [...contents, `${begin}`, `${begin},"head":{},"about":[]}\n`]) {
    const digest = createHash('sha256').update(content).digest();
    for (const end of [Buffer.alloc(0), digest]) {
      writeFileSync(file, Buffer.concat([Buffer.from(content), end]));
      expect(() => readCheckpoint(file, about), content).toThrow(InputError);
    }
  }
});

test('a folder, and a file that is not there, are refused', () => {
  const place = join(folder(), 'search');
  expect(() => readCheckpoint(place, about)).toThrow(/does not exist/);
  mkdirSync(place);
  expect(() => readCheckpoint(place, about)).toThrow(/is a folder, but a file was expected/);
});

test.each([
  { states: -1 },
  { states: 1e9 },
  { states: null },
  { words: 0 },
  { storage: 'none' },
  { levels: [] },
  { levels: [1, 0] },
  { levels: [9] },
  { levels: [[0]] },
  { covered: [2] },
  { covered: 'x' },
  { ended: 1 },
  { next: 4 },
  { found: [null] },
  { found: [{ kind: 'state' }] },
  { known: [{}] },
  { marked: 1 },
  { checkedSteps: '' },
])('a head that no search has written is refused: %j', (wrong) => {
  const file = join(folder(), 'search');
  writeCheckpoint(file, about, { head: { ...head, ...wrong } as CheckpointHead, blocks });
  expect(() => readCheckpoint(file, about)).toThrow(refusal);
});

test('fewer or more states than the head says are refused', () => {
  const { file } = written();
  const open = () => readCheckpoint(file, about);
  expect(() => open().read(new Int32Array(5))).toThrow(refusal);
  expect(() => open().close()).toThrow(refusal);
  expect(() => readCheckpoint(file, { ...about, version: '2' })).toThrow(/its version differs/);
  expect(() => readCheckpoint(file, { toString: 1 })).toThrow(/its toString differs/);
});
