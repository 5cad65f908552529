/**
 * The pages of a file that are in memory, and its truncation. A file has a length; its pages
 * beyond the length must not be found, nor be mapped. Truncating is several steps, as in
 * kernels: the length first, then what is mapped, then what is cached, page by page; or in
 * whatever wrong order a model has.
 */

import type { Pool, Ref } from '../state/pool.ts';
import { record } from '../state/record.ts';
import { table } from '../state/table.ts';
import type { Composite } from '../state/record.ts';
import type { Table } from '../state/table.ts';
import { bool, upTo } from '../state/values.ts';
import { optional } from '../state/references.ts';
import { demandMembers } from '../state/demand.ts';

/** A page of a file: the frame that holds it, and whether file and frame agree. */
export interface CachedPage<F extends string = 'frame'> {
  /** Null: the page is not in memory. */
  frame: Ref<F> | null;
  /** It holds what the file holds: it has been read, or written as a whole. */
  uptodate: boolean;
  /** It has to be written to the disk before it may be dropped. */
  dirty: boolean;
}

/** A file, as the page cache knows it: its length, and a row for each page that it can have. */
export interface CachedFile<I extends string = 'index', F extends string = 'frame'> {
  /** In pages. A truncation lowers it in its first step, or should. */
  length: number;
  readonly pages: Table<I, CachedPage<F>>;
}

/** The pools that a page cache is about. */
export interface PageCacheParts<I extends string, F extends string> {
  /** The pages that a file can have: index 0 is its first page. */
  readonly index: Pool<I>;
  readonly frame: Pool<F>;
}

/** Works on a file of a state, be it a view or a draft; nothing is kept here. */
export class PageCache<I extends string = 'index', F extends string = 'frame'> {
  /** One file; blank: it is empty, and nothing of it is in memory. */
  readonly schema: Composite<CachedFile<I, F>>;
  readonly index: Pool<I>;

  constructor({ index, frame }: PageCacheParts<I, F>) {
    this.index = index;
    const page = record({ frame: optional(frame), uptodate: bool, dirty: bool });
    this.schema = record({ length: upTo(index.size), pages: table(index, page) });
  }

  /** The frame of a page that lies in the file; null: it is not in memory, or beyond the end. */
  find({ length, pages }: CachedFile<I, F>, index: Ref<I>): Ref<F> | null {
    return index < length ? pages[index].frame : null;
  }

  /** Puts a frame into the cache, not up to date yet. False: there is one already. */
  insert({ pages }: CachedFile<I, F>, index: Ref<I>, frame: Ref<F>): boolean {
    const page = pages[index];
    if (page.frame !== null) return false;
    page.frame = frame;
    return true;
  }

  /** Takes a page out, written back or not; the frame that it had, or null. */
  remove({ pages }: CachedFile<I, F>, index: Ref<I>): Ref<F> | null {
    const page = pages[index];
    const { frame } = page;
    page.frame = null;
    page.uptodate = false;
    page.dirty = false;
    return frame;
  }

  /**
   * The lowest page that is cached although it lies beyond the end; null: the truncation is done.
   */
  beyondEnd({ length, pages }: CachedFile<I, F>): Ref<I> | null {
    const { all, size } = this.index;
    for (let i = length; i < size; i++) if (pages[all[i]].frame !== null) return all[i];
    return null;
  }
}

/** The page cache of a file: `pageCache({ index: pool('index', 2), frame })`. */
export function pageCache<I extends string, F extends string>(
  parts: PageCacheParts<I, F>,
): PageCache<I, F> {
  demandMembers('pageCache', parts, ['index', 'frame']);
  return new PageCache(parts);
}
