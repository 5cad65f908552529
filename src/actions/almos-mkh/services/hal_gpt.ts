/** Page tables: hal_gpt.c. The tables are in `model/almos-mkh/gpt.ts`; here a thread calls. */

import * as gpt from '../../../model/almos-mkh/gpt.ts';
import { checks, UNLOCK_PTE } from '../../../model/almos-mkh/step-invariants.ts';
import type { CopyRef, FrameRef, PageRef } from '../../../model/almos-mkh/scope.ts';
import { addKernelVsegs } from '../../../model/almos-mkh/kernel-vsegs.ts';
import type { Kernel } from '../../../model/almos-mkh/state.ts';
import type { Cx } from '../vocabulary.ts';
import { fails, assertionHolds, assertionFails } from './failures.ts';
import { vseg_alloc } from './vseg.ts';

/**
 * hal_gpt_lock_pte: it may lack memory for the table of the entry. An entry that is LOCKED has its
 * table, so locking it can only wait; what a script injects comes first.
 */
export function lockPte(k: Kernel, cx: Cx, pte: gpt.Pte): 'taken' | 'waits' | 'fails' {
  const injected = cx.scope.watch !== undefined && fails(k, cx, 'pte');
  if (injected) return 'fails';
  if (pte.locked !== null) return 'waits';
  if (cx.scope.watch === undefined && fails(k, cx, 'pte')) return 'fails';
  gpt.hal_gpt_lock_pte(pte, cx.thread);
  return 'taken';
}

/** The frame that an entry maps; null if it is unmapped, as all are beyond the virtual space. */
export function hal_gpt_get_pte(k: Kernel, cx: Cx, copy: CopyRef, vpn: number): FrameRef | null {
  if (vpn < 0 || vpn >= cx.scope.pages) return null;
  return k.copies[copy].gpt[cx.scope.page.at(vpn)].frame;
}

/** An entry that another thread has locked is about to be changed: that is a violation. */
export function checkPteWrite(k: Kernel, cx: Cx, copy: CopyRef, page: PageRef): void {
  const { locked } = k.copies[copy].gpt[page];
  if (locked !== null) {
    cx.check(checks.pteWriteUnderLock, locked === cx.thread, copy, page, locked);
  }
}

export function hal_gpt_set_pte(
  k: Kernel,
  cx: Cx,
  copy: CopyRef,
  page: PageRef,
  frame: FrameRef | null,
  writable: boolean,
  cow: boolean,
  kernel = 0,
): void {
  checkPteWrite(k, cx, copy, page);
  gpt.hal_gpt_set_pte(k.copies[copy].gpt[page], frame, writable, cow, kernel);
}

/** Clears LOCKED, whichever thread set it. */
export function hal_gpt_unlock_pte(k: Kernel, cx: Cx, copy: CopyRef, page: PageRef): void {
  checkPteWrite(k, cx, copy, page);
  if (cx.scope.options.unlockPteAsserts) {
    const locked = k.copies[copy].gpt[page].locked !== null;
    if (!locked) assertionFails(k, cx, UNLOCK_PTE);
    else assertionHolds(cx, UNLOCK_PTE);
  }
  gpt.hal_gpt_unlock_pte(k.copies[copy].gpt[page]);
}

export function hal_gpt_reset_pte(k: Kernel, cx: Cx, copy: CopyRef, page: PageRef): void {
  checkPteWrite(k, cx, copy, page);
  const pte = k.copies[copy].gpt[page];
  const { locked } = pte;
  gpt.hal_gpt_reset_pte(pte);
  if (!cx.scope.options.resetPteUnlocks) pte.locked = locked;
}

export function hal_gpt_update_pte(
  k: Kernel,
  cx: Cx,
  copy: CopyRef,
  page: PageRef,
  frame: FrameRef,
  writable: boolean,
  cow: boolean,
): void {
  const pte = k.copies[copy].gpt[page];
  if (pte.frame === null) return;
  checkPteWrite(k, cx, copy, page);
  gpt.hal_gpt_update_pte(pte, frame, writable, cow);
}

export function hal_gpt_set_cow(k: Kernel, cx: Cx, copy: CopyRef, page: PageRef): void {
  const pte = k.copies[copy].gpt[page];
  if (pte.frame === null) return;
  checkPteWrite(k, cx, copy, page);
  gpt.hal_gpt_set_cow(pte);
}

/** Adds the vsegs of the kernel to a new copy; false: some memory for that is missing. */
export function hal_vmm_kernel_update(k: Kernel, cx: Cx, copy: CopyRef): boolean {
  if (fails(k, cx, 'kernel')) return false;
  const { cluster } = cx.scope.copies[copy];
  return addKernelVsegs(cx.scope, k, copy, () => vseg_alloc(k, cx, cluster));
}
