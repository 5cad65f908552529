/**
 * What a core remembers of page tables. On a machine with coherent TLBs nothing needs to
 * be modelled: each access reads the table. Where TLBs keep entries until they are
 * flushed, a core goes on with what it has read once; an access that its entry does not
 * allow reads the table again.
 */

import type { Pool, Ref } from '../state/pool.ts';
import { record } from '../state/record.ts';
import type { Composite } from '../state/record.ts';
import { bool, only } from '../state/values.ts';
import { optional } from '../state/references.ts';
import { type AccessKind, isKernelOnly, type ReadablePte } from './mmu.ts';

/** What a TLB remembers of a page. It goes on with it, whatever the table says by now. */
export interface TlbEntry<F extends string = 'frame'> {
  /** Null: nothing is remembered of the page. */
  frame: Ref<F> | null;
  writable: boolean;
}

/**
 * An entry of a TLB. Where TLBs are coherent it takes no room, and nothing can be remembered in it.
 */
export function tlbEntry<F extends string>(
  frame: Pool<F>,
  coherent = false,
): Composite<TlbEntry<F>> {
  return record({
    frame: coherent ? only<Ref<F> | null>(null) : optional(frame),
    writable: coherent ? only<boolean>(false) : bool,
  });
}

/** Does the core go on with what it remembers? */
export function remembers(entry: TlbEntry<string>, kind: AccessKind): boolean {
  return entry.frame !== null && (kind === 'read' || entry.writable);
}

/** The core has read the table, in user mode. */
export function remember<F extends string>(
  entry: TlbEntry<F>,
  pte: ReadablePte & { readonly frame: Ref<F> | null },
): void {
  if (pte.frame === null || isKernelOnly(pte)) return forget(entry);
  entry.frame = pte.frame;
  entry.writable = pte.writable;
}

/** The flush of one entry. */
export function forget(entry: TlbEntry<string>): void {
  entry.frame = null;
  entry.writable = false;
}
