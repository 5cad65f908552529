/** Mutation tests: every invariant can be violated. `mutation-tests.ts` gathers the mutations. */

import { describe, expect, test } from 'vitest';
import { explore } from '../../src/explore.ts';
import type { Verdict } from '../../src/explorer/verdict.ts';
import { mutationTests } from './mutation-tests.ts';
import type { MutationTest, Model } from './mutations/row.ts';
import { allInvariants, build } from './build.ts';

/** Explores with this invariant only. */
function explored({ invariant, scenario }: MutationTest, model: Model): Verdict {
  const subject = build(scenario, { invariants: [invariant], ...model });
  return explore(subject, { deadlock: invariant === 'deadlock-free', maxStates: 1_000_000 });
}

for (const row of mutationTests) {
  const { invariant, mistake, broken, sound, silent } = row;

  describe(`${invariant} finds that ${mistake}`, () => {
    test('it is violated', () => {
      const { outcome, violations, coverage } = explored(row, broken);
      expect(outcome).toBe('violated');
      expect(violations.map((violation) => violation.invariant)).toEqual([invariant]);
      expect(violations[0].sentence).not.toMatch(/undefined|NaN|null/);
      expect(coverage.vacuous).not.toContain(invariant);
    });

    if (sound === undefined) return;
    test(`it holds ${sound.replaced || sound.options ? 'once mended' : 'as written'}`, () => {
      const { outcome, violations, coverage } = explored(row, sound);
      expect(violations.map(({ sentence }) => sentence)).toEqual([]);
      expect(outcome).toBe('holds');
      expect(coverage.vacuous.includes(invariant)).toBe(silent);
    });
  });
}

test('no invariant of the system is missing', () => {
  expect([...new Set(mutationTests.map(({ invariant }) => invariant))].sort()).toEqual(
    [...allInvariants].sort(),
  );
});

test('every invariant has a control that holds', () => {
  const controlled = new Set(
    mutationTests.filter(({ sound }) => sound).map(({ invariant }) => invariant),
  );
  expect(allInvariants.filter((name) => !controlled.has(name))).toEqual([]);
});
