/**
 * ALMOS-MKH with one more or one fewer mistake: operations with a replaced statement. An invariant
 * that holds as written must find the added mistake; an invariant that is violated as written must
 * hold with the correction. Corrections are not the fixes of the system: each one suits one small
 * scenario.
 */

import {
  addToForks,
  addToRefcount,
  lockForks,
  ppm_remote_free_pages,
  unlockForks,
} from '../../src/actions/almos-mkh/services/ppm.ts';
import { nextInVsl } from '../../src/actions/almos-mkh/services/vsl.ts';
import { vseg_alloc, vseg_free } from '../../src/actions/almos-mkh/services/vseg.ts';
import { checkDescriptorFound } from '../../src/actions/almos-mkh/caller-checks.ts';
import * as vmm from '../../src/actions/almos-mkh/vmm.ts';
import { at, blocked, calls, goto, next } from '../../src/actions/almos-mkh/vocabulary.ts';
import type { Cx } from '../../src/actions/almos-mkh/vocabulary.ts';
import { patched } from '../../src/machine/vocabulary.ts';
import type { Operation, Control } from '../../src/machine/vocabulary.ts';
import { hal_gpt_lock_pte } from '../../src/model/almos-mkh/gpt.ts';
import { busylock_acquire, busylock_release } from '../../src/hw/locks.ts';
import {
  EXCP_NON_FATAL,
  EXCP_USER_ERROR,
  checks,
} from '../../src/model/almos-mkh/step-invariants.ts';
import type { FrameRef, PageRef, Scope } from '../../src/model/almos-mkh/scope.ts';
import type { Kernel } from '../../src/model/almos-mkh/state.ts';
import type { AlmosOperation } from './build.ts';

type Changed<M> = (k: Kernel, my: M, cx: Cx, asWritten: () => Control) => Control;

/** The operation with other code at one line, which can call the code as written. */
function instead<M>(
  written: Operation<Kernel, M, Scope>,
  line: number,
  run: Changed<M>,
): AlmosOperation {
  const statement = written.statements.find((candidate) => candidate.line === line);
  const code = statement?.run;
  if (code === undefined) throw new Error(`${written.name}: no code at line ${line} to replace`);
  const replaced = (k: Kernel, my: M, cx: Cx): Control => run(k, my, cx, () => code(k, my, cx));
  return patched(written, [{ ...statement!, run: replaced }]);
}

const the = <T>(value: T | null): T => value as T;
const pageOf = (cx: Cx, vpn: number): PageRef => cx.scope.page.at(vpn);

// Mistakes

/** 1318: forks is not read, so a shared DATA frame is released like any other. */
export const dataForksIgnored = instead(vmm.vmm_remove_vseg, 1315, () => next);

/** 1336: the release is forgotten. */
export const frameNotReleased = instead(vmm.vmm_remove_vseg, 1336, () => goto(1345));

/** 1336: released twice. */
export const frameReleasedTwice = instead(vmm.vmm_remove_vseg, 1336, (k, my, cx, asWritten) => {
  ppm_remote_free_pages(k, cx, the(my.ppn));
  return asWritten();
});

/** 1284: the decrement is forgotten. */
export const refcountKept = instead(vmm.vmm_remove_vseg, 1284, () => next);

/** 1288: FILE is not excepted, its frame is released with the vseg. */
export const fileFrameReleased = instead(vmm.vmm_remove_vseg, 1287, () => goto(1336));

/** 1275: the entry stays. */
export const pteNotReset = instead(vmm.vmm_remove_vseg, 1275, () => next);

/** 1370: the descriptor is not given back. */
export const descriptorNotFreed = instead(vmm.vmm_remove_vseg, 1370, (_k, _my, cx) => cx.leave());

/** 857: not counted in the child. */
export const childNotCounted = instead(vmm.vmm_fork_copy, 857, () => next);

/** 677: not counted in the parent. As written both count; one of them is enough. */
export const parentNotCounted = instead(vmm.vmm_set_cow, 677, () => next);

/** 677: counted without the lock of the page. */
export const countedWithoutLock = instead(vmm.vmm_set_cow, 677, (k, my, cx) => {
  addToForks(k, cx, the(my.ppn), 1);
  return next;
});

/** 650: the parent is not marked COW. */
export const parentNotMarked = instead(vmm.vmm_set_cow, 650, () => goto(651));

/** 650: COW is set, WRITABLE not cleared. */
export const parentStaysWritable = instead(vmm.vmm_set_cow, 650, (k, my, cx) => {
  const pte = k.copies[my.target].gpt[pageOf(cx, my.vpn)];
  if (pte.frame !== null) pte.cow = true;
  return goto(651);
});

/** 1715: a frame is handed out with refcount 2. */
export const refcountOfTwo = instead(vmm.vmm_page_allocate, 1715, (k, _my, cx, asWritten) => {
  const wasFree = cx.scope.frame.all.map((f) => k.frames[f].free);
  const outcome = asWritten();
  for (const f of cx.scope.frame.all) {
    if (wasFree[f] && !k.frames[f].free) k.frames[f].refcount = 2;
  }
  return outcome;
});

