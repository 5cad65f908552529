/** Symmetry of the real systems: the same verdicts, or a reason why there is none. */

import { describe, expect, test } from 'vitest';
import { describeTrace } from '../../src/core/trace.ts';
import { InputError } from '../../src/errors.ts';
import { explore } from '../../src/explore.ts';
import type { Verdict } from '../../src/explorer/verdict.ts';
import type { Scenario, System } from '../../src/system.ts';
import { every, long, share } from '../extent.ts';
import { expectLaws, shuffled } from './symmetry-laws.ts';
import { namesOfFixes, renamer, subjectOf } from './systems.ts';
import { almos, codezero, reductions, expectSame } from './symmetric.ts';

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
