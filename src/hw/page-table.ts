/**
 * Page tables: which frame a page is mapped to, and what may be done with it. An entry is
 * what the MMU of every machine knows (a frame, or none; writable or not) and two bits that
 * kernels use: one for copy-on-write and the dirty bit that the hardware sets. A bit that a
 * table does not keep takes no room.
 */

import { ModelError } from '../errors.ts';
import type { Pool, Ref } from '../state/pool.ts';
import { record } from '../state/record.ts';
import { table } from '../state/table.ts';
import type { Composite } from '../state/record.ts';
import type { Table } from '../state/table.ts';
import { bool, only } from '../state/values.ts';
import { optional } from '../state/references.ts';
import { demandMembers } from '../state/demand.ts';

/** An entry of a page table. */
export interface Pte<F extends string = 'frame'> {
  /** Null: the page is not mapped. */
  frame: Ref<F> | null;
  /** User programs may write. */
  writable: boolean;
  /** A write is answered by a copy, not by an error. Software looks at it, the MMU does not. */
  cow: boolean;
  /** Set by the MMU: the page has been written through this entry. */
  dirty: boolean;
}

/** The pools that a page table is about, and the bits that its entries have. */
export interface PageTableParts<P extends string, F extends string> {
  readonly page: Pool<P>;
  readonly frame: Pool<F>;
  /** Entries have a copy-on-write bit. */
  readonly cow?: boolean;
  /** Entries have a dirty bit. */
  readonly dirty?: boolean;
}

/** Works on a table of a state, be it a view or a draft; nothing is kept here. */
export class PageTable<P extends string = 'page', F extends string = 'frame'> {
  /** A row for each page; blank: nothing is mapped. */
  readonly schema: Composite<Table<P, Pte<F>>>;
  readonly page: Pool<P>;
  readonly frame: Pool<F>;
  readonly keepsDirty: boolean;

  constructor({ page, frame, cow = false, dirty = false }: PageTableParts<P, F>) {
    this.page = page;
    this.frame = frame;
    this.keepsDirty = dirty;
    this.schema = table(
      page,
      record({
        frame: optional(frame),
        writable: bool,
        cow: cow ? bool : only<boolean>(false),
        dirty: dirty ? bool : only<boolean>(false),
      }),
    );
  }

  /** Writes an entry: a clean one. Throws ModelError for `cow` if the table keeps no such bit. */
  map(ptes: Table<P, Pte<F>>, page: Ref<P>, frame: Ref<F>, writable: boolean, cow = false): void {
    writePte(ptes[page], frame, writable, cow, false);
  }

  /** Clears an entry; the frame that it named, or null. */
  unmap(ptes: Table<P, Pte<F>>, page: Ref<P>): Ref<F> | null {
    const { frame } = ptes[page];
    writePte(ptes[page], null, false, false, false);
    return frame;
  }

  /** Takes write access away, as `fork` and `mprotect` do; an unmapped page stays so. */
  protect(ptes: Table<P, Pte<F>>, page: Ref<P>, cow = false): void {
    const pte = ptes[page];
    if (pte.frame === null) return;
    pte.writable = false;
    pte.cow = cow;
  }

  /** The frame that a page is mapped to; throws ModelError if there is none. */
  frameAt(ptes: Table<P, Pte<F>>, page: Ref<P>): Ref<F> {
    const { frame } = ptes[page];
    if (frame === null) throw new ModelError(`${this.page.name} ${page} is not mapped`);
    return frame;
  }

  /** Copies an entry of one table to another, as `fork` does. */
  copy(from: Table<P, Pte<F>>, to: Table<P, Pte<F>>, page: Ref<P>): void {
    const { frame, writable, cow, dirty } = from[page];
    writePte(to[page], frame, writable, cow, dirty);
  }

  /**
   * Moves `count` entries to other pages, as `mremap` does: each is cleared where it was, and what
   * stood where it goes is lost. TLBs go on with what they remember of the old place.
   */
  move(ptes: Table<P, Pte<F>>, from: Ref<P>, to: Ref<P>, count = 1): void {
    for (let n = 0; n < count; n++) {
      // Where the ranges overlap upwards, the last entry goes first.
      const i = from < to ? count - 1 - n : n;
      const old = ptes[this.page.at(from + i)];
      const { frame, writable, cow, dirty } = old;
      writePte(old, null, false, false, false);
      writePte(ptes[this.page.at(to + i)], frame, writable, cow, dirty);
    }
  }

  /** How many pages of the table are mapped to the frame. */
  mappingsOf(ptes: Table<P, Pte<F>>, frame: Ref<F>): number {
    const { all } = this.page;
    let found = 0;
    for (let i = 0; i < all.length; i++) if (ptes[all[i]].frame === frame) found += 1;
    return found;
  }
}

function writePte<F extends string>(
  pte: Pte<F>,
  frame: Ref<F> | null,
  writable: boolean,
  cow: boolean,
  dirty: boolean,
): void {
  pte.frame = frame;
  pte.writable = writable;
  pte.cow = cow;
  pte.dirty = dirty;
}

/** The page tables of a machine: `pageTable({ page, frame, cow: true })`. */
export function pageTable<P extends string, F extends string>(
  parts: PageTableParts<P, F>,
): PageTable<P, F> {
  demandMembers('pageTable', parts, ['page', 'frame']);
  return new PageTable(parts);
}