/** 2144: the local entry is less than that of the reference: not WRITABLE. */
export const localEntryReadOnly = instead(
  vmm.vmm_handle_page_fault,
  2144,
  (k, my, cx, asWritten) => {
    const outcome = asWritten();
    k.copies[my.copy].gpt[pageOf(cx, my.vpn)].writable = false;
    return outcome;
  },
);

/** 2131: the entry of the reference is unlocked, but not written. */
export const notPublished = instead(vmm.vmm_handle_page_fault, 2131, (k, my, cx) => {
  const { process } = cx.scope.copies[my.copy];
  my.writable = true;
  k.copies[cx.scope.reference[process]].gpt[pageOf(cx, my.vpn)].locked = null;
  return next;
});

/** 1988: the error path forgets the LOCKED bit. */
export const errorKeepsPteLock = instead(
  vmm.vmm_handle_page_fault,
  1988,
  (k, my, cx, asWritten) => {
    const pte = k.copies[my.copy].gpt[pageOf(cx, my.vpn)];
    const { locked } = pte;
    const outcome = asWritten();
    pte.locked = locked;
    return outcome;
  },
);

/** 1941: continues although another thread holds the LOCKED bit. */
export const pteLockIgnored = instead(vmm.vmm_handle_page_fault, 1941, (k, my, cx) => {
  const pte = k.copies[my.copy].gpt[pageOf(cx, my.vpn)];
  hal_gpt_lock_pte(pte, cx.thread);
  return pte.frame === null ? next : goto(2170);
});

/** 1647: the copy of a vseg begins elsewhere in its file. */
export const vsegCopiedWrongly = instead(vmm.vmm_get_vseg, 1647, (k, my, _cx, asWritten) => {
  const outcome = asWritten();
  k.vsegs[the(my.vseg)].file_offset += 1;
  return outcome;
});

/** 278 to 284: unlinked, but not counted. */
export const unlinkNotCounted = instead(
  vmm.vmm_detach_vseg_from_vsl,
  278,
  (k, my, _cx, asWritten) => {
    const { vsegs_nr } = k.copies[my.copy];
    const outcome = asWritten();
    k.copies[my.copy].vsegs_nr = vsegs_nr;
    return outcome;
  },
);

/** 186: first_free_vpn stays where it was, the same pages are handed out again. */
export const samePagesAgain = instead(vmm.vmm_mmap_alloc, 174, (k, my, _cx, asWritten) => {
  const { first_free_vpn } = k.copies[my.copy];
  const outcome = asWritten();
  k.copies[my.copy].first_free_vpn = first_free_vpn;
  return outcome;
});

/** 1047: conflicts are not checked. */
export const conflictIgnored = instead(vmm.vmm_check_conflict, 1047, (_k, _my, cx) =>
  cx.leave(null),
);

/** 238: the descriptor is not parked. */
export const notParked = instead(vmm.vmm_mmap_free, 236, (k, my, cx) => {
  k.vsegs[my.vseg].state = 'lost';
  return cx.leave();
});

/** 181: compares with the last page instead of the first one behind the zone. */
export const lastPageRefused = instead(vmm.vmm_mmap_alloc, 174, (k, my, cx, asWritten) => {
  const size = 2 ** my.order;
  if (k.copies[my.copy].first_free_vpn + size !== cx.scope.zone) return asWritten();
  cx.check(checks.mmapProgress, false, my.copy, size);
  return cx.leave(null);
});

/** 966: the link of an element is read after the element was removed. */
export const linkReadAfterRemoval: AlmosOperation = patched(vmm.vmm_destroy, [
  at(966, 'next_xp', () => next),
  calls(
    973,
    'vmm_remove_vseg',
    () => vmm.vmm_remove_vseg,
    (_k, my, to) => {
      to.copy = my.copy;
      to.vseg = the(my.vseg);
    },
    (k, my, _result, cx) => {
      my.next_vseg = nextInVsl(k, cx, my.copy, my.vseg);
      return goto(962);
    },
  ),
]);

/** 1430: the VSL is searched without its lock. */
export const searchedWithoutLock = instead(vmm.vmm_vseg_from_vaddr, 1430, (k, my, cx) => {
  my.vseg = nextInVsl(k, cx, my.copy, null);
  return cx.leave(my.vseg);
});

/** 1440: the first byte of a vseg is not in it. */
export const firstByteMissed = instead(vmm.vmm_vseg_from_vaddr, 1430, (k, my, cx, asWritten) => {
  const first = k.copies[my.copy].vsl.at(0);
  const missed = first !== undefined && k.vsegs[first].min === my.vaddr;
  return missed ? cx.leave(null) : asWritten();
});

/** 1504: a munmap of a whole vseg only reports success. */
export const munmapOnlySaid: AlmosOperation = patched(vmm.vmm_resize_vseg, [
  at(1504.1, 'vmm_delete_vseg', (_k, _my, cx) => cx.leave(0)),
]);

/** 2338: the new frame is not filled. */
export const notCopied = instead(vmm.vmm_handle_cow, 2338, (_k, _my, cx) =>
  cx.scope.words > 1 ? next : goto(2368),
);

/** 1800: DATA is filled from the page after the right one. */
export const wrongPageOfFile = instead(vmm.vmm_get_one_ppn, 1800, (_k, my, _cx, asWritten) => {
  my.page_id += 1;
  return asWritten();
});

// Corrections

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
