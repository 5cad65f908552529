/** munmap.c: splitting, shrinking and destroying areas, and the entries that go with them. */

import { chainOf } from '../../model/codezero-mm0/areas.ts';
import { checks } from '../../model/codezero-mm0/step-invariants.ts';
import { VM_WRITE } from '../../model/codezero-mm0/header.ts';
import type { Rules } from '../../model/codezero-mm0/rules.ts';
import type { LinkRef, ObjectRef, SpaceRef, VmaRef } from '../../model/codezero-mm0/scope.ts';
import type { Kernel } from '../../model/codezero-mm0/state.ts';
import { offsetAt, ptesOf, vmaOf } from '../../model/codezero-mm0/view.ts';
import { vma_drop_merge_delete_all } from './drop.ts';
import { ENOMEM } from './services/errors.ts';
import { follow, freeVma, newLink, newVma } from './services/objects.ts';
import { insertAt, remove } from './services/lists.ts';
import { removeEntry } from './services/pages.ts';
import { vm_link_object } from './vm_object.ts';
import { halt, places } from './vocabulary.ts';
import type { Cx } from './vocabulary.ts';

const there = ({ munmaps }: Rules): boolean => munmaps;
const perArea = (rules: Rules): boolean => rules.munmaps && rules.unmap === 'per-vma';

export const unmapping = places('do_munmap', {
  stub: ['5.17 a stub: nothing is done, success is reported', ({ munmaps }) => !munmaps],
  split: ['5.17/3a the range is inside an area: split', there],
  noObjects: [
    '5.17/3a the upper part gets no objects',
    (rules) => rules.munmaps && rules.split === 'no-objects',
  ],
  copyLinks: [
    '5.17/3a the upper part gets the objects of the lower',
    (rules) => rules.munmaps && rules.split === 'copies-links',
  ],
  noMemory: ['5.17/3a no memory for the upper part', there],
  fromEnd: ['5.17/3b the area shrinks at its end', there],
  fromStart: ['5.17/3b the area shrinks at its start', there],
  destroy: ['5.17/3c the area is destroyed', there],
  gone: [
    '5.17/3c the area leaves the list and is freed',
    (rules) => rules.munmaps && rules.destroyed === 'leaves',
  ],
  flush: [
    '5.17/2 flags that are none of its file say that nothing is dirty',
    (rules) => rules.munmaps && rules.flushObject !== 'none',
  ],
  flushWild: [
    '5.17/2 the next area is taken for an object: wild',
    (rules) => rules.munmaps && rules.flushObject === 'next-area',
  ],
  entries: ['5.17/4 entries are removed', (rules) => rules.munmaps && rules.unmap !== 'per-vma'],
  absent: [
    '5.17/4 an entry is absent: the kernel stops',
    (rules) => rules.munmaps && rules.unmap === 'first-page',
  ],
  cutOut: ['5.17/4 the entries of what is cut out are removed', perArea],
  outAbsent: ['5.17/4 the last page cut out has no entry: stop', perArea],
  cutOff: ['5.17/4 the entries of what is cut off are removed', perArea],
  offAbsent: ['5.17/4 the last page cut off has no entry: stop', perArea],
  whole: ['5.17/4 the entries of the area are removed', perArea],
});

/** Answers 0, or an error; what it must leave of the areas that it touches is checks. */
export function do_munmap(
  k: Kernel,
  cx: Cx,
  space: SpaceRef,
  first: number,
  pages: number,
): number {
  const { scope } = cx;
  const seenAt = (page: number) => {
    const ref = vmaOf(k, space, page);
    if (ref === null) return null;
    return { chain: chainOf(k, ref), offset: offsetAt(k.vmas[ref], page) };
  };
  // What is destroyed may let an object be merged that the parts have, too: it has been freed then.
  const left = (object: ObjectRef | null): boolean => object === null || k.objects[object].live;
  const before = scope.page.all.map(seenAt);
  const result = unmapRange(k, cx, space, first, pages);
  if (result !== 0) return result;
  for (const page of scope.page.all) {
    const [was, is] = [before[page], seenAt(page)];
    if (page >= first && page < first + pages) {
      const entry = ptesOf(k, space)[page].frame !== null;
      cx.check(checks.munmapRemovesAccess, is === null && !entry, space, page);
    } else if (was !== null) {
      const kept = is?.chain.join() === was.chain.filter(left).join();
      cx.check(checks.splitKeepsObjects, kept, space, page);
      cx.check(checks.splitKeepsOffsets, is?.offset === was.offset, space, page);
    }
  }
  return result;
}

function unmapRange(k: Kernel, cx: Cx, space: SpaceRef, first: number, pages: number): number {
  const { rules } = cx.scope;
  if (!rules.munmaps) {
    unmapping(cx, 'stub');
    return 0;
  }
  const end = first + pages;
  const { vmas } = k.spaces[space];
  const met: VmaRef[] = [];
  for (let i = 0; i < vmas.length; i++) met.push(vmas.at(i) as VmaRef);
  for (const ref of met) {
    const { pfn_start, pfn_end } = k.vmas[ref];
    if (end <= pfn_start || first >= pfn_end) continue;
    vma_flush_pages(k, cx, ref);
    const error = vma_unmap(k, cx, space, ref, first, end);
    if (error !== 0) return error;
  }
  if (rules.unmap === 'first-page') l4_unmap_first(k, cx, space, first, pages);
  if (rules.unmap === 'exact') {
    unmapping(cx, 'entries');
    for (let page = first; page < Math.min(end, cx.scope.page.size); page++) {
      removeEntry(k, space, cx.scope.page.at(page));
    }
  }
  return 0;
}

