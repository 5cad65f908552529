/** The invariants of ALMOS-MKH. A new one is an object in one of these files, and a row here. */

import type { InvariantInfo } from '../../system.ts';
import * as copies from './copies.ts';
import * as forks from './forks.ts';
import * as frames from './frames.ts';
import type { Invariant } from './invariant.ts';
import * as lists from './lists.ts';
import * as locks from './locks.ts';
import * as ptes from './ptes.ts';
import { stepInvariants } from './steps.ts';

/** Asked of every state, in this order. */
export const stateInvariants: readonly Invariant[] = [
  frames.noFreeFrameMapped,
  frames.noFrameLeak,
  forks.forksNotLow,
  forks.forksExact,
  forks.forksOnlyOnCow,
  frames.refcountNonnegative,
  frames.refcountExact,
  frames.fileFrameOwnedByMapper,
  ptes.cowXorWritable,
  ptes.cowIsolation,
  copies.gptCopyCoherence,
  ptes.pteCoveredByVseg,
  copies.copyCoveredByReference,
  ptes.pteLockHasOwner,
  lists.vslNoOverlap,
  lists.vslCount,
  lists.mmapDisjoint,
  lists.mmapComplete,
  lists.descriptorConservation,
  lists.stackBitmapExact,
  copies.privateStaysLocal,
  locks.locksInitialised,
];

const deadlockFree: InvariantInfo = {
  name: 'deadlock-free',
  sentence: 'Some thread can go on, unless all have finished.',
  when: 'always',
  group: 'control',
};

export const invariants: readonly InvariantInfo[] = [
  ...stateInvariants,
  ...stepInvariants,
  deadlockFree,
];

export { stepInvariants, tell } from './steps.ts';
