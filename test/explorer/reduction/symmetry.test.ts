/** Symmetry: fewer states, the same verdicts, and traces that need no symmetry. */

import { describe, expect, test } from 'vitest';
import { BUGS, miniCow } from '../../../bench/minicow.ts';
import { describeTrace } from '../../../src/core/trace.ts';
import { InputError } from '../../../src/errors.ts';
import type { Model } from '../../../src/explorer/model.ts';
import type { ReducibleModel } from '../../../src/reduction/capabilities.ts';
import { explore } from '../../../src/explore.ts';
import type { Verdict } from '../../../src/explorer/verdict.ts';
import { systems } from '../../../src/systems.ts';
import type { Scenario, System } from '../../../src/system.ts';
import { every, long, share } from '../../extent.ts';
import { hanoi } from '../../models/hanoi.ts';
import { twoPhaseCommit } from '../../models/two-phase-commit.ts';
import { distances } from '../naive.ts';
import { canonicalOf, dice, expectLaws, shuffled } from './symmetry-laws.ts';
import { namesOfFixes, renamer, subjectOf } from './systems.ts';

const reductions = ['symmetry'] as const;
const [almos, , codezero] = systems as readonly [System, System, System];

const found = ({ outcome, violations }: Verdict) => {
  const told = violations.map(({ invariant, trace, shortest, statement }) => {
    return [invariant, trace.length, shortest, statement];
  });
  return { outcome, violations: told };
};

/** Searches with and without symmetry, and expects the same verdict and no more states. */
function compare(make: () => Model, options = {}): [all: number, fewer: number] {
  const all = explore(make(), options);
  const fewer = explore(make(), { ...options, reductions });
  expectSame(fewer, all);
  return [all.states, fewer.states];
}

function expectSame(fewer: Verdict, all: Verdict): void {
  expect(found(fewer)).toEqual(found(all));
  expect(fewer.reductions).toEqual(reductions);
  expect(fewer.states).toBeLessThanOrEqual(all.states);
  expect(fewer.depth).toBeLessThanOrEqual(all.depth);
}

/** Takes the steps of a trace in the model itself, and returns the last state. */
function walk(model: Model, { initial, trace }: Verdict['violations'][0]): Int32Array {
  const starts: Int32Array[] = [];
  model.initialStates(() => starts.push(model.scratch.slice()));
  return trace.reduce((state, step) => {
    let next: Int32Array | undefined;
    model.scratch.set(state);
    model.successors((thread, statement, choice) => {
      const same = thread === step.thread && statement === step.statement;
      if (same && choice === step.choice) next ??= model.scratch.slice();
    });
    return next!;
  }, starts[initial]);
}

/** The number of distinct canonical forms of the states of a model, searched without symmetry. */
function kinds(model: Model): number {
  const states = [...distances(model).keys()];
  return new Set(
    states.map((key) => canonicalOf(model, Int32Array.from(key.split(','), Number)).join()),
  ).size;
}

describe('two-phase commit', () => {
  test.each([
    [3, 288, 80],
    [5, 8832, 314],
  ])('with %i resource managers, %i states are %i up to their names', (managers, all, fewer) => {
    expect(compare(() => twoPhaseCommit(managers))).toEqual([all, fewer]);
  });

  test('that is how many states differ by more than names', () => {
    expect(explore(twoPhaseCommit(4), { reductions }).states).toBe(kinds(twoPhaseCommit(4)));
  });
});

describe('MiniCOW', () => {
  test.each([
    [2, 2, 2, 1014, 417],
    [2, 2, 3, 2498, 666],
    [3, 2, 2, 24_499, 4610],
    [3, 1, 3, 3012, 509],
  ])(
    '%i processes, %i pages, %i frames: %i states are %i',
    (processes, pages, frames, ...states) => {
      expect(compare(() => miniCow({ processes, pages, frames }))).toEqual(states);
    },
  );

  test('that is how many states differ by more than names', () => {
    expect(kinds(miniCow({ processes: 3, pages: 1, frames: 3 }))).toBe(509);
    expect(kinds(miniCow({ processes: 2, pages: 2, frames: 3 }))).toBe(666);
  });

  test('every invariant by itself has the same verdict, whatever the bug', () => {
    for (const bug of BUGS.keys()) {
      for (const invariant of ['i', 'ii', 'iii', 'iv']) {
        const make = () => miniCow({ processes: 3, pages: 1, frames: 2 }, bug, [invariant]);
        let objection: unknown;
        try {
          compare(make);
        } catch (error) {
          objection = error;
        }
        // A bug may make free frames differ before the chosen invariant is violated.
        if (objection === undefined) continue;
        expect(bug).toBeGreaterThan(0);
        expect(objection).toBeInstanceOf(InputError);
        expect(String(objection)).toMatch(/is free and yet in use.*search without symmetry/);
      }
    }
  });

  test('commutes with steps and invariants', () => {
    const renamed = expectLaws(
      miniCow({ processes: 3, pages: 2, frames: 3 }),
      40,
      40,
      (state) => state,
    );
    expect(renamed).toBeGreaterThan(300);
  });

  test('traces are of the model itself', () => {
    for (const bug of [1, 2, 3]) {
      const make = () => miniCow({ processes: 3, pages: 2, frames: 3 }, bug);
      const verdict = explore(make(), { reductions });
      const model = make();
      const last = walk(model, verdict.violations[0]);
      model.scratch.set(last);
      const broken = model.stateInvariants.map((check) => [check.name, check.violation()]);
      const { invariant, sentence } = verdict.violations[0];
      expect(broken).toContainEqual([invariant, sentence]);
    }
  });
});

