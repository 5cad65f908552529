import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explore } from '../../src/explore.ts';
import {
  graphModel,
  graphs,
  STATE_CHECKS,
  STATEMENTS,
  STEP_CHECKS,
  type Graph,
} from '../models/graph.ts';
import { naiveSearch, naiveSwitches, switchesOf, walk, type NaiveViolation } from './naive.ts';

const OPTIONS = { keepGoing: true } as const;

/** Names of the invariants that a trace violates before its end. */
function brokenBefore(
  graph: Graph,
  invariant: string,
  nodes: number[],
  raised: number[],
): string[] {
  const deadlock = invariant === 'deadlock-free';
  const earlier = deadlock ? nodes : nodes.slice(0, Math.max(0, nodes.length - 1));
  const steps = deadlock ? raised : raised.slice(0, -1);
  const states = earlier.reduce((bits, node) => bits | graph.broken[node], 0);
  const quiet = steps.reduce((bits, step) => bits | step, 0);
  return [
    ...STATE_CHECKS.filter((_, bit) => states & (1 << bit)),
    ...STEP_CHECKS.filter((_, bit) => quiet & (1 << bit)),
  ].sort();
}

describe('with keep-going', () => {
  test('all is explored; each distinct violation is found once, with its shortest trace', () => {
    fc.assert(
      fc.property(graphs(25), (graph) => {
        const naive = naiveSearch(graph, true);
        const verdict = explore(graphModel(graph), OPTIONS);
        const { states, transitions, depth } = naive;
        expect(verdict).toMatchObject({ states, transitions, depth, limit: undefined });
        const told = (violation: { invariant: string; statement: number | undefined }, n: number) =>
          `${violation.invariant} ${violation.statement} ${n}`;
        expect(
          verdict.violations.map((violation) => told(violation, violation.trace.length)).sort(),
        ).toEqual(naive.violations.map((violation) => told(violation, violation.length)).sort());
        const lengths = verdict.violations.map((violation) => violation.trace.length);
        expect(lengths).toEqual([...lengths].sort((one, other) => one - other));
      }),
      { numRuns: 2000 },
    );
  });

  test.each(['bfs', 'dfs'] as const)(
    'every trace breaks what it says, where it says (%s)',
    (strategy) => {
      fc.assert(
        fc.property(graphs(25), (graph) => {
          for (const violation of explore(graphModel(graph), { ...OPTIONS, strategy }).violations) {
            const { invariant, initial, trace } = violation;
            const edges = walk(graph, initial, trace);
            const nodes = [graph.initial[initial], ...edges.map((edge) => edge.to)];
            const bit = 1 << STATE_CHECKS.indexOf(invariant);
            if (STATE_CHECKS.includes(invariant)) {
              expect(graph.broken[nodes.at(-1)!] & bit).toBe(bit);
              if (nodes.length > 1) expect(graph.broken[nodes.at(-2)!] & bit).toBe(0);
            } else if (STEP_CHECKS.includes(invariant)) {
              expect(edges.at(-1)!.raised).toBe(1);
            } else {
              expect(graph.edges.some((edge) => edge.from === nodes.at(-1))).toBe(false);
            }
            const raised = edges.map((edge) => edge.raised);
            expect([...violation.alreadyViolated].sort()).toEqual(
              brokenBefore(graph, invariant, nodes, raised),
            );
          }
        }),
        { numRuns: 1000 },
      );
    },
  );

  test('none of the traces has more context switches than it needs', () => {
    fc.assert(
      fc.property(graphs(5), (graph) => {
        const naive = naiveSearch(graph, true).violations;
        const { violations } = explore(graphModel(graph), OPTIONS);
        for (const { invariant, statement, trace } of violations) {
          const same = (one: NaiveViolation): boolean =>
            one.invariant === invariant && one.statement === statement;
          const fewest = trace.length === 0 ? 0 : naiveSwitches(graph, naive.find(same)!, true);
          expect(switchesOf(trace)).toBe(fewest);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('two statements that violate one invariant are two violations', () => {
    const edges = [0, 1].map((statement) => ({ from: 0, to: 1, thread: 0, statement, raised: 0 }));
    const graph = { nodes: 2, initial: [0], edges, broken: [0, 1], final: [1] };
    const { violations } = explore(graphModel(graph), OPTIONS);
    expect(violations.map((violation) => violation.statement)).toEqual([0, 1]);
  });

  test('a limit leaves the verdict violated and says that the list may be incomplete', () => {
    const edges = Array.from({ length: 9 }, (_, from) => {
      return { from, to: from + 1, thread: 0, statement: from % STATEMENTS, raised: 0 };
    });
    const broken = [0, 1, 0, 0, 0, 0, 0, 0, 0, 2];
    const graph = { nodes: 10, initial: [0], edges, broken, final: [9] };
    const cut = explore(graphModel(graph), { ...OPTIONS, maxStates: 5 });
    expect(cut).toMatchObject({ outcome: 'violated', limit: 'states' });
    expect(cut.violations).toHaveLength(1);
    const whole = explore(graphModel(graph), OPTIONS);
    expect(whole).toMatchObject({ outcome: 'violated', limit: undefined });
    expect(whole.violations.map((violation) => violation.alreadyViolated)).toEqual([[], ['even']]);
  });

  test('more than 31 state invariants are refused', () => {
    const graph = { nodes: 1, initial: [0], edges: [], broken: [0], final: [0] };
    const model = graphModel(graph);
    const stateInvariants = Array.from({ length: 32 }, () => model.stateInvariants[0]);
    expect(() => explore({ ...model, stateInvariants }, OPTIONS)).toThrow(
      /at most 31 state invariants/,
    );
    expect(explore({ ...model, stateInvariants }).outcome).toBe('holds');
  });
});
