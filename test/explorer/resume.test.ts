import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import type { Model } from '../../src/explorer/model.ts';
import type { SearchOptions } from '../../src/explorer/options.ts';
import { explore, startSearch } from '../../src/explore.ts';
import type { CheckpointReader, Checkpoint } from '../../src/explorer/checkpoint.ts';
import { counters } from '../models/counters.ts';
import { graphModel, graphs } from '../models/graph.ts';
import { hanoi } from '../models/hanoi.ts';
import { twoPhaseCommit } from '../models/two-phase-commit.ts';
import { spillTo } from './visited/disks.ts';

/** A checkpoint as from a file: a copy through JSON. */
function kept({ head, blocks }: Checkpoint): () => CheckpointReader {
  const text = JSON.stringify(head);
  const copies = [...blocks].map((block) => block.slice());
  return () => {
    let next = 0;
    return { head: JSON.parse(text), read: (block) => block.set(copies[next++]) };
  };
}

type Storage = 'exact' | 'fingerprint';

/** Checkpoints of all levels of a search, and its verdict. */
function levels(model: Model, keepGoing: boolean, storage: Storage = 'exact') {
  const checkpoints: (() => CheckpointReader)[] = [];
  const onLevel = (checkpoint: () => Checkpoint): void => void checkpoints.push(kept(checkpoint()));
  return { verdict: explore(model, { keepGoing, storage, onLevel }), checkpoints };
}

const told = <V extends { bytes: number }>({ bytes: _, ...verdict }: V) => verdict;

test.each([
  ['two-phase commit', () => twoPhaseCommit(4)],
  ['hanoi', () => hanoi(5)],
  ['counters', () => counters(4, 12)],
])('%s resumed at any level ends with the same verdict', (_, make) => {
  const { verdict, checkpoints } = levels(make(), false);
  expect(checkpoints.length).toBe(verdict.depth + 2);
  for (const resume of checkpoints) {
    expect(told(explore(make(), { resume: resume() }))).toEqual(told(verdict));
  }
});

test('violations, traces and coverage are the same after resuming', () => {
  fc.assert(
    fc.property(graphs(12), fc.boolean(), fc.boolean(), (graph, keepGoing, exact) => {
      const storage = exact ? 'exact' : 'fingerprint';
      const { verdict, checkpoints } = levels(graphModel(graph), keepGoing, storage);
      for (const resume of checkpoints) {
        const again = explore(graphModel(graph), { keepGoing, storage, resume: resume() });
        expect(told(again)).toEqual(told(verdict));
      }
    }),
    { numRuns: 300 },
  );
});

test('that a run has ended is kept, and an older checkpoint that does not say is taken', () => {
  const edges = [1, 2].map((to) => ({ from: 0, to, thread: 0, statement: 0, raised: 0 }));
  const onwards = { from: 2, to: 2, thread: 0, statement: 0, raised: 0 };
  const make = (): Model =>
    graphModel({
      nodes: 3,
      initial: [0],
      edges: [...edges, onwards],
      broken: [0, 0, 0],
      final: [1],
    });
  const { checkpoints } = levels(make(), false);
  const last = checkpoints.at(-1)!;
  expect(explore(make(), { resume: last() }).coverage.ended).toBe(true);
  const { head, read } = last();
  const { ended: _, ...older } = head;
  expect(head.ended).toBe(true);
  expect(explore(make(), { resume: { head: older, read } })).toMatchObject({
    outcome: 'holds',
    coverage: { ended: false },
  });
});

/** What ends a part of a search: limits, or an interrupt after a number of expanded states. */
type Ending = SearchOptions & { readonly interruptAfter?: number };

/** Searches in parts, each of which resumes where the previous one ended. */
function inParts(make: () => Model, options: SearchOptions, limited: (part: number) => Ending) {
  let resume: (() => CheckpointReader) | undefined;
  for (let part = 0; ; part++) {
    let last: (() => CheckpointReader) | undefined;
    const onLevel = (checkpoint: () => Checkpoint, isLast: boolean): void => {
      if (isLast) last = kept(checkpoint());
    };
    const { interruptAfter = Infinity, ...limits } = limited(part);
    const search = startSearch(make(), { ...options, ...limits, onLevel, resume: resume?.() });
    for (let done = 0; !search.advance(1); done++) {
      // Not while it rebuilds traces, because it would then use longer ones.
      if (done >= interruptAfter && search.progress().frontier > 0) search.interrupt();
    }
    const verdict = search.verdict();
    if (verdict.limit === undefined) return { verdict, parts: part + 1 };
    expect(last, 'a search that a limit ends leaves a checkpoint').toBeDefined();
    resume = last;
  }
}

