/**
 * What a core remembers of page tables. On a machine with coherent TLBs nothing needs to be modelled:
 * each access reads the table. Where TLBs keep entries until they are invalidated, a core goes on with
 * what it has read once; an access that its entry does not allow reads the table again.
 */

import { record } from '../state/record.ts';
import { upTo } from '../state/scalar.ts';
import type { ReadablePte } from './mmu.ts';

export interface TlbEntry {
  /** Number of the frame + 1; 0: nothing is remembered of the page. */
  frame: number;
  /** 0 or 1 */
  writable: number;
}

/** `frames` is 0 where TLBs are coherent: then an entry takes no room. */
export const tlbSchema = (frames: number) =>
  record({ frame: upTo(frames), writable: upTo(frames > 0 ? 1 : 0) });

/** Does the core go on with what it remembers? */
export function remembers(entry: TlbEntry, kind: 'read' | 'write'): boolean {
  return entry.frame !== 0 && (kind === 'read' || entry.writable === 1);
}

/** The core has read the table, in user mode. */
export function remember(entry: TlbEntry, pte: ReadablePte): void {
  if (pte.frame === null || pte.kernel === 1) return forget(entry);
  entry.frame = pte.frame + 1;
  entry.writable = pte.writable ? 1 : 0;
}

export function forget(entry: TlbEntry): void {
  entry.frame = 0;
  entry.writable = 0;
}
