/**
 * ALMOS-MKH with one fewer mistake: operations with a replaced statement. An invariant that is
 * violated as written must hold with it. These are not the fixes of the system: each one suits one
 * small scenario.
 */

import {
  addToForks,
  addToRefcount,
  lockForks,
  unlockForks,
} from '../../../src/actions/almos-mkh/services/ppm.ts';
import { vseg_alloc, vseg_free } from '../../../src/actions/almos-mkh/services/vseg.ts';
import { checkDescriptorFound } from '../../../src/actions/almos-mkh/request-checks.ts';
import * as vmm from '../../../src/actions/almos-mkh/vmm.ts';
import { blocked, goto, next } from '../../../src/actions/almos-mkh/vocabulary.ts';
import { busylock_acquire, busylock_release } from '../../../src/hw/locks.ts';
import {
  EXCP_NON_FATAL,
  EXCP_USER_ERROR,
  checks,
} from '../../../src/model/almos-mkh/step-invariants.ts';
import type { FrameRef } from '../../../src/model/almos-mkh/scope.ts';

import { instead, the } from './instead.ts';

/** ANON like DATA (1308-1328): the reference releases a frame only if no other copy is owed. */
export const anonLooksAtForks = instead(vmm.vmm_remove_vseg, 1287, (_k, my, cx, asWritten) =>
  my.type === 'ANON' && cx.scope.copies[my.copy].isReference ? next : asWritten(),
);

/** 845: FILE is shared for good, nothing is owed. */
export const fileNotCounted = instead(vmm.vmm_fork_copy, 857, (_k, my, _cx, asWritten) =>
  my.type === 'FILE' ? next : asWritten(),
);

/** 857: the child's entry is one more reference. */
export const childRefers = instead(vmm.vmm_fork_copy, 857, (k, my, cx, asWritten) => {
  const frame: FrameRef = the(my.ppn);
  const outcome = asWritten();
  if (outcome !== blocked) addToRefcount(k, cx, frame, 1);
  return outcome;
});

/** 181: a refused request releases the lock of the allocator. */
export const refusalUnlocks = instead(vmm.vmm_mmap_alloc, 174, (k, my, cx, asWritten) => {
  const outcome = asWritten();
  const { mmap_lock } = k.copies[my.copy];
  if (outcome !== blocked && mmap_lock.holder === cx.thread) busylock_release(mmap_lock);
  return outcome;
});

/** 181: compares with the end of the zone. For scenarios that park nothing. */
export const comparesWithEnd = instead(vmm.vmm_mmap_alloc, 174, (k, my, cx) => {
  const copy = k.copies[my.copy];
  if (!busylock_acquire(copy.mmap_lock, cx.thread)) return blocked;
  const size = 2 ** my.order;
  const free = copy.first_free_vpn;
  const fits = free + size <= cx.scope.pages;
  cx.check(checks.mmapProgress, true, my.copy, size);
  if (fits) copy.first_free_vpn += size;
  busylock_release(copy.mmap_lock);
  return cx.leave(fits ? free : null);
});

/** 196: the descriptor that is no longer parked is freed. */
export const reusedIsFreed = instead(vmm.vmm_mmap_alloc, 174, (k, my, cx, asWritten) => {
  const parked = k.copies[my.copy].zombi_list[cx.scope.order.at(my.order)].parked.at(0);
  const outcome = asWritten();
  if (outcome !== blocked && parked !== undefined) vseg_free(k, cx, parked);
  return outcome;
});

/** 123: the slot stays taken. */
export const slotKept = instead(vmm.vmm_stack_free, 123, (_k, _my, cx) => cx.leave());

/** 1969: a STACK page is shared as a public one. */
export const stackIsPublic = instead(vmm.vmm_handle_page_fault, 1969, (_k, my, cx, asWritten) => {
  asWritten();
  return cx.scope.copies[my.copy].isReference ? next : goto(2039);
});

/** 1988: no memory is an error of the user. */
export const noMemoryIsUserError = instead(
  vmm.vmm_handle_page_fault,
  1988,
  (_k, _my, cx, asWritten) => {
    asWritten();
    return cx.leave(EXCP_USER_ERROR);
  },
);

/** 2281: another thread has made the copy already, so the access is retried. */
export const copiedAlready = instead(vmm.vmm_handle_cow, 2281, (_k, _my, cx, asWritten) => {
  asWritten();
  return cx.leave(EXCP_NON_FATAL);
});

/** 1653: the VSL is searched once more before the copy is linked into it. */
export const searchedAgain = instead(vmm.vmm_get_vseg, 1653, (k, my, cx, asWritten) => {
  const { vsl, vsl_lock } = k.copies[my.copy];
  if (vsl_lock.writer !== null || vsl_lock.readers !== 0) return blocked;
  for (let i = 0; i < vsl.length; i++) {
    const other = the(vsl.at(i) ?? null);
    if (k.vsegs[other].min !== k.vsegs[the(my.vseg)].min) continue;
    vseg_free(k, cx, the(my.vseg));
    return cx.leave(other);
  }
  return asWritten();
});

/** 1165: no descriptor: the pages go back where they came from. */
export const pagesGivenBack = instead(vmm.vmm_create_vseg, 1165, (k, my, cx, asWritten) => {
  const outcome = asWritten();
  if (my.vseg === null) {
    k.copies[my.copy].first_free_vpn -= my.vpn_size;
    k.threads[cx.thread].pages -= my.vpn_size;
  }
  return outcome;
});

/** 281 and 284 in one step with 278, under vsl_lock. */
export const detachedUnderLock = instead(
  vmm.vmm_detach_vseg_from_vsl,
  278,
  (k, my, cx, asWritten) => {
    const lock = k.copies[my.copy].vsl_lock;
    if (lock.readers !== 0 || (lock.writer !== null && lock.writer !== cx.thread)) return blocked;
    const { writer } = lock;
    lock.writer = cx.thread;
    const outcome = asWritten();
    lock.writer = writer;
    return outcome;
  },
);

/** 2323: no frame for the copy: the count of forks goes back to what it was. */
export const cowFailureUndone = instead(vmm.vmm_handle_cow, 2323, (k, my, cx, asWritten) => {
  const frame: FrameRef = the(my.old_ppn);
  if (!lockForks(k, cx, frame)) return blocked;
  addToForks(k, cx, frame, 1);
  unlockForks(k, frame);
  return asWritten();
});

/** 1489: no page, or fewer, is refused. */
export const emptyRefused = instead(vmm.vmm_resize_vseg, 1489, (_k, my, cx, asWritten) =>
  my.size <= 0 ? cx.leave(-1) : asWritten(),
);

/** 1489: CODE is refused. */
export const codeRefused = instead(vmm.vmm_resize_vseg, 1489, (k, my, cx, asWritten) =>
  k.vsegs[the(my.vseg)].type === 'CODE' ? cx.leave(-1) : asWritten(),
);

/** 1642: retries until there is a descriptor. */
export const descriptorAskedAgain = instead(vmm.vmm_get_vseg, 1642, (k, my, cx) => {
  my.vseg = vseg_alloc(k, cx, cx.scope.copies[my.copy].cluster);
  checkDescriptorFound(k, cx, true);
  return my.vseg === null ? goto(1642) : next;
});
