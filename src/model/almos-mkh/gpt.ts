/**
 * Page-table entries and the HAL that reads and writes them (`hal_gpt_*`). An entry is MAPPED
 * iff it names a frame; its LOCKED bit is kept as the thread that set it. USER is kept,
 * negated, where kernel vsegs are mapped. SMALL, READABLE, EXECUTABLE and CACHABLE are constant
 * per vseg type and are not kept.
 *
 * On the default machine (TSAR) TLBs are coherent: an entry changed is
 * changed for every core at once.
 */

import type { Pool, Ref } from '../../state/pool.ts';
import { record } from '../../state/record.ts';
import { bool, upTo } from '../../state/values.ts';
import { optional } from '../../state/references.ts';

export interface Pte {
  /** GPT_MAPPED and ppn. */
  frame: Ref<'frame'> | null;
  /** GPT_WRITABLE */
  writable: boolean;
  /** GPT_COW */
  cow: boolean;
  /** GPT_LOCKED: who set it. */
  locked: Ref<'thread'> | null;
  /** 1: GPT_USER is clear, only the kernel may use it. */
  kernel: number;
}

/** `kernel`: are there entries without USER? */
export const pteSchema = (frame: Pool<'frame'>, thread: Pool<'thread'>, kernel: boolean) =>
  record({
    frame: optional(frame),
    writable: bool,
    cow: bool,
    locked: optional(thread),
    kernel: upTo(kernel ? 1 : 0),
  });

/** Spins until LOCKED is clear, then sets it. False: has to wait. Works on unmapped entries. */
export function hal_gpt_lock_pte(pte: Pte, thread: Ref<'thread'>): boolean {
  if (pte.locked !== null) return false;
  pte.locked = thread;
  return true;
}

/** Clears LOCKED only, whichever thread set it. */
export function hal_gpt_unlock_pte(pte: Pte): void {
  pte.locked = null;
}

/** Writes the entry; the attributes carry no LOCKED, so this unlocks it. */
export function hal_gpt_set_pte(
  pte: Pte,
  frame: Ref<'frame'> | null,
  writable: boolean,
  cow: boolean,
  kernel = 0,
): void {
  pte.frame = frame;
  pte.writable = writable;
  pte.cow = cow;
  pte.locked = null;
  pte.kernel = kernel;
}

/** Stores 0: unmaps, and drops LOCKED with the rest. */
export function hal_gpt_reset_pte(pte: Pte): void {
  hal_gpt_set_pte(pte, null, false, false);
}

/** As set_pte, but only mapped entries are changed. */
export function hal_gpt_update_pte(
  pte: Pte,
  frame: Ref<'frame'>,
  writable: boolean,
  cow: boolean,
): void {
  if (pte.frame !== null) hal_gpt_set_pte(pte, frame, writable, cow);
}

/** Sets COW and clears WRITABLE of a mapped entry; keeps LOCKED. One page. */
export function hal_gpt_set_cow(pte: Pte): void {
  if (pte.frame === null) return;
  pte.cow = true;
  pte.writable = false;
}

/** Copies a mapped entry; with `cow` the copy is COW and not WRITABLE. LOCKED is not copied. */
export function hal_gpt_pte_copy(to: Pte, from: Pte, cow: boolean): void {
  to.frame = from.frame;
  to.writable = cow ? false : from.writable;
  to.cow = cow ? true : from.cow;
  to.kernel = from.kernel;
}
