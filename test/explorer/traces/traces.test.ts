import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Model } from '../../../src/explorer/model.ts';
import { explore } from '../../../src/explore.ts';
import { counters } from '../../models/counters.ts';
import { eightPuzzle } from '../../models/eight-puzzle.ts';
import { graphModel, graphs } from '../../models/graph.ts';
import { hanoi } from '../../models/hanoi.ts';
import { stateCheck } from '../../models/plain.ts';
import { distances, firstOf, naiveSearch, naiveSwitches, switchesOf, walk } from '../naive.ts';

/** The model with one more invariant: never this state. */
function never(model: Model, target: readonly number[]): Model {
  const key = target.join();
  const check = stateCheck('never', () => (model.scratch.join() === key ? 'it is' : undefined));
  return { ...model, stateInvariants: [check] };
}

test('a violation ends the search after its level, with the counts of a naive search', () => {
  fc.assert(
    fc.property(graphs(8), (graph) => {
      const naive = naiveSearch(graph, false);
      const first = firstOf(naive.violations);
      const verdict = explore(graphModel(graph));
      expect(verdict).toMatchObject({
        outcome: first === undefined ? 'holds' : 'violated',
        limit: undefined,
        states: naive.states,
        transitions: naive.transitions,
        depth: naive.depth,
      });
      expect(verdict.violations.map((violation) => violation.invariant)).toEqual(
        first === undefined ? [] : [first.invariant],
      );
    }),
    { numRuns: 2000 },
  );
});

test('its trace is the shortest, and none as short has fewer context switches', () => {
  fc.assert(
    fc.property(graphs(5), (graph) => {
      const first = firstOf(naiveSearch(graph, false).violations);
      fc.pre(first !== undefined);
      const [violation] = explore(graphModel(graph)).violations;
      const edges = walk(graph, violation!.initial, violation!.trace);
      expect(edges).toHaveLength(first.length);
      expect(switchesOf(violation!.trace)).toBe(
        first.length === 0 ? 0 : naiveSwitches(graph, first),
      );
      expect(violation!.statement).toBe(edges.at(-1)?.statement);
      const end = edges.at(-1)?.to ?? graph.initial[violation!.initial];
      if (first.edge === undefined) expect(end).toBe(first.node);
      else expect(edges.at(-1)).toEqual(first.edge);
      expect(violation).toMatchObject({ shortest: true, alreadyViolated: [] });
    }),
    { numRuns: 2000 },
  );
});

test('a depth-first trace leads to the violation, but is not claimed to be shortest', () => {
  fc.assert(
    fc.property(graphs(8), (graph) => {
      const verdict = explore(graphModel(graph), { strategy: 'dfs' });
      const naive = naiveSearch(graph, true);
      expect(verdict.outcome).toBe(naive.violations.length > 0 ? 'violated' : 'holds');
      for (const violation of verdict.violations) {
        const edges = walk(graph, violation.initial, violation.trace);
        expect(violation.shortest).toBe(false);
        expect(violation.statement).toBe(edges.at(-1)?.statement);
      }
    }),
    { numRuns: 1000 },
  );
});

test('the trace to any state of Hanoi is as long as a naive search says', () => {
  const reached = [...distances(hanoi(3))];
  for (const [key, distance] of reached) {
    const target = key.split(',').map(Number);
    const [violation] = explore(never(hanoi(3), target)).violations;
    expect(violation!.trace).toHaveLength(distance);
  }
});

test.each([
  [8, 6, 7, 2, 5, 4, 3, 0, 1],
  [6, 4, 7, 8, 5, 0, 3, 2, 1],
])('the hardest 8-puzzles are 31 moves away: %i%i%i %i%i%i %i%i%i', (...target) => {
  expect(explore(never(eightPuzzle(), target)).violations[0].trace).toHaveLength(31);
});

test('threads that never meet run one after the other in a trace', () => {
  const [violation] = explore(never(counters(3, 5), [4, 5, 3])).violations;
  expect(violation!.trace.map((step) => step.thread).join('')).toBe('000011111222');
});

test('a trace says which initial state it starts from', () => {
  const graph = {
    nodes: 3,
    initial: [0, 0, 1],
    edges: [{ from: 1, to: 2, thread: 0, statement: 0, raised: 0 }],
    broken: [0, 0, 1],
    final: [0],
  };
  const [violation] = explore(graphModel(graph)).violations;
  expect(violation).toMatchObject({ initial: 2, statement: 0, sentence: 'node 2' });
});

test('a violation in an initial state has an empty trace and no statement', () => {
  const verdict = explore(never(hanoi(2), [0, 0]));
  expect(verdict).toMatchObject({ outcome: 'violated', states: 1, transitions: 0 });
  expect(verdict.violations[0]).toMatchObject({ trace: [], statement: undefined, initial: 0 });
});
