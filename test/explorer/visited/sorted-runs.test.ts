import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SortedRuns } from '../../../src/explorer/visited/sorted-runs.ts';
import { spillTo } from './disks.ts';

/** Adds states from `first` on, with these hashes. */
function add(runs: SortedRuns, hashes: readonly number[], first: number): void {
  const words = new Int32Array(2 * hashes.length);
  hashes.forEach((hash, i) => SortedRuns.set(words, i, hash, first + i));
  runs.add(words, hashes.length);
}

/** All ids with a hash, in the order in which they are offered. */
function idsOf(runs: SortedRuns, hash: number): number[] {
  const ids: number[] = [];
  expect(runs.find(hash, (id) => ids.push(id) < 0)).toBeUndefined();
  return ids;
}

test('every state is found by its hash, and nothing else is', () => {
  // Few hashes, so that a block holds only one of them, and many hashes of either sign.
  const hash = fc.oneof(fc.constantFrom(0, -1, 1, 2 ** 31 - 1, -(2 ** 31)), fc.integer());
  const few = fc.tuple(hash, fc.integer({ min: 1, max: 900 })).map(([of, n]) => {
    return Array.from({ length: n }, () => of);
  });
  const part = fc.oneof(few, fc.array(hash, { minLength: 1, maxLength: 900 }));
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), hash, (parts, other) => {
      const spill = spillTo();
      const runs = new SortedRuns(spill);
      const known = new Map<number, number[]>();
      let count = 0;
      for (const hashes of parts) {
        add(runs, hashes, count);
        for (const one of hashes) known.set(one, [...(known.get(one) ?? []), count++]);
      }
      for (const [one, ids] of known) {
        expect(idsOf(runs, one).toSorted((a, b) => a - b)).toEqual(ids);
        expect(runs.find(one, (id) => id === ids.at(-1))).toBe(ids.at(-1));
      }
      if (!known.has(other)) expect(idsOf(runs, other)).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test('runs are merged, so that there are as many as their number has digits in base 2', () => {
  const spill = spillTo();
  const runs = new SortedRuns(spill);
  for (let i = 0; i < 100; i++) {
    add(runs, [i, 7 * i, -i], 3 * i);
    expect(spill.files).toBeLessThanOrEqual(Math.log2(i + 1) + 1);
  }
  expect(spill.files).toBe(3); // 64 + 32 + 4
  expect(runs.bytes).toBe(4 * 3);
  expect(idsOf(runs, 0).toSorted((a, b) => a - b)).toEqual([0, 1, 2]);
});
