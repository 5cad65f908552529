/** Pages, and the entries of page tables, which the kernel keeps. */

import type { FrameRef, PageRef, SpaceRef } from '../../../model/codezero-mm0/scope.ts';
import { DEVZERO } from '../../../model/codezero-mm0/state.ts';
import type { Kernel } from '../../../model/codezero-mm0/state.ts';
import { ptesOf } from '../../../model/codezero-mm0/view.ts';
import type { Cx } from '../vocabulary.ts';
import { fails, tooFew } from './failures.ts';

/**
 * A page in nobody's cache; null if the allocation fails. Pages never used come first. `more`: one
 * more page of a request that has been granted.
 */
export function alloc_page(k: Kernel, cx: Cx, more = false): FrameRef | null {
  if (!more && fails(k, cx, 'page')) return null;
  const first = cx.scope.choices.pageReuse === 'first';
  for (const used of [first, !first]) {
    for (const f of cx.scope.frame.all) {
      if (k.frames[f].in_use || k.frames[f].poisoned !== used) continue;
      k.frames[f].in_use = true;
      return f;
    }
  }
  return tooFew('frames');
}

/** A page leaves its cache for good. */
export function releasePage(k: Kernel, cx: Cx, ref: FrameRef): void {
  const page = k.frames[ref];
  page.in_use = false;
  page.owner = null;
  page.offset = 0;
  page.refcnt = -1;
  page.dirty = false;
  page.poisoned = cx.scope.rules.releasePoisons;
  page.cell0 = 0;
  page.cell1 = 0;
}

export function mapPage(
  k: Kernel,
  cx: Cx,
  space: SpaceRef,
  page: number,
  frame: FrameRef,
  rw: boolean,
): void {
  const pte = ptesOf(k, space)[cx.scope.page.at(page)];
  pte.frame = frame;
  pte.rw = rw;
}

export function removeEntry(k: Kernel, space: SpaceRef, page: PageRef): boolean {
  const pte = ptesOf(k, space)[page];
  const present = pte.frame !== null;
  pte.frame = null;
  pte.rw = false;
  return present;
}

/** The page of devzero. */
export function zeroPage(cx: Cx): FrameRef {
  return cx.scope.frame.at(DEVZERO);
}
