/** Invariants that are deferred: their violations end no search, and come after all others. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import type { Checkpoint, CheckpointReader } from '../../../src/explorer/checkpoint.ts';
import type { Verdict } from '../../../src/explorer/verdict.ts';
import { explore } from '../../../src/explore.ts';
import { type Graph, graphModel, graphs } from '../../models/graph.ts';
import { naiveSearch } from '../naive.ts';

const defer = ['quiet'];
/** The same graph, of which no step violates `quiet`. */
const hushed = (graph: Graph): Graph => {
  return { ...graph, edges: graph.edges.map((edge) => ({ ...edge, raised: 0 })) };
};
const counts = ({ outcome, states, transitions, depth, limit, coverage }: Verdict) => {
  return { outcome, states, transitions, depth, limit, coverage };
};
const invariants = ({ violations }: Verdict) => violations.map(({ invariant }) => invariant);

describe('a search', () => {
  test.each(['bfs', 'dfs'] as const)(
    'explores what it would without violations of what is deferred (%s)',
    (strategy) => {
      let [alone, both] = [0, 0];
      fc.assert(
        fc.property(graphs(15), (graph) => {
          const found = explore(graphModel(graph), { strategy, defer });
          const other = explore(graphModel(hushed(graph)), { strategy });
          const late = found.violations.filter(({ invariant }) => invariant === 'quiet');
          const first = found.violations.filter(({ invariant }) => invariant !== 'quiet');
          expect(first.map(({ invariant }) => invariant)).toEqual(invariants(other));
          expect(late.length).toBeLessThanOrEqual(1);
          expect(invariants(found)).toEqual([...invariants(other), ...late.map(() => 'quiet')]);
          const outcome = late.length > 0 ? 'violated' : other.outcome;
          expect(counts(found)).toEqual({ ...counts(other), outcome });
          if (late.length > 0 && first.length > 0) both++;
          if (late.length > 0 && first.length === 0) alone++;
          if (other.outcome !== 'holds') return;
          // All was explored: the violation is found if there is one, breadth first the shortest.
          const lengths = naiveSearch(graph, true)
            .violations.filter(({ invariant }) => invariant === 'quiet')
            .map(({ length }) => length);
          expect(late.length).toBe(Math.min(lengths.length, 1));
          if (strategy === 'bfs' && late.length > 0) {
            expect(late[0].trace.length).toBe(Math.min(...lengths));
            expect(late[0].shortest).toBe(true);
          }
        }),
        { numRuns: 300 },
      );
      expect(Math.min(alone, both)).toBeGreaterThan(10);
    },
  );

  test('with keep-going finds the same, in another order', () => {
    fc.assert(
      fc.property(graphs(25), (graph) => {
        const plain = explore(graphModel(graph), { keepGoing: true });
        const found = explore(graphModel(graph), { keepGoing: true, defer });
        const late = plain.violations.filter(({ invariant }) => invariant === 'quiet');
        const first = plain.violations.filter(({ invariant }) => invariant !== 'quiet');
        expect(found).toEqual({ ...plain, violations: [...first, ...late] });
      }),
      { numRuns: 200 },
    );
  });

  test('resumed at any level finds the same', () => {
    fc.assert(
      fc.property(graphs(15), (graph) => {
        const kept: (() => CheckpointReader)[] = [];
        const onLevel = (take: () => Checkpoint): void => {
          const { head, blocks } = take();
          const text = JSON.stringify(head);
          const copies = [...blocks].map((block) => block.slice());
          kept.push(() => {
            let next = 0;
            return { head: JSON.parse(text), read: (block) => block.set(copies[next++]) };
          });
        };
        const whole = explore(graphModel(graph), { defer, onLevel });
        for (const resume of kept) {
          const again = explore(graphModel(graph), { defer, resume: resume() });
          expect({ ...again, bytes: 0 }).toEqual({ ...whole, bytes: 0 });
        }
      }),
      { numRuns: 200 },
    );
  });

  test('defers a state invariant and deadlock as well', () => {
    const step = (from: number, to: number) => ({ from, to, thread: 0, statement: 0, raised: 0 });
    const graph: Graph = {
      nodes: 5,
      initial: [0],
      edges: [step(0, 1), step(0, 4), step(1, 2), step(2, 3)],
      // Node 1 violates `even`, node 3 `small`, and node 4 is a deadlock.
      broken: [0, 1, 1, 2, 0],
      final: [3],
    };
    const found = explore(graphModel(graph), { defer: ['even', 'deadlock-free'] });
    const told = found.violations.map(({ invariant, trace }) => `${invariant} ${trace.length}`);
    expect(told).toEqual(['small 3', 'even 1', 'deadlock-free 1']);
  });

  test('defers nothing if no other invariant is checked', () => {
    fc.assert(
      fc.property(graphs(25), (graph) => {
        const model = { ...graphModel(graph), stateInvariants: [] };
        const found = explore(model, { defer, deadlock: false });
        expect(found).toEqual(explore(model, { deadlock: false }));
      }),
      { numRuns: 100 },
    );
  });

  test('refuses a name that no invariant has', () => {
    const model = graphModel({ nodes: 1, initial: [0], edges: [], broken: [0], final: [0] });
    expect(() => explore(model, { defer: ['quite'] })).toThrow(InputError);
    expect(() => explore(model, { defer: ['quite'] })).toThrow(
      '"quite": choose among even, small, quiet, deadlock-free.',
    );
  });
});
