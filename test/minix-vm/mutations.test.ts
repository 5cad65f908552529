/** Mutation tests: every invariant can be violated. `mutation-tests.ts` has the mutations. */

import { describe, expect, test } from 'vitest';
import { explore } from '../../src/explore.ts';
import { allFixes, allInvariants, build, scenarioNamed } from './build.ts';
import type { Build } from './build.ts';
import { mutationTests } from './mutation-tests.ts';

function search(invariant: string, scenario: string, model: Build) {
  return explore(build(scenarioNamed(scenario), { invariants: [invariant], ...model }));
}

for (const [invariant, scenario, mistake] of mutationTests) {
  describe(`${invariant}, in ${scenario}`, () => {
    test(`is violated ${mistake === undefined ? 'as written' : 'by a mistake'}`, () => {
      const { outcome, violations, coverage } = search(
        invariant,
        scenario,
        mistake === undefined ? {} : { replaced: [mistake] },
      );
      expect(outcome).toBe('violated');
      expect(violations.map((violation) => violation.invariant)).toEqual([invariant]);
      expect(violations[0].sentence).not.toMatch(/undefined|NaN|null /);
      expect(coverage.vacuous).not.toContain(invariant);
    });

    test(`holds ${mistake === undefined ? 'once fixed' : 'as written'}`, () => {
      const fixes = mistake === undefined ? allFixes : [];
      const { outcome, violations } = search(invariant, scenario, { fixes });
      expect(violations.map(({ sentence }) => sentence)).toEqual([]);
      expect(outcome).toBe('holds');
    });
  });
}

test('no invariant of the system is missing', () => {
  expect(mutationTests.map(([invariant]) => invariant).sort()).toEqual([...allInvariants].sort());
});