/**
 * Looks for dirty pages in vain: first in memory that is no object, later in an object, but among
 * flags that only areas have.
 */
function vma_flush_pages(k: Kernel, cx: Cx, ref: VmaRef): void {
  const { flushObject } = cx.scope.rules;
  if (flushObject === 'none' || (k.vmas[ref].flags & VM_WRITE) === 0) return;
  if (flushObject === 'next-area' && cx.scope.choices.flushReads === 'wild') {
    unmapping(cx, 'flushWild');
    halt('wild', 'vma_flush_pages: the next area, or the head of the list, is taken for an object');
  }
  unmapping(cx, 'flush');
}

function vma_unmap(
  k: Kernel,
  cx: Cx,
  space: SpaceRef,
  ref: VmaRef,
  first: number,
  end: number,
): number {
  const vma = k.vmas[ref];
  const { pfn_start, pfn_end } = vma;
  if (pfn_start < first && pfn_end > end) {
    unmapping(cx, 'split');
    const error = vma_split(k, cx, space, ref, first, end);
    if (error === 0) unmapPiece(k, cx, space, first, end, 'cutOut');
    return error;
  }
  if (pfn_start < first) {
    unmapping(cx, 'fromEnd');
    vma.pfn_end = first;
    unmapPiece(k, cx, space, first, pfn_end, 'cutOff');
    return 0;
  }
  if (pfn_end > end) {
    unmapping(cx, 'fromStart');
    vma.file_offset += end - pfn_start;
    vma.pfn_start = end;
    unmapPiece(k, cx, space, pfn_start, end, 'cutOff');
    return 0;
  }
  unmapping(cx, 'destroy');
  vma_drop_merge_delete_all(k, cx, ref);
  unmapPiece(k, cx, space, pfn_start, pfn_end, 'whole');
  if (cx.scope.rules.destroyed === 'leaves') {
    unmapping(cx, 'gone');
    remove(k.spaces[space].vmas, ref);
    freeVma(k, ref);
  }
  return 0;
}

function vma_split(
  k: Kernel,
  cx: Cx,
  space: SpaceRef,
  ref: VmaRef,
  first: number,
  end: number,
): number {
  const vma = k.vmas[ref];
  const { rules } = cx.scope;
  const offset = vma.file_offset + end - vma.pfn_start;
  const upper = newVma(k, cx, end, vma.pfn_end, vma.flags, offset);
  if (upper === null) {
    unmapping(cx, 'noMemory');
    return ENOMEM;
  }
  if (rules.split === 'no-objects') unmapping(cx, 'noObjects');
  else {
    unmapping(cx, 'copyLinks');
    if (!vma_copy_links(k, cx, upper, ref)) {
      unmapping(cx, 'noMemory');
      freeVma(k, upper);
      return ENOMEM;
    }
  }
  vma.pfn_end = first;
  const { vmas } = k.spaces[space];
  // Right before the old one, as in list_add_tail; sorted lists keep their order in the reference.
  const behind = rules.unmap === 'exact' ? 1 : 0;
  insertAt(vmas, vmas.indexOf(ref) + behind, upper);
  return 0;
}

/** A link for each link of `from`, in the same order. False: no memory, and nothing has changed. */
export function vma_copy_links(k: Kernel, cx: Cx, to: VmaRef, from: VmaRef): boolean {
  const { chain } = k.vmas[from];
  const made: LinkRef[] = [];
  for (let i = 0; i < chain.length; i++) {
    const object = follow(k, chain.at(i) as LinkRef, 'vma_copy_links');
    const link = newLink(k, cx);
    if (link === null) {
      if (cx.scope.rules.outOfMemory === 'unchecked') {
        halt('wild', 'vma_copy_links: an error value is taken for a link');
      }
      for (const each of made) {
        const { obj } = k.links[each];
        remove(k.objects[obj as ObjectRef].link_list, each);
        k.objects[obj as ObjectRef].nlinks -= 1;
        k.links[each].live = false;
        k.links[each].obj = null;
      }
      k.vmas[to].chain.splice(0, k.vmas[to].chain.length);
      return false;
    }
    vm_link_object(k, link, object);
    k.vmas[to].chain.push(link);
    made.push(link);
  }
  return true;
}

/** The kernel of R-nov removes the entry of the first page once for each page of the range. */
function l4_unmap_first(k: Kernel, cx: Cx, space: SpaceRef, first: number, pages: number): void {
  unmapping(cx, 'entries');
  for (let i = 0; i < pages; i++) {
    if (removeEntry(k, space, cx.scope.page.at(first))) continue;
    unmapping(cx, 'absent');
    halt('kernel-stop', 'l4_unmap: the entry is absent already');
  }
}

/**
 * From 94daebd on: the pages of one piece. The kernel answers for the last page alone whether it
 * had an entry (src/api/map.c:74-81 at 6fa4884).
 */
function unmapPiece(
  k: Kernel,
  cx: Cx,
  space: SpaceRef,
  first: number,
  end: number,
  what: 'cutOut' | 'cutOff' | 'whole',
): void {
  if (cx.scope.rules.unmap !== 'per-vma') return;
  unmapping(cx, what);
  let absent = false;
  for (let page = first; page < Math.min(end, cx.scope.page.size); page++) {
    absent = !removeEntry(k, space, cx.scope.page.at(page));
  }
  if (!absent || what === 'whole') return;
  unmapping(cx, what === 'cutOut' ? 'outAbsent' : 'offAbsent');
  halt('stop', 'vma_unmap: the last page of the range had no entry');
}
