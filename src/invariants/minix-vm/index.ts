/** The invariants of the MINIX VM server. A new one is an object in one of these files. */

import type { InvariantInfo } from '../../system.ts';
import type { Invariant } from './invariant.ts';
import * as pages from './pages.ts';
import { stepInvariants } from './steps.ts';
import * as structure from './structure.ts';

/** Asked of every state in which no request is under way, in this order. */
export const stateInvariants: readonly Invariant[] = [
  structure.refcountEqualsList,
  structure.refcountEqualsTreeReferences,
  structure.listMemberPointsBack,
  structure.treeMemberOnList,
  structure.listFinite,
  structure.parentConsistent,
  structure.physRegionsDisjoint,
  structure.physRegionInRegion,
  structure.blockLengthPositive,
  structure.framesDisjoint,
  structure.noFreedFrameInBlock,
  structure.noFrameLeak,
  structure.noOrphanObject,
  structure.refcountInRange,
  structure.shareFlagValid,
  structure.exitReleasesAll,
  pages.pteHasPhysRegion,
  pages.pteFrameMatches,
  pages.pteNeverFreeFrame,
  pages.physRegionHasPte,
  pages.pteWritableRegion,
  pages.pteWritableExclusiveOrSmap,
  pages.cowIsReadonly,
  pages.unmappedPageHasNoPte,
  pages.contentRefines,
  pages.smapOnlyAsAgreed,
];

export const invariants: readonly InvariantInfo[] = [...stateInvariants, ...stepInvariants];

export { stepInvariants, tell } from './steps.ts';
