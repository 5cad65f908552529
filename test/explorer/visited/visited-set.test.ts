import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashOf } from '../../../src/explorer/visited/hash.ts';
import { OUT_OF_ROOM, NONE } from '../../../src/explorer/visited/ids.ts';
import { VisitedSet, type VisitedSetOptions } from '../../../src/explorer/visited/visited-set.ts';

const MEBI = 2 ** 20;

/** Inserts 0, 1, 2, ... as states of one word until there is no room; returns their number. */
function fill(limits: VisitedSetOptions, most: number): VisitedSet {
  const scratch = new Int32Array(1);
  const store = new VisitedSet(scratch, limits);
  for (let value = 0; value < most; value++) {
    scratch[0] = value;
    if (store.insert(NONE) === OUT_OF_ROOM) break;
  }
  return store;
}

describe('the store', () => {
  test('gives equal states one id and different states different ids, as a Map would', () => {
    const state = fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(state, { maxLength: 200 }), (states) => {
        const scratch = new Int32Array(3);
        const store = new VisitedSet(scratch);
        const ids = new Map<string, number>();
        for (const words of states) {
          scratch.set(words);
          const known = ids.get(words.join());
          expect(store.find()).toBe(known ?? NONE);
          expect(store.insert(NONE)).toBe(known === undefined ? ids.size : ~known);
          ids.set(words.join(), known ?? ids.size);
        }
        for (const [key, id] of ids) {
          store.load(id);
          expect(scratch.join()).toBe(key);
          expect(store.matches(id)).toBe(true);
        }
        expect(store.count).toBe(ids.size);
      }),
    );
  });

  test('keeps states and parents while its table and its chunks grow', () => {
    const scratch = new Int32Array(5);
    const store = new VisitedSet(scratch);
    for (let id = 0; id < 300_000; id++) {
      scratch.set([id, 7, id >> 3, 0, -id]);
      if (store.insert(id - 1) !== id) expect.fail(`state ${id} did not get its id`);
    }
    for (let id = 0; id < 300_000; id += 997) {
      scratch.set([id, 7, id >> 3, 0, -id]);
      expect(store.find()).toBe(id);
      expect(store.parents.get(id)).toBe(id - 1);
    }
  });

  test('takes states larger than a chunk', () => {
    const scratch = new Int32Array(300_000);
    const store = new VisitedSet(scratch);
    for (const value of [1, 2, 1]) {
      scratch[299_999] = value;
      store.insert(NONE);
    }
    expect(store.count).toBe(2);
  });

  test('never holds more bytes than its limit, and says so when it is full', () => {
    for (const memoryLimit of [0, 1, 2 * MEBI, 5 * MEBI, 20 * MEBI]) {
      const store = fill({ memoryLimit }, 3_000_000);
      expect(store.bytes).toBeLessThanOrEqual(memoryLimit);
      expect(store.limitHit).toBe('memory');
    }
  });

  test('uses most of a limit that does not let its table double', () => {
    const store = fill({ memoryLimit: 13 * MEBI }, 3_000_000);
    // A state of one word and its parent take 8 bytes, a slot of the table 4 more; 2^20 slots fit,
    // and 90 in 100 of them are taken.
    expect(store.count).toBe(Math.floor(2 ** 20 * 0.9));
  });

  test('takes an allocation that fails for a limit, not for a crash', () => {
    const store = new VisitedSet(new Int32Array(1));
    const Real = globalThis.Int32Array;
    try {
      globalThis.Int32Array = class {
        constructor() {
          throw new RangeError('Array buffer allocation failed');
        }
      } as unknown as Int32ArrayConstructor;
      expect(store.insert(NONE)).toBe(OUT_OF_ROOM);
    } finally {
      globalThis.Int32Array = Real;
    }
    expect(store).toMatchObject({ limitHit: 'memory', count: 0 });
  });

  test('takes exactly as many states as it may, and still knows them', () => {
    const store = fill({ maxStates: 100 }, 1000);
    expect(store).toMatchObject({ limitHit: 'states', count: 100 });
    store.load(42);
    expect(store.insert(NONE)).toBe(~42);
  });
});

describe('the hash', () => {
  test('changes about half of its bits when any bit of the state changes', () => {
    for (const words of [1, 3, 14]) {
      for (let bit = 0; bit < 32 * words; bit++) {
        let flips = 0;
        for (let sample = 0; sample < 200; sample++) {
          const state = Int32Array.from({ length: words }, (_, i) => Math.imul(sample, 31 * i + 7));
          const before = hashOf(state, words);
          state[bit >> 5] ^= 1 << (bit & 31);
          for (let rest = before ^ hashOf(state, words); rest !== 0; rest &= rest - 1) flips++;
        }
        expect(flips / 200).toBeGreaterThan(12);
        expect(flips / 200).toBeLessThan(20);
      }
    }
  });

  test('collides on dense states about as often as chance would', () => {
    const scratch = new Int32Array(4);
    const hashes = new Set<number>();
    const count = 40 ** 3;
    for (let i = 0; i < count; i++) {
      scratch.set([i % 40, (Math.floor(i / 40) % 40) << 24, Math.floor(i / 1600) << 16, 0]);
      hashes.add(hashOf(scratch, 4));
    }
    // By chance, count² / 2^33 pairs collide: half a pair.
    expect(count - hashes.size).toBeLessThan(8);
  });
});