describe('a search that a limit ends anywhere can be resumed to the same verdict:', () => {
  const property = (limited: (part: number, states: number) => Ending) =>
    fc.assert(
      fc.property(graphs(12), fc.boolean(), fc.boolean(), (graph, keepGoing, exact) => {
        const storage = exact ? 'exact' : 'fingerprint';
        const options = { keepGoing, storage } as const;
        const make = (): Model => graphModel(graph);
        const whole = explore(make(), options);
        if (whole.violations.length > 0 && !keepGoing) return;
        const { verdict } = inParts(make, options, (part) => limited(part, whole.states));
        expect(told(verdict)).toEqual(told(whole));
      }),
      { numRuns: 300 },
    );

  test('states', () => property((part) => ({ maxStates: part + 3 })));
  test('depth', () => property((part) => ({ depth: part })));
  test('interrupts', () => property((part) => ({ interruptAfter: part })));

  test.each(['exact', 'fingerprint'] as const)('memory, with storage %s', (storage) => {
    const make = (): Model => counters(4, 24);
    const whole = explore(make(), { storage });
    const { verdict, parts } = inParts(make, { storage }, (part) => ({
      memoryLimit: 2 ** (22 + part),
    }));
    expect(told(verdict)).toEqual(told(whole));
    expect(parts).toBeGreaterThan(2);
  });

  test('a disk that is full', () => {
    const make = (): Model => counters(4, 24);
    const memoryLimit = 8 * 2 ** 20;
    const { verdict, parts } = inParts(make, {}, (part) =>
      part === 0 ? { memoryLimit, spill: spillTo(0) } : {},
    );
    expect(parts).toBe(2);
    expect(told(verdict)).toEqual(told(explore(make())));
  });
});

test('initial states that are too many leave no checkpoint', () => {
  const graph = { nodes: 2, initial: [0, 1], edges: [], broken: [0, 0], final: [] };
  let called = 0;
  const verdict = explore(graphModel(graph), { maxStates: 1, onLevel: () => called++ });
  expect({ limit: verdict.limit, called }).toEqual({ limit: 'states', called: 0 });
});

test('a checkpoint of another model is refused', () => {
  const { checkpoints } = levels(hanoi(5), false);
  expect(() => explore(counters(4, 2), { resume: checkpoints[2]() })).toThrow(InputError);
});

test('a checkpoint of a search with other storage is refused', () => {
  const resume = levels(hanoi(5), false).checkpoints[2]();
  const search = () => explore(hanoi(5), { resume, storage: 'fingerprint' });
  expect(search).toThrow(/to a search with exact storage, not fingerprint/);
});

test('states that were on the disk are in the checkpoint, and may be there again', () => {
  let spill = spillTo();
  const memoryLimit = 8 * 2 ** 20;
  const make = () => counters(4, 24);
  const verdict = explore(make());
  let last: (() => CheckpointReader) | undefined;
  const onLevel = (checkpoint: () => Checkpoint): void => {
    if (spill.written('states') > 0) last ??= kept(checkpoint());
  };
  const same = { ...told(verdict), spilled: expect.any(Number) };
  expect(told(explore(make(), { memoryLimit, spill, onLevel }))).toEqual(same);
  expect(spill.written('states')).toBeGreaterThan(2 ** 20);
  expect(spill.written('parents')).toBeGreaterThan(2 ** 18);
  spill = spillTo();
  const again = explore(make(), { memoryLimit, spill, resume: last!() });
  expect(again.spilled).toBeGreaterThan(0);
  expect(told(again)).toEqual(same);
  // With less memory than before, the table is spilled, too.
  spill = spillTo();
  expect(told(explore(make(), { memoryLimit: 4 * 2 ** 20, spill, resume: last!() }))).toEqual(same);
  expect(spill.written('visited set')).toBeGreaterThan(2 ** 19);
});

test('a checkpoint that does not fit the memory limit is refused', () => {
  const { checkpoints } = levels(hanoi(5), false);
  const resume = checkpoints[2]();
  expect(() => explore(hanoi(5), { resume, memoryLimit: 1000 })).toThrow(/exceed the limits/);
});
