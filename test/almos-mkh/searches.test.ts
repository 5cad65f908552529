/**
 * Searches to the end: each strategy finds the same states, and each trace ends in its violation.
 */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explore } from '../../src/explore.ts';
import type { SearchOptions } from '../../src/explore.ts';
import type { Scenario } from '../../src/system.ts';
import { almosMkh } from '../../src/systems/almos-mkh.ts';
import { every, share } from '../extent.ts';
import { build } from './build.ts';
import { isSmall, sizeOf } from './sizes.ts';
import { subjectOf } from './walks.ts';

/** Every state that a search finds, as text. */
function statesFound(scenario: Scenario, options: SearchOptions): Set<string> {
  const subject = build(scenario);
  const found = new Set<string>();
  const record = {
    name: 'recorded',
    applies: () => true,
    violation: () => {
      found.add(subject.scratch.join());
      return undefined;
    },
  };
  const recording = Object.assign(subject, {
    stateInvariants: [...subject.stateInvariants, record],
  });
  // Laws are checked in states that the search does not find.
  const recorded = { keepGoing: true, maxStates: 1_000_000, checkModel: 'none' } as const;
  const { states } = explore(recording, { ...recorded, ...options });
  expect(found.size).toBe(states);
  return found;
}

const small = almosMkh.scenarios.filter((scenario) => sizeOf(scenario) <= 1_000);

describe.each(share(small, every(10)))('$name', (scenario) => {
  test('breadth first and depth first find the same states', () => {
    const breadth = statesFound(scenario, { strategy: 'bfs' });
    const depth = statesFound(scenario, { strategy: 'dfs' });
    expect([...depth].sort()).toEqual([...breadth].sort());
  });

  test('random walks stay inside the states of the search', () => {
    const all = statesFound(scenario, {});
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
        const strayed = statesFound(scenario, { strategy: 'random', seed, walks: 20, depth: 100 });
        expect([...strayed].filter((state) => !all.has(state))).toEqual([]);
      }),
      { numRuns: 5 },
    );
  });
});

test.each(share(almosMkh.scenarios, isSmall))(
  'the traces of $name end in their violations',
  (scenario) => {
    const subject = subjectOf(scenario);
    const { replayer } = subject;
    const { violations } = explore(subject, { keepGoing: true });
    for (const { invariant, sentence, statement, trace, initial } of violations) {
      let state = replayer.initial()[initial];
      let violated: readonly { readonly invariant: string; readonly sentence: string }[] = [];
      for (const step of trace) {
        const replayed = replayer.step(state, step);
        expect(replayed, `${invariant}: a step of its trace is not possible`).toBeDefined();
        ({ state, violated } = replayed!);
      }
      expect(trace.at(-1)?.statement).toBe(statement);
      if (invariant === 'deadlock-free') expect(replayer.deadlocked(state)).toBe(true);
      else
        expect([...replayer.violations(state), ...violated]).toContainEqual({
          invariant,
          sentence,
        });
    }
  },
);
