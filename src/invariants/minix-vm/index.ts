/** The invariants of the MINIX VM server. A new one is an object in one of these files. */

import type { InvariantInfo } from '../../system.ts';
import * as counts from './counts.ts';
import * as extents from './extents.ts';
import type { Invariant } from './invariant.ts';
import * as lists from './lists.ts';
import * as pages from './pages.ts';
import * as reachability from './reachability.ts';
import { stepInvariants } from './steps.ts';

/** Asked of every state in which no request is under way, in this order. */
export const stateInvariants: readonly Invariant[] = [
  counts.refcountEqualsList,
  counts.refcountEqualsTreeReferences,
  lists.listMemberPointsBack,
  lists.treeMemberOnList,
  lists.listFinite,
  lists.parentConsistent,
  extents.physRegionsDisjoint,
  extents.physRegionInRegion,
  extents.blockLengthPositive,
  extents.framesDisjoint,
  extents.noFreedFrameInBlock,
  reachability.noFrameLeak,
  reachability.noOrphanObject,
  counts.refcountInRange,
  counts.shareFlagValid,
  reachability.exitReleasesAll,
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
