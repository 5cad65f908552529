import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import type { Model } from '../../src/explorer/contract.ts';
import { explore } from '../../src/explorer/search.ts';
import type { Resumed, Snapshot } from '../../src/explorer/snapshot.ts';
import { counters } from '../models/counters.ts';
import { graphModel, graphs } from '../models/graph.ts';
import { hanoi } from '../models/hanoi.ts';
import { twoPhaseCommit } from '../models/two-phase-commit.ts';
import { spillTo } from './disks.ts';

/** A snapshot as a file would keep it: a copy, through JSON. */
function kept({ head, blocks }: Snapshot): () => Resumed {
  const text = JSON.stringify(head);
  const copies = [...blocks].map((block) => block.slice());
  return () => {
    let next = 0;
    return { head: JSON.parse(text), read: (block) => block.set(copies[next++]!) };
  };
}

type Storage = 'exact' | 'fingerprint';

/** Snapshots of all levels of a search, and its verdict. */
function levels(model: Model, keepGoing: boolean, storage: Storage = 'exact') {
  const snapshots: (() => Resumed)[] = [];
  const onLevel = (snapshot: () => Snapshot): void => void snapshots.push(kept(snapshot()));
  return { verdict: explore(model, { keepGoing, storage, onLevel }), snapshots };
}

const told = <V extends { bytes: number }>({ bytes: _, ...verdict }: V) => verdict;

test.each([
  ['two-phase commit', () => twoPhaseCommit(4)],
  ['hanoi', () => hanoi(5)],
  ['counters', () => counters(4, 12)],
])('%s resumed at any level ends with the same verdict', (_, make) => {
  const { verdict, snapshots } = levels(make(), false);
  expect(snapshots.length).toBe(verdict.depth + 2);
  for (const resume of snapshots) {
    expect(told(explore(make(), { resume: resume() }))).toEqual(told(verdict));
  }
});

test('breaches, traces and coverage are the same after resuming', () => {
  fc.assert(
    fc.property(graphs(12), fc.boolean(), fc.boolean(), (graph, keepGoing, exact) => {
      const storage = exact ? 'exact' : 'fingerprint';
      const { verdict, snapshots } = levels(graphModel(graph), keepGoing, storage);
      for (const resume of snapshots) {
        const again = explore(graphModel(graph), { keepGoing, storage, resume: resume() });
        expect(told(again)).toEqual(told(verdict));
      }
    }),
    { numRuns: 300 },
  );
});

test('a snapshot of another model is refused', () => {
  const { snapshots } = levels(hanoi(5), false);
  expect(() => explore(counters(4, 2), { resume: snapshots[2]!() })).toThrow(InputError);
});

test('a snapshot of a search with other storage is refused', () => {
  const resume = levels(hanoi(5), false).snapshots[2]!();
  const search = () => explore(hanoi(5), { resume, storage: 'fingerprint' });
  expect(search).toThrow(/of a search with exact storage, not fingerprint/);
});

test('states that were on the disk are in the snapshot, and may be there again', () => {
  let spill = spillTo();
  const memoryLimit = 8 * 2 ** 20;
  const make = () => counters(4, 24);
  const verdict = explore(make());
  let last: (() => Resumed) | undefined;
  const onLevel = (snapshot: () => Snapshot): void => {
    if (spill.written('states') > 0) last ??= kept(snapshot());
  };
  const same = { ...told(verdict), spilled: expect.any(Number) };
  expect(told(explore(make(), { memoryLimit, spill, onLevel }))).toEqual(same);
  expect(spill.written('states')).toBeGreaterThan(2 ** 20);
  expect(spill.written('parents')).toBeGreaterThan(2 ** 18);
  spill = spillTo();
  const again = explore(make(), { memoryLimit, spill, resume: last!() });
  expect(again.spilled).toBeGreaterThan(0);
  expect(told(again)).toEqual(same);
  // With less memory than before, the table goes there, too.
  spill = spillTo();
  expect(told(explore(make(), { memoryLimit: 4 * 2 ** 20, spill, resume: last!() }))).toEqual(same);
  expect(spill.written('visited set')).toBeGreaterThan(2 ** 19);
});

test('a snapshot that does not fit the memory limit is refused', () => {
  const { snapshots } = levels(hanoi(5), false);
  const resume = snapshots[2]!();
  expect(() => explore(hanoi(5), { resume, memoryLimit: 1000 })).toThrow(/pass the limits/);
});
