/**
 * Mutation tests: every invariant can be violated. If the code as written violates it in some
 * scenario, it holds with all fixes there. Otherwise a mutation of `mutations.ts` violates it.
 */

import { describe, expect, test } from 'vitest';
import { explore } from '../../src/explore.ts';
import { allFixes, allInvariants, build, scenarioNamed } from './build.ts';
import type { Build, MinixOperation } from './build.ts';
import * as mutations from './mutations.ts';

type Row = readonly [invariant: string, scenario: string, mistake?: MinixOperation];

const rows: readonly Row[] = [
  ['refcount-equals-list', 'cut-fails'],
  ['refcount-equals-tree-references', 'cut-fails'],
  ['list-member-points-back', 'cut-fails'],
  ['tree-member-on-list', 'map-writable', mutations.mapForgetsTheList],
  ['list-finite', 'cut-fails'],
  ['parent-consistent', 'beyond-the-region'],
  ['phys-regions-disjoint', 'munmap-of-mapped', mutations.mapDropsTheFirstOnly],
  ['phys-region-in-region', 'beyond-the-region'],
  ['block-length-positive', 'cut-a-block', mutations.splitForgetsTheLength],
  ['frames-disjoint', 'cut-a-block', mutations.splitKeepsTheFrame],
  ['no-freed-frame-in-block', 'map-and-fork', mutations.framesGoWithTheLastButOne],
  ['no-frame-leak', 'cut-fails'],
  ['no-orphan-object', 'cut-fails'],
  ['refcount-in-range', 'map-writable', mutations.blockStaysWithoutUsers],
  ['share-flag-valid', 'map-writable', mutations.mapForgetsTheFlag],
  ['exit-releases-all', 'beyond-the-region'],
  ['pte-has-phys-region', 'map-of-shared-fails'],
  ['pte-frame-matches', 'map-writable', mutations.mapTakesTheNextFrame],
  ['pte-never-free-frame', 'map-of-shared-fails'],
  ['phys-region-has-pte', 'fork-of-mapped-fails'],
  ['pte-writable-region', 'map-of-read-only-region'],
  ['pte-writable-exclusive-or-smap', 'fork-fails'],
  ['cow-is-readonly', 'map-and-fork', mutations.forkForgetsTheParent],
  ['unmapped-page-has-no-pte', 'beyond-the-region'],
  ['content-refines', 'kernel-check'],
  ['smap-only-as-agreed', 'unmap-fails'],
  ['no-panic', 'map-fails'],
  ['no-assert', 'fork-fails'],
  ['no-crash', 'unrecorded-unmaps'],
  ['no-double-free', 'map-writable', mutations.framesGoTwice],
  ['no-access-to-free-frame', 'map-of-shared-fails'],
  ['refcount-never-wraps', 'two-failures'],
  ['request-terminates', 'cut-fails'],
  ['cow-isolation', 'unmap-fails'],
  ['smap-visibility', 'kernel-check'],
  ['legit-write-succeeds', 'map-own-child'],
  ['legit-read-succeeds', 'fork-of-mapped-fails'],
  ['readonly-holds', 'rights-of-others'],
  ['no-rights-gained', 'rights-of-others'],
  ['unmap-severs', 'unmap-fails'],
  ['failed-request-no-trace', 'map-fails'],
  ['ok-means-complete', 'map-fails'],
  ['failure-is-reported', 'unmap-fails'],
  ['only-range-changes', 'cut-fails'],
  ['revoke-reaches-the-chain', 'chain-of-maps'],
];

function search(invariant: string, scenario: string, model: Build) {
  return explore(build(scenarioNamed(scenario), { invariants: [invariant], ...model }));
}

for (const [invariant, scenario, mistake] of rows) {
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
  expect(rows.map(([invariant]) => invariant).sort()).toEqual([...allInvariants].sort());
});
