/** Mutation tests: every invariant can be violated. `mutation-tests.ts` has the mutations. */

import { describe, expect, test } from 'vitest';
import { explore } from '../../src/explore.ts';
import { mutationTests } from './mutation-tests.ts';
import { allInvariants, build, scenarioNamed } from './build.ts';
import type { Build } from './build.ts';

for (const { invariant, scenario, mistake, broken, options = {} } of mutationTests) {
  const explored = (model: Build) =>
    explore(build(scenarioNamed(scenario), { ...model, options, invariants: [invariant] }));

  describe(`${invariant} finds that ${mistake}`, () => {
    test('it is violated', () => {
      const model = typeof broken === 'string' ? { profile: broken } : { mistake: broken };
      const { outcome, violations } = explored(model);
      expect(outcome).toBe('violated');
      expect(violations.map((violation) => violation.invariant)).toEqual([invariant]);
      expect(violations[0].sentence).not.toMatch(/undefined|NaN|null/);
    });

    test('it holds in the reference and is not vacuous there', () => {
      const { outcome, violations, coverage } = explored({});
      expect(violations.map(({ sentence }) => sentence)).toEqual([]);
      expect(outcome).toBe('holds');
      // The reference returns no error in this scenario; other profiles do.
      const silent = invariant === 'failed-call-leaves-no-trace';
      expect(coverage.vacuous.includes(invariant)).toBe(silent);
    });
  });
}

test('no invariant of the system is missing', () => {
  expect(mutationTests.map(({ invariant }) => invariant).sort()).toEqual([...allInvariants].sort());
});
