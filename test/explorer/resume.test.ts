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

/** Snapshots of all levels of a search, and its verdict. */
function levels(model: Model, keepGoing: boolean) {
  const snapshots: (() => Resumed)[] = [];
  const onLevel = (snapshot: () => Snapshot): void => void snapshots.push(kept(snapshot()));
  return { verdict: explore(model, { keepGoing, onLevel }), snapshots };
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
    fc.property(graphs(12), fc.boolean(), (graph, keepGoing) => {
      const { verdict, snapshots } = levels(graphModel(graph), keepGoing);
      for (const resume of snapshots) {
        const again = explore(graphModel(graph), { keepGoing, resume: resume() });
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

test('a snapshot that does not fit the memory limit is refused', () => {
  const { snapshots } = levels(hanoi(5), false);
  const resume = snapshots[2]!();
  expect(() => explore(hanoi(5), { resume, memoryLimit: 1000 })).toThrow(/pass the limits/);
});
