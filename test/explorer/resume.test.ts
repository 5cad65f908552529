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
  const pages = new Map<number, Int32Array>();
  const linked = new Map<number, Int32Array>();
  const diskIn = (chunks: Map<number, Int32Array>, length: number) => ({
    write: (at: number, words: Int32Array) => void chunks.set(at, words.slice()),
    read(at: number, into: Int32Array) {
      const start = at - (at % length);
      into.set(chunks.get(start)!.subarray(at - start, at - start + into.length));
    },
  });
  const spill = { states: diskIn(pages, 2 ** 18), parents: diskIn(linked, 2 ** 16) };
  const options = { memoryLimit: 8 * 2 ** 20, spill };
  const make = () => counters(4, 24);
  const verdict = explore(make());
  let last: (() => Resumed) | undefined;
  const onLevel = (snapshot: () => Snapshot): void => {
    if (pages.size > 0) last ??= kept(snapshot());
  };
  const same = { ...told(verdict), spilled: expect.any(Number) };
  expect(told(explore(make(), { ...options, onLevel }))).toEqual(same);
  expect(pages.size).toBeGreaterThan(1);
  expect(linked.size).toBeGreaterThan(1);
  pages.clear();
  linked.clear();
  const again = explore(make(), { ...options, resume: last!() });
  expect(again.spilled).toBeGreaterThan(0);
  expect(told(again)).toEqual(same);
});

test('a snapshot that does not fit the memory limit is refused', () => {
  const { snapshots } = levels(hanoi(5), false);
  const resume = snapshots[2]!();
  expect(() => explore(hanoi(5), { resume, memoryLimit: 1000 })).toThrow(/pass the limits/);
});
