/** Fingerprints and spilled states: the same verdicts with less memory. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import { explore } from '../../../src/explore.ts';
import { mulberry32 } from '../../../src/explorer/frontier/random-walk.ts';
import { NONE } from '../../../src/explorer/visited/ids.ts';
import { VisitedSet } from '../../../src/explorer/visited/visited-set.ts';
import type { Verdict } from '../../../src/explorer/verdict.ts';
import { long, runs } from '../../extent.ts';
import { counters } from '../../models/counters.ts';
import { type Graph, graphModel, graphs } from '../../models/graph.ts';
import { hanoi } from '../../models/hanoi.ts';
import { padded } from '../../models/padded.ts';
import { spillTo } from './disks.ts';

const MEBI = 2 ** 20;
/** A chunk of the store, a mebibyte, has two such states. */
const LARGE = 2 ** 17;
/** Their table and states exceed the limits below by far. */
const STATES = 500_000;

function told({ bytes: _, collisions: __, spilled: ___, ...verdict }: Verdict) {
  return verdict;
}

/**
 * A graph with more states than fit into the memory below, because all random ones may be small.
 */
const CHAIN: Graph = {
  nodes: 14,
  initial: [0],
  edges: Array.from({ length: 13 }, (_, from) => {
    return { from, to: from + 1, thread: 0, statement: 0, raised: 0 };
  }),
  broken: Array.from({ length: 14 }, () => 0),
  final: [13],
};

describe('verdict, counts, coverage and traces are those of exact storage in memory', () => {
  test('with fingerprints, with states on a disk, and with both', () => {
    let [spilled, fingerprinted] = [0, 0];
    const tried = runs(25);
    const memoryLimit = 2.75 * MEBI;
    fc.assert(
      fc.property(graphs(12), fc.boolean(), (graph, keepGoing) => {
        const search = (options: object): Verdict =>
          explore(padded(graphModel(graph), LARGE), { keepGoing, ...options });
        const exact = search({});
        const small = { memoryLimit, spill: spillTo() };
        const others = [
          search({ storage: 'fingerprint' }),
          search(small),
          search({ ...small, storage: 'fingerprint' }),
        ];
        // The trace with the fewest switches needs all states; others are as long.
        const without = (verdict: Verdict) => ({
          ...told(verdict),
          violations: verdict.violations.map(({ invariant, sentence, statement, trace }) => {
            return { invariant, sentence, length: trace.length, last: keepGoing && statement };
          }),
        });
        for (const other of others) expect(without(other)).toEqual(without(exact));
        spilled = Math.max(spilled, others[1].spilled);
        if (others[2].collisions !== undefined) fingerprinted++;
      }),
      { ...tried, examples: [[CHAIN, true]] },
    );
    expect(spilled).toBeGreaterThan(0);
    expect(fingerprinted).toBe(tried.numRuns);
  });

  test('on a search that needs more than twice the memory', () => {
    const exact = explore(counters(6, 9));
    const files = spillTo();
    const other = explore(counters(6, 9), { memoryLimit: 16 * MEBI, spill: files });
    expect(told(other)).toEqual(told(exact));
    expect(other.bytes).toBeLessThanOrEqual(16 * MEBI);
    expect(files.written('states') + files.written('parents')).toBeGreaterThan(16 * MEBI);
    expect(files.written('parents')).toBeGreaterThan(MEBI);
    // The same limit without a disk ends the search.
    expect(explore(counters(6, 9), { memoryLimit: 16 * MEBI })).toMatchObject({ limit: 'memory' });
  });
});

test('fingerprints take at most 20 bytes per state beyond the frontier', () => {
  const words = 40;
  for (const most of long ? [440_000, 900_000] : [100_000]) {
    const model = padded(counters(6, 9), words);
    let frontier = 0;
    const { bytes, states } = explore(model, {
      storage: 'fingerprint',
      maxStates: most,
      onProgress: (progress) => (frontier = Math.max(frontier, progress.frontier)),
    });
    // Chunks are a mebibyte each, and may be filled in part.
    const beyond = bytes - 4 * words * frontier - 6 * MEBI;
    expect(beyond / states).toBeLessThan(20);
  }
});

test('the observed collisions of half a fingerprint are about as many as chance has it', () => {
  const scratch = new Int32Array(4);
  const random = mulberry32(1);
  const store = new VisitedSet(scratch, { storage: 'fingerprint' });
  for (let i = 0; i < 1_000_000; i++) {
    for (let word = 0; word < 4; word++) scratch[word] = random() * 2 ** 32;
    if (store.insert(NONE) !== i) expect.fail(`state ${i} was lost`);
  }
  const { probability, halves, observedProbability } = store.collisions!;
  expect(halves.expected).toBeCloseTo(116.4, 1);
  // Five standard deviations either way.
  expect(halves.observed).toBeGreaterThan(62);
  expect(halves.observed).toBeLessThan(171);
  expect(probability).toBeCloseTo(halves.expected * 2 ** -32, 12);
  expect(observedProbability).toBe(halves.observed * 2 ** -32);
});

