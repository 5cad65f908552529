/**
 * ALMOS-MKH with one more mistake: operations with a replaced statement. An invariant that holds as
 * written must find it.
 */

import { addToForks, ppm_remote_free_pages } from '../../../src/actions/almos-mkh/services/ppm.ts';
import { nextInVsl } from '../../../src/actions/almos-mkh/services/vsl.ts';
import * as vmm from '../../../src/actions/almos-mkh/vmm.ts';
import { at, calls, goto, next } from '../../../src/actions/almos-mkh/vocabulary.ts';
import { patched } from '../../../src/machine/vocabulary.ts';
import { hal_gpt_lock_pte } from '../../../src/model/almos-mkh/gpt.ts';
import { checks } from '../../../src/model/almos-mkh/step-invariants.ts';
import type { AlmosOperation } from '../build.ts';

import { instead, pageOf, the } from './instead.ts';

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
