/**
 * What an operation has to give back when it ends: locks always, and all that it took if it fails.
 */

import { checks } from '../../../model/almos-mkh/step-invariants.ts';
import type { Kernel } from '../../../model/almos-mkh/state.ts';
import { locksHeld } from '../../../model/almos-mkh/threads.ts';
import type { Cx } from '../vocabulary.ts';

export function checkLocks(k: Kernel, cx: Cx): void {
  const released = locksHeld(k, cx.thread, cx.scope) <= k.threads[cx.thread].locks;
  cx.check(checks.locksReleasedOnReturn, released, cx.thread);
}

/** An operation reports failure: it must have given back all it took, and hold no lock. */
export function checkFailure(k: Kernel, cx: Cx): void {
  const { frames, descriptors, forks, pages, slots, cut, locks } = k.threads[cx.thread];
  const taken = frames !== 0 || descriptors !== 0 || forks !== 0 || pages !== 0 || slots !== 0;
  const neutral = !taken && cut === 0;
  const released = locksHeld(k, cx.thread, cx.scope) <= locks;
  cx.check(checks.failedOpIsNeutral, neutral && released, cx.thread);
}

export function resetLedger(k: Kernel, cx: Cx): void {
  const ledger = k.threads[cx.thread];
  ledger.frames = 0;
  ledger.descriptors = 0;
  ledger.forks = 0;
  ledger.pages = 0;
  ledger.slots = 0;
  ledger.cut = 0;
  ledger.locks = locksHeld(k, cx.thread, cx.scope);
  ledger.exhausted = false;
}
