/** Lists of vsegs: xlist.h, and their locks. */

import {
  reads,
  remote_rwlock_wr_acquire,
  remote_rwlock_wr_release,
  remote_rwlock_wr_wait,
  writes,
} from '../../../hw/locks.ts';
import { checks } from '../../../model/almos-mkh/step-invariants.ts';
import type { CopyRef, VsegRef } from '../../../model/almos-mkh/scope.ts';
import type { Kernel } from '../../../model/almos-mkh/state.ts';
import type { Control } from '../../../machine/vocabulary.ts';
import { blocked, goto } from '../vocabulary.ts';
import type { Cx } from '../vocabulary.ts';

/** The writer of a VSL has to wait: in a queue (option rwlock), or by trying again. */
export function waitToWrite(k: Kernel, cx: Cx, copy: CopyRef, line: number): Control {
  if (cx.scope.options.rwlock === 'readersPass') return blocked;
  return remote_rwlock_wr_wait(k.copies[copy].vsl_lock, cx.thread) ? goto(line) : blocked;
}

/** Links of a VSL, or min, max and vpn_* of its vsegs, are read. */
export function checkVslRead(k: Kernel, cx: Cx, copy: CopyRef): void {
  const lock = k.copies[copy].vsl_lock;
  const held = reads(lock, cx.thread) || writes(lock, cx.thread);
  cx.check(checks.vslLockDiscipline, held, copy, 0);
}

/** ... or changed. */
export function checkVslWrite(k: Kernel, cx: Cx, copy: CopyRef): void {
  cx.check(checks.vslLockDiscipline, writes(k.copies[copy].vsl_lock, cx.thread), copy, 1);
}

/**
 * XLIST_FOREACH: the element after `from` (null: the first), or null at the end of the list. An
 * element that was unlinked meanwhile keeps the link that it had, until it is parked or freed.
 */
export function nextInVsl(k: Kernel, cx: Cx, copy: CopyRef, from: VsegRef | null): VsegRef | null {
  checkVslRead(k, cx, copy);
  const { vsl } = k.copies[copy];
  if (from === null) return vsl.at(0) ?? null;
  const i = vsl.indexOf(from);
  if (i >= 0) return vsl.at(i + 1) ?? null;
  const { state, link } = k.vsegs[from];
  if (state === 'unlinked') return link;
  // Given back since, and perhaps taken again: where its link leads the model does not know. The
  // walk ends, and the violation is reported.
  cx.check(checks.noDescriptorUseAfterFree, false, from);
  return null;
}

/** vmm_attach_vseg_to_vsl under the write lock that it also takes and releases. */
export function attachUnderLock(k: Kernel, cx: Cx, copy: CopyRef, vseg: VsegRef): boolean {
  const vmm = k.copies[copy];
  if (!remote_rwlock_wr_acquire(vmm.vsl_lock, cx.thread)) return false;
  vmm_attach_vseg_to_vsl(k, cx, copy, vseg);
  remote_rwlock_wr_release(vmm.vsl_lock);
  return true;
}

/** Lines 253 to 266: the lock is up to the caller. */
export function vmm_attach_vseg_to_vsl(k: Kernel, cx: Cx, copy: CopyRef, vseg: VsegRef): void {
  checkVslWrite(k, cx, copy);
  k.vsegs[vseg].vmm = copy;
  k.vsegs[vseg].state = 'vsl';
  k.copies[copy].vsegs_nr += 1;
  k.copies[copy].vsl.push(vseg);
}
