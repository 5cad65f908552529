/**
 * A mutation for every invariant. If the code as written violates it in some scenario, it holds
 * with all fixes there. Otherwise a mistake of `mistakes.ts` violates it.
 */

import type { MinixOperation } from './build.ts';
import * as mistakes from './mistakes.ts';

type Row = readonly [invariant: string, scenario: string, mistake?: MinixOperation];

export const mutationTests: readonly Row[] = [
  ['refcount-equals-list', 'cut-fails'],
  ['refcount-equals-tree-references', 'cut-fails'],
  ['list-member-points-back', 'cut-fails'],
  ['tree-member-on-list', 'map-writable', mistakes.mapForgetsTheList],
  ['list-finite', 'cut-fails'],
  ['parent-consistent', 'beyond-the-region'],
  ['phys-regions-disjoint', 'munmap-of-mapped', mistakes.mapDropsTheFirstOnly],
  ['phys-region-in-region', 'beyond-the-region'],
  ['block-length-positive', 'cut-a-block', mistakes.splitForgetsTheLength],
  ['frames-disjoint', 'cut-a-block', mistakes.splitKeepsTheFrame],
  ['no-freed-frame-in-block', 'map-and-fork', mistakes.framesGoWithTheLastButOne],
  ['no-frame-leak', 'cut-fails'],
  ['no-orphan-object', 'cut-fails'],
  ['refcount-in-range', 'map-writable', mistakes.blockStaysWithoutUsers],
  ['share-flag-valid', 'map-writable', mistakes.mapForgetsTheFlag],
  ['exit-releases-all', 'beyond-the-region'],
  ['pte-has-phys-region', 'map-of-shared-fails'],
  ['pte-frame-matches', 'map-writable', mistakes.mapTakesTheNextFrame],
  ['pte-never-free-frame', 'map-of-shared-fails'],
  ['phys-region-has-pte', 'fork-of-mapped-fails'],
  ['pte-writable-region', 'map-of-read-only-region'],
  ['pte-writable-exclusive-or-smap', 'fork-fails'],
  ['cow-is-readonly', 'map-and-fork', mistakes.forkForgetsTheParent],
  ['unmapped-page-has-no-pte', 'beyond-the-region'],
  ['content-refines', 'kernel-check'],
  ['smap-only-as-agreed', 'unmap-fails'],
  ['no-panic', 'map-fails'],
  ['no-assert', 'fork-fails'],
  ['no-crash', 'unrecorded-unmaps'],
  ['no-double-free', 'map-writable', mistakes.framesGoTwice],
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