test('a column is 0 until it is set, though its chunks were others before', () => {
  const scratch = new Int32Array(1);
  const files = spillTo();
  const store = new VisitedSet(scratch, { memoryLimit: 8 * MEBI, spill: files });
  const marks = store.column();
  for (let id = 0; id < 600_000; id++) {
    scratch[0] = id;
    if (store.insert(7) !== id) expect.fail(`state ${id} was not stored`);
  }
  expect(files.written('parents')).toBeGreaterThan(MEBI);
  let [marked, lost] = [0, 0];
  for (let id = 0; id < 600_000; id++) {
    if (marks.get(id) !== 0) marked++;
    if (store.parents.get(id) !== 7) lost++;
  }
  expect([marked, lost]).toEqual([0, 0]);
});

test('exact storage reports no probability', () => {
  expect(explore(hanoi(3)).collisions).toBeUndefined();
});

describe('with a table that memory has no room for', () => {
  test.each(['exact', 'fingerprint'] as const)('every state is known again, %s', (storage) => {
    const scratch = new Int32Array(2);
    const files = spillTo();
    const limits = { storage, memoryLimit: 5 * MEBI };
    const store = new VisitedSet(scratch, { ...limits, spill: files });
    const random = mulberry32(2);
    const words = Int32Array.from({ length: 2 * STATES }, () => random() * 2 ** 32);
    const putAll = () => {
      for (let i = 0; i < STATES; i++) {
        scratch.set(words.subarray(2 * i, 2 * i + 2));
        const put = store.insert(NONE);
        if (put !== i && put !== ~i) return i;
      }
      return STATES;
    };
    expect(putAll()).toBe(STATES);
    expect(store.count).toBe(STATES);
    expect(store.bytes).toBeLessThanOrEqual(5 * MEBI);
    // More than an empty table takes: a caller takes some of them at a time.
    expect(store.hasRoomFor(4 * STATES)).toBe(false);
    expect(putAll()).toBe(STATES);
    expect(store.count).toBe(STATES);
    scratch.set(words.subarray(2, 4));
    expect(store.find()).toBe(1);
    scratch[0]++;
    expect(store.find()).toBe(NONE);
    expect(files.written('visited set')).toBeGreaterThan(4 * STATES);
    if (storage === 'exact') return;
    const inMemory = new VisitedSet(scratch, { storage });
    for (let i = 0; i < STATES; i++) {
      scratch.set(words.subarray(2 * i, 2 * i + 2));
      inMemory.insert(NONE);
    }
    expect(store.collisions).toEqual(inMemory.collisions);
  });

  test.each(['exact', 'fingerprint'] as const)(
    'a search ends as it would in memory, %s',
    (storage) => {
      const files = spillTo();
      const limits = { storage, memoryLimit: 6 * MEBI, spill: files };
      const other = explore(counters(6, 9), limits);
      expect(told(other)).toEqual(told(explore(counters(6, 9))));
      expect(other.bytes).toBeLessThanOrEqual(6 * MEBI);
      expect(files.written('visited set')).toBeGreaterThan(MEBI);
    },
  );

  test('a disk that takes no more runs ends the search as limited', () => {
    const spill = spillTo();
    const open = (what: string) => {
      const file = spill.open(what);
      if (what !== 'visited set') return file;
      return { ...file, write: () => expect.fail('ENOSPC') };
    };
    const verdict = explore(counters(6, 9), { memoryLimit: 6 * MEBI, spill: { open } });
    expect(verdict).toMatchObject({ outcome: 'limited', limit: 'disk' });
    expect(verdict.states).toBeGreaterThan(100_000);
    // States, parents and fingerprints stay open; no run does.
    expect(spill.files).toBe(2);
  });
});

test('a disk that is full ends the search as limited, with everything found so far', () => {
  const spill = spillTo(2 * MEBI);
  const verdict = explore(counters(6, 9), { memoryLimit: 16 * MEBI, spill });
  expect(verdict).toMatchObject({ outcome: 'limited', limit: 'disk' });
  expect(verdict.states).toBeGreaterThan(300_000);
  expect(verdict.spilled).toBeGreaterThan(0);
});

test.each([
  [{ storage: 'small' as 'exact' }, /exact or fingerprint, found "small"/],
  [{ storage: 'fingerprint', strategy: 'dfs' }, /Fingerprints need .* found dfs/],
  [{ spill: spillTo(), strategy: 'random' }, /strategy bfs, found random/],
] as const)('%j is refused', (options, sentence) => {
  expect(() => explore(hanoi(1), options)).toThrow(InputError);
  expect(() => explore(hanoi(1), options)).toThrow(sentence);
});
