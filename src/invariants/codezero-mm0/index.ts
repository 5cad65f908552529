/** The invariants of mm0. A new one is an object in one of these files, and a row here. */

import type { InvariantInfo } from '../../system.ts';
import * as areas from './areas.ts';
import * as chains from './chains.ts';
import * as content from './content.ts';
import * as counts from './counts.ts';
import type { Invariant } from './invariant.ts';
import * as lifetime from './lifetime.ts';
import * as pages from './pages.ts';
import { stepInvariants } from './steps.ts';

/** Asked of every state, in this order: causes before what follows from them. */
export const stateInvariants: readonly Invariant[] = [
  counts.nlinksMatchLinkList,
  counts.shadowsMatchShdwList,
  counts.countsNotNegative,
  counts.npagesMatchCache,
  counts.openersMatchDescriptors,
  counts.shdwListAgreesWithOrig,
  counts.oneListPerShadow,
  chains.noDanglingLink,
  chains.vmaHasObjects,
  chains.chainEndsInFile,
  chains.chainFollowsOrig,
  chains.chainAcyclic,
  chains.onlyTopWritable,
  lifetime.objectReachableOrFreed,
  lifetime.freedMeansUnreferenced,
  lifetime.devzeroPermanent,
  lifetime.oneFilePerVnode,
  lifetime.noPageLeak,
  lifetime.zeroPageStaysZero,
  pages.pageSingleOwner,
  pages.pageCacheOrdered,
  pages.onePagePerOffset,
  pages.pteNamesLivePage,
  pages.pteInsideVma,
  pages.pteIsCurrent,
  pages.writablePteIsExclusive,
  pages.frozenMeansReadOnly,
  content.privateContentIsolated,
  content.sharedWritesVisible,
  content.dirtyDataNotLost,
  areas.vmasDisjoint,
];

export const invariants: readonly InvariantInfo[] = [...stateInvariants, ...stepInvariants];

export { stepInvariants, tell } from './steps.ts';
