import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explore, startSearch } from '../../src/explore.ts';
import type { Progress } from '../../src/explorer/verdict.ts';
import { counters } from '../models/counters.ts';
import { graphModel, graphs, outgoing } from '../models/graph.ts';
import { hanoi } from '../models/hanoi.ts';
import { locks } from '../models/locks.ts';
import { plainModel, stateCheck } from '../models/plain.ts';
import { twoPhaseCommit } from '../models/two-phase-commit.ts';
import { distances } from './naive.ts';

describe('a deadlock', () => {
  test('is two threads that take two locks in opposite order', () => {
    const verdict = explore(locks('opposite'));
    expect(verdict.outcome).toBe('violated');
    expect(verdict.violations).toEqual([
      {
        invariant: 'deadlock-free',
        sentence: 'nothing can move, though not everything has finished',
        statement: 0,
        trace: [
          { thread: 0, statement: 0, choice: 0 },
          { thread: 1, statement: 0, choice: 0 },
        ],
        initial: 0,
        shortest: true,
        alreadyViolated: [],
      },
    ]);
  });

  test('is not two threads that take them in the same order', () => {
    expect(explore(locks('same')).outcome).toBe('holds');
  });

  test('is not checked if switched off', () => {
    expect(explore(locks('opposite'), { deadlock: false }).outcome).toBe('holds');
  });

  test.each(['dfs', 'random'] as const)('is found by %s', (strategy) => {
    const verdict = explore(locks('opposite'), { strategy });
    expect(verdict).toMatchObject({ outcome: 'violated', limit: undefined, strategy });
    expect(verdict.violations[0].trace).toHaveLength(2);
  });
});

describe('a search that advances in portions', () => {
  test.each(['bfs', 'dfs', 'random'] as const)(
    'ends in the verdict of explore (%s)',
    (strategy) => {
      fc.assert(
        fc.property(
          graphs(10),
          fc.integer({ min: 1, max: 9 }),
          fc.boolean(),
          (graph, n, keepGoing) => {
            const walks = strategy === 'random' ? { walks: 20, depth: 20 } : {};
            const options = { strategy, keepGoing, ...walks };
            const search = startSearch(graphModel(graph), options);
            while (!search.advance(n));
            expect(search.verdict()).toEqual(explore(graphModel(graph), options));
          },
        ),
        { numRuns: 300 },
      );
    },
  );

  test('reports progress, and has no verdict before the end', () => {
    const search = startSearch(hanoi(6));
    expect(search.progress()).toMatchObject({ states: 1, transitions: 0, depth: 0, frontier: 1 });
    search.advance(10);
    const { states, frontier } = search.progress();
    expect(states - frontier).toBe(10);
    expect(() => search.verdict()).toThrow(/no verdict/);
  });

  test('reports each level once', () => {
    const seen: Progress[] = [];
    explore(hanoi(4), { onProgress: (progress) => seen.push(progress) });
    expect(seen.map((progress) => progress.depth)).toEqual(Array.from({ length: 16 }, (_, i) => i));
  });

  test('can be interrupted while it looks for the best trace, and takes a good one', () => {
    const model = counters(3, 12);
    const target = stateCheck('never', () =>
      model.scratch.join() === '9,9,9' ? 'it is' : undefined,
    );
    const broken = { ...model, stateInvariants: [target] };
    const whole = explore(broken);
    const search = startSearch(broken);
    while (search.progress().states < whole.states) search.advance(1);
    while (search.progress().transitions < whole.transitions) search.advance(1);
    search.advance(300);
    search.interrupt();
    while (!search.advance(1));
    const verdict = search.verdict();
    expect(verdict).toMatchObject({ outcome: 'violated', limit: undefined });
    expect(verdict.violations[0].trace).toHaveLength(27);
    expect(verdict.violations[0].shortest).toBe(true);
  });
});

describe('random walks', () => {
  test('are the same for the same seed', () => {
    const run = (seed: number) =>
      explore(twoPhaseCommit(6), { strategy: 'random', seed, walks: 20, depth: 20 });
    expect(run(1)).toEqual(run(1));
    expect(run(1).states).not.toBe(run(2).states);
  });

  test('never prove anything', () => {
    const verdict = explore(hanoi(1), { strategy: 'random' });
    expect(verdict).toMatchObject({ outcome: 'limited', limit: 'walks', states: 3 });
  });

  test('choose every successor about as often as any other', () => {
    const ends = [0, 0, 0, 0];
    const scratch = new Int32Array(1);
    const model = plainModel({
      name: 'fan',
      scratch,
      statements: ['go', 'end'],
      initialStates(visit) {
        scratch[0] = 0;
        visit();
      },
      successors(visit) {
        if (scratch[0] > 0) {
          ends[scratch[0] - 1]++;
          return;
        }
        for (let choice = 0; choice < 4; choice++) {
          scratch[0] = choice + 1;
          visit(0, 0, choice);
        }
      },
    });
    explore(model, { strategy: 'random', walks: 4000, checkModel: 'none' });
    for (const count of ends) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });
});

describe('coverage', () => {
  test('a run has ended where a final state without steps is reached', () => {
    let ends = 0;
    fc.assert(
      fc.property(graphs(0), fc.boolean(), fc.boolean(), (graph, keepGoing, deadlock) => {
        const out = outgoing(graph);
        const reached = [...distances(graphModel(graph)).keys()].map(Number);
        const ended = reached.some((node) => out[node].length === 0 && graph.final.includes(node));
        const { outcome, coverage } = explore(graphModel(graph), { keepGoing, deadlock });
        // A search that ends at a deadlock has not seen all states.
        if (outcome === 'holds' || keepGoing) expect(coverage.ended).toBe(ended);
        if (ended) ends++;
      }),
      { numRuns: 200 },
    );
    expect(ends).toBeGreaterThan(20);
  });

  test('names statements, operations and invariants that were never touched', () => {
    const model = counters(1, 2);
    const silent = { name: 'silent', applies: () => false, violation: () => undefined };
    const spoken = { name: 'spoken', applies: () => true, violation: () => undefined };
    const { coverage } = explore({
      ...model,
      statements: [...model.statements, { operation: 'other', file: 'x', line: 0, token: 'x' }],
      stateInvariants: [silent, spoken],
      stepInvariants: [{ name: 'never consulted' }],
      step: { ...model.step, covered: new Uint8Array(2).fill(1) },
      successors(visit) {
        this.step.covered[0] = 1;
        model.successors(visit);
      },
    });
    expect(coverage).toEqual({
      unreached: [1],
      neverStarted: ['other'],
      vacuous: ['silent', 'never consulted'],
      ended: true,
    });
  });
});
