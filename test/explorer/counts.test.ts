import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Model } from '../../src/explorer/model.ts';
import { explore } from '../../src/explore.ts';
import { counters } from '../models/counters.ts';
import { eightPuzzle } from '../models/eight-puzzle.ts';
import { hanoi } from '../models/hanoi.ts';
import { locks } from '../models/locks.ts';
import { twoPhaseCommit } from '../models/two-phase-commit.ts';
import { distances } from './naive.ts';

function counts(model: Model) {
  const { outcome, states, transitions, depth } = explore(model);
  return { outcome, states, transitions, depth };
}

describe('a textbook model has as many states as the textbook says', () => {
  test('two-phase commit with 3 resource managers has 288, as TLC and Stateright say', () => {
    expect(counts(twoPhaseCommit(3))).toEqual({
      outcome: 'holds',
      states: 288,
      transitions: 1145,
      depth: 10,
    });
  });

  test('two-phase commit with 5 resource managers has 8,832, as Stateright says', () => {
    expect(counts(twoPhaseCommit(5))).toMatchObject({ outcome: 'holds', states: 8832 });
  });

  test.each([1, 2, 5, 8])(
    'the tower of Hanoi with %i discs has 3^n, and 2^n - 1 moves',
    (discs) => {
      expect(counts(hanoi(discs))).toEqual({
        outcome: 'holds',
        states: 3 ** discs,
        transitions: 3 * 3 ** discs - 3,
        depth: 2 ** discs - 1,
      });
    },
  );

  test('the 8-puzzle has 181,440, and its hardest arrangement takes 31 moves', () => {
    // Of 9!/2 arrangements each ninth has its gap in the middle (4 moves), four in a corner (2).
    const transitions = (181_440 / 9) * (4 + 4 * 2 + 4 * 3);
    expect(counts(eightPuzzle())).toEqual({
      outcome: 'holds',
      states: 181_440,
      transitions,
      depth: 31,
    });
  });

  test('threads that never meet have (k+1)^N, in N·k·(k+1)^(N-1) transitions', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 6 }), (threads, k) => {
        expect(counts(counters(threads, k))).toEqual({
          outcome: 'holds',
          states: (k + 1) ** threads,
          transitions: threads * k * (k + 1) ** (threads - 1),
          depth: threads * k,
        });
      }),
      { numRuns: 40 },
    );
  });
});

describe('every strategy finds the same states as a naive search', () => {
  const models: [string, () => Model, { walks: number; depth: number }][] = [
    ['two-phase commit', () => twoPhaseCommit(3), { walks: 30_000, depth: 14 }],
    ['hanoi', () => hanoi(4), { walks: 100, depth: 10_000 }],
    ['counters', () => counters(3, 3), { walks: 2000, depth: 20 }],
    ['locks', () => locks('same'), { walks: 100, depth: 10 }],
  ];
  for (const [name, make, walks] of models) {
    test.each(['bfs', 'dfs', 'random'] as const)(`${name}, %s`, (strategy) => {
      const model = make();
      const found: string[] = [];
      const watch = {
        name: 'watch',
        applies: () => true,
        violation: () => void found.push(model.scratch.join()),
      };
      const random = strategy === 'random';
      const checkModel = 'none';
      const options = { strategy, checkModel, ...(random && walks) } as const;
      const verdict = explore({ ...model, stateInvariants: [watch] }, options);
      expect(found.sort()).toEqual([...distances(make()).keys()].sort());
      expect(verdict.states).toBe(found.length);
      expect(verdict.outcome).toBe(random ? 'limited' : 'holds');
    });
  }

  test('depth first counts the transitions of breadth first', () => {
    const bfs = explore(twoPhaseCommit(4));
    const dfs = explore(twoPhaseCommit(4), { strategy: 'dfs' });
    expect([dfs.states, dfs.transitions]).toEqual([bfs.states, bfs.transitions]);
    expect(dfs.depth).toBeGreaterThanOrEqual(bfs.depth);
    expect(dfs.frontier).toBe(0);
  });
});