/** The maximum number of states without symmetry, so that the suite stays quick. */
const MOST = 1000;
const variants: [string, System, string[], Record<string, string>, string?][] = [
  ['almos-mkh as written', almos, [], {}],
  ['almos-mkh as written, any frame', almos, [], { frameOrder: 'any' }],
  ['almos-mkh fixed, any frame', almos, namesOfFixes(almos), { frameOrder: 'any' }],
  ['almos-mkh on stale-tlb, any frame', almos, [], { frameOrder: 'any' }, 'stale-tlb'],
  ['codezero-mm0 as written', codezero, [], {}],
  ['codezero-mm0 fixed', codezero, namesOfFixes(codezero), {}],
];

describe.each(variants)('%s', (_name, system, fixes, options, hardware) => {
  const make = (scenario: Scenario) => subjectOf(system, scenario, fixes, options, hardware);

  test('has the same verdicts or is refused with a reason, and traces replay without it', () => {
    let [all, fewer, told] = [0, 0, 0];
    for (const scenario of share(system.scenarios, every(3))) {
      const subject = make(scenario);
      const full = explore(subject, { maxStates: MOST });
      if (full.limit !== undefined) continue;
      try {
        const reduced = explore(subject, { reductions });
        expectSame(reduced, full);
        all += full.states;
        fewer += reduced.states;
        for (const violation of reduced.violations) {
          told++;
          expect(describeTrace(subject, violation).steps).toHaveLength(violation.trace.length);
        }
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        expect(error.message).toMatch(/may be handed out next.*search without symmetry/);
      }
    }
    expect(fewer).toBeLessThan(all);
    expect(told > 0).toBe(fixes.length === 0);
  });

  test('commutes with steps and invariants', () => {
    let renamed = 0;
    for (const scenario of share(system.scenarios, every(3))) {
      const subject = make(scenario);
      renamed += expectLaws(subject, 1, 25, (state, roll) =>
        renamer(subject, (size, classes) => shuffled(size, classes, roll))(state),
      );
    }
    expect(renamed).toBeGreaterThan(long ? 100 : 50);
  });
});

test('keep-going finds the same violations', () => {
  const scenario = almos.scenarios.find(({ name }) => name === 'cow-two-words')!;
  for (const each of [scenario, almos.scenarios[0]]) {
    const make = () => subjectOf(almos, each, [], { frameOrder: 'any' });
    const keepGoing = { keepGoing: true };
    const names = (verdict: Verdict) =>
      verdict.violations.map(({ invariant, statement, trace }) => [
        invariant,
        statement,
        trace.length,
      ]);
    const all = explore(make(), keepGoing);
    const fewer = explore(make(), { ...keepGoing, reductions });
    expect(names(fewer).sort()).toEqual(names(all).sort());
  }
});

test('depth first searches the same states', () => {
  const dfs = explore(miniCow({ processes: 3, pages: 1, frames: 3 }), {
    reductions,
    strategy: 'dfs',
  });
  expect([dfs.outcome, dfs.states]).toEqual(['holds', 509]);
});

test('a checkpoint can be resumed', () => {
  const make = () => miniCow({ processes: 3, pages: 1, frames: 3 });
  const whole = explore(make(), { reductions });
  let taken: { head: never; blocks: Int32Array[] } | undefined;
  explore(make(), {
    reductions,
    depth: 9,
    onLevel(snapshot) {
      const { head, blocks } = snapshot();
      taken = {
        head: structuredClone(head) as never,
        blocks: [...blocks].map((each) => each.slice()),
      };
    },
  });
  const { head, blocks } = taken!;
  const resume = { head, read: (block: Int32Array) => block.set(blocks.shift()!) };
  expect({ ...explore(make(), { reductions, resume }), bytes: whole.bytes }).toEqual(whole);
});

test.each([
  [{ reductions, strategy: 'random' as const }, /Random walks store no states/],
  [{ reductions: ['magic' as never] }, /one of symmetry.*found magic/],
  [{ reductions }, /does not declare which objects are interchangeable/],
])('%o is refused', (options, sentence) => {
  expect(() => explore(hanoi(2), options)).toThrow(InputError);
  expect(() => explore(hanoi(2), options)).toThrow(sentence);
});

test('a declaration that is wrong does not commute', () => {
  const model = twoPhaseCommit(3);
  const wrong: ReducibleModel = {
    ...model,
    symmetry: {
      what: 'everything',
      canonicalise: () => void model.scratch.sort(),
      objection: () => undefined,
    },
  };
  expect(() => expectLaws(wrong, 5, 10, (state) => state)).toThrow();
  expect(dice(1)(10)).toBe(dice(1)(10));
});
