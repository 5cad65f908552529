/** fault.c, second half: copy-on-write, read and write faults, and the freeze before a fork. */

import { checks } from '../../model/codezero-mm0/step-invariants.ts';
import {
  VM_DIRTY,
  VM_READ,
  VM_WRITE,
  VMA_ANONYMOUS,
  VMA_PRIVATE,
  VMA_SHARED,
} from '../../model/codezero-mm0/header.ts';
import type { Rules } from '../../model/codezero-mm0/rules.ts';
import type {
  FrameRef,
  LinkRef,
  ObjectRef,
  SpaceRef,
  VmaRef,
} from '../../model/codezero-mm0/scope.ts';
import type { Kernel } from '../../model/codezero-mm0/state.ts';
import { isWritable, offsetAt, ptesOf, vmaOf } from '../../model/codezero-mm0/view.ts';
import { considerCollapse } from './drop.ts';
import { alloc_page, mapPage, releasePage } from './services/pages.ts';
import { follow, freeLink, newLink, newObject } from './services/objects.ts';
import { enterCache, page_in } from './pagers.ts';
import { hasShadowFlag, joinShadows, vm_link_object } from './vm_object.ts';
import { halt, Killed, places } from './vocabulary.ts';
import type { Cx } from './vocabulary.ts';

const currentPte = ({ currentPte: looks }: Rules): boolean => looks;

export const handler = places('page_fault_handler', {
  illegal: '5.6/3 no area allows the access',
  current: ['9/2 the entry allows the access by now: nothing to do', currentPte],
  read: '5.6/4 a read fault',
  write: '5.6/4 a write fault',
});

/** `kind` is the entry as the kernel saw it when the fault was raised: absent, or read-only. */
export function page_fault_handler(
  k: Kernel,
  cx: Cx,
  space: SpaceRef,
  page: number,
  kind: 'absent' | 'read-only',
): void {
  const ref = vmaOf(k, space, page);
  const flag = kind === 'absent' ? VM_READ : VM_WRITE;
  if (ref === null || (k.vmas[ref].flags & flag) === 0) {
    handler(cx, 'illegal');
    if (cx.scope.rules.illegal === 'kill') throw new Killed();
    return halt('stop', 'do_page_fault: no area allows the access');
  }
  const pte = ptesOf(k, space)[cx.scope.page.at(page)];
  const wasWritable = pte.frame !== null && pte.rw;
  if (cx.scope.rules.currentPte) {
    const enough = pte.frame !== null && (kind === 'absent' || pte.rw);
    if (enough) {
      handler(cx, 'current');
      return;
    }
  }
  handler(cx, kind === 'absent' ? 'read' : 'write');
  if (kind === 'absent') {
    page_read_fault(k, cx, space, ref, page);
    cx.check(checks.readNeverDowngrades, !wasWritable || pte.rw, space, page);
  } else page_write_fault(k, cx, space, ref, page);
}

export const reading = places('page_read_fault', {
  empty: '5.7/2 the chain is empty: stop',
  exhausted: '5.7/2 no object of the chain has the page',
  populate: [
    '9/3 the first touch of a shared page puts a zeroed one into the segment',
    ({ touchPopulates }) => touchPopulates,
  ],
  map: '5.7/3 the entry becomes read-only',
});

function page_read_fault(k: Kernel, cx: Cx, space: SpaceRef, ref: VmaRef, page: number): void {
  const frame = findForRead(k, cx, ref, page);
  reading(cx, 'map');
  mapPage(k, cx, space, page, frame, false);
}

/** The page that a read fault maps. */
export function findForRead(k: Kernel, cx: Cx, ref: VmaRef, page: number): FrameRef {
  const vma = k.vmas[ref];
  const anonShared = (vma.flags & VMA_SHARED) !== 0 && (vma.flags & VMA_ANONYMOUS) !== 0;
  if (anonShared && cx.scope.rules.touchPopulates) {
    const top = follow(k, topLink(vma), 'page_read_fault');
    if (page_in(k, cx, top, offsetAt(vma, page)) === null) {
      reading(cx, 'populate');
      copy_on_write(k, cx, ref, page);
    }
  }
  return searchFrom(k, cx, ref, 0, offsetAt(vma, page), 'page_read_fault');
}

function topLink(vma: Kernel['vmas'][VmaRef]): LinkRef {
  const link = vma.chain.at(0);
  return link === undefined ? halt('stop', 'page_fault: the area has no object') : link;
}

/** Asks each object of the chain from `i` on for the page. */
export function searchFrom(
  k: Kernel,
  cx: Cx,
  ref: VmaRef,
  i: number,
  offset: number,
  site: string,
): FrameRef {
  const { chain } = k.vmas[ref];
  if (chain.length === 0) {
    reading(cx, 'empty');
    halt('stop', `${site}: the area has no object`);
  }
  for (let at = i; at < chain.length; at++) {
    const object = follow(k, chain.at(at) as LinkRef, site);
    const frame = page_in(k, cx, object, offset);
    if (frame !== null) return frame;
  }
  reading(cx, 'exhausted');
  if (cx.scope.rules.illegal === 'kill') throw new Killed(); // only a server that fails gets here
  return halt('stop', `${site}: no object of the chain has the page`);
}

export const writing = places('page_write_fault', {
  private: '5.8 private: copy-on-write',
  top: '5.8 shared: the top object has the page',
  dirty: ['5.8 page and object become dirty', ({ marksDirty }) => marksDirty],
  populate: '5.8 shared and anonymous: copy-on-write into the top object',
  missing: '5.8 shared, not anonymous, and no page: stop',
  map: '5.8 the entry becomes writable',
});

function page_write_fault(k: Kernel, cx: Cx, space: SpaceRef, ref: VmaRef, page: number): void {
  const frame = findForWrite(k, cx, ref, page);
  writing(cx, 'map');
  mapPage(k, cx, space, page, frame, true);
}

/** The page that a write fault maps. */
export function findForWrite(k: Kernel, cx: Cx, ref: VmaRef, page: number): FrameRef {
  const vma = k.vmas[ref];
  if ((vma.flags & VMA_PRIVATE) !== 0) {
    writing(cx, 'private');
    return copy_on_write(k, cx, ref, page);
  }
  const top = follow(k, topLink(vma), 'page_write_fault');
  const found = page_in(k, cx, top, offsetAt(vma, page));
  if (found !== null) {
    writing(cx, 'top');
    if (cx.scope.rules.marksDirty) {
      writing(cx, 'dirty');
      markDirty(k, found);
    }
    return found;
  }
  if ((vma.flags & VMA_ANONYMOUS) !== 0) {
    writing(cx, 'populate');
    return copy_on_write(k, cx, ref, page);
  }
  writing(cx, 'missing');
  if (cx.scope.rules.illegal === 'kill') throw new Killed();
  return halt('stop', 'page_write_fault: the file has no page');
}

/** The page, and the object that owns it. */
export function markDirty(k: Kernel, frame: FrameRef): void {
  k.frames[frame].dirty = true;
  k.objects[k.frames[frame].owner as ObjectRef].flags |= VM_DIRTY;
}

export const cow = places('copy_on_write', {
  create: '5.9/2a the top object is read-only: link and object for a shadow',
  noMemory: '5.9/2a link or object cannot be allocated',
  shadow: '5.9/2a a shadow goes in front of the old top',
  present: [
    '5.9/2b the target has the page: it is the answer',
    ({ cowLooksFirst }) => cowLooksFirst,
  ],
  target: '5.9/2b the top object is the target',
  noSecond: '5.9/2b no second object, or a writable one: stop',
  page: '5.9/4 a page for the copy is allocated',
  noPage: '5.9/4 there is no page for the copy',
  copy: '5.9/4 the page is copied',
  poisoned: [
    '5.9/5 the list node of the page is not empty: stop',
    ({ releasePoisons }) => releasePoisons,
  ],
  insert: '5.9/6 the copy enters the cache of the target',
});

/** Answers with the page to be mapped writable. */
export function copy_on_write(k: Kernel, cx: Cx, ref: VmaRef, page: number): FrameRef {
  const vma = k.vmas[ref];
  const { rules } = cx.scope;
  const offset = offsetAt(vma, page);
  const top = follow(k, topLink(vma), 'copy_on_write');
  const shadows = !isWritable(k, top);
  if (!shadows && rules.cowLooksFirst) {
    const present = page_in(k, cx, top, offset);
    if (present !== null) {
      cow(cx, 'present');
      return present;
    }
  }
  if (!shadows) {
    const second = vma.chain.at(1);
    if (second === undefined || isWritable(k, follow(k, second, 'copy_on_write'))) {
      cow(cx, 'noSecond');
      halt('stop', 'copy_on_write: no read-only object under a writable one');
    }
    cow(cx, 'target');
  }
  // The corrected rules look and allocate before the first write (9 point 8).
  const careful = rules.outOfMemory === 'undone';
  const early = careful ? searchFrom(k, cx, ref, shadows ? 0 : 1, offset, 'copy_on_write') : null;
  if (careful) cow(cx, 'page');
  const spare = careful ? alloc_page(k, cx) : null;
  if (careful && spare === null) {
    cow(cx, 'noPage');
    throw new Killed();
  }
  const target = shadows ? vma_create_shadow(k, cx, ref, top, spare) : top;
  const found = early ?? searchFrom(k, cx, ref, 1, offset, 'copy_on_write');
  if (!careful) cow(cx, 'page');
  const copy = spare ?? alloc_page(k, cx);
  if (copy === null) {
    cow(cx, 'noPage');
    return rules.noPage === 'wild'
      ? halt('wild', 'copy_on_write: the result of a failed page allocation is used')
      : halt('stop', 'copy_to_new_page: no page');
  }
  cow(cx, 'copy');
  const source = k.frames[found];
  const made = k.frames[copy];
  made.cell0 = source.cell0;
  made.cell1 = source.cell1;
  if (made.poisoned) {
    cow(cx, 'poisoned');
    halt('stop', 'copy_on_write: the list node of a page used before is poisoned');
  }
  cow(cx, 'insert');
  enterCache(k, cx, copy, target, offset);
  if ((vma.flags & VMA_SHARED) === 0) considerCollapse(k, cx, ref, 0);
  return copy;
}

/** 5.9 step 2a: a shadow of the top object, in front of it. */
function vma_create_shadow(
  k: Kernel,
  cx: Cx,
  ref: VmaRef,
  top: ObjectRef,
  spare: FrameRef | null,
): ObjectRef {
  cow(cx, 'create');
  const link = newLink(k, cx);
  const object = link === null ? null : newObject(k, cx, cx.scope.VM_OBJ_SHADOW | VM_WRITE);
  if (link === null || object === null) {
    cow(cx, 'noMemory');
    if (cx.scope.rules.outOfMemory === 'unchecked') {
      halt('stop', 'page_write_fault: copy_on_write answers with an error');
    }
    if (link !== null) freeLink(k, link);
    if (spare !== null) releasePage(k, cx, spare);
    throw new Killed();
  }
  cow(cx, 'shadow');
  vm_link_object(k, link, object);
  k.objects[object].orig_obj = top;
  k.objects[top].shadows += 1;
  k.vmas[ref].chain.unshift(link);
  joinShadows(k, object, top);
  return object;
}

export const freezing = places('vm_freeze_shadows', {
  shared: '5.11/1 a shared area is left alone',
  empty: '5.11/1 an area has no objects: stop',
  file: '5.11/2 the top object is no writable shadow: nothing to freeze',
  frozen: '5.11/2 the top shadow loses WRITE',
  below: [
    '5.11/3 the offset of a page is below that of the area: stop',
    ({ freeze }) => freeze === 'cached-pages',
  ],
  cached: [
    '5.11/3 the entry of a cached page becomes read-only, mapped or not',
    ({ freeze }) => freeze !== 'writable-entries',
  ],
  writable: [
    '5.11 a writable entry becomes read-only',
    ({ freeze }) => freeze === 'writable-entries',
  ],
});

/** Before a fork: the private memory of the parent becomes read-only. */
export function vm_freeze_shadows(k: Kernel, cx: Cx, space: SpaceRef): void {
  const { vmas } = k.spaces[space];
  for (let i = 0; i < vmas.length; i++) {
    const vma = k.vmas[vmas.at(i) as VmaRef];
    if ((vma.flags & VMA_SHARED) !== 0) {
      freezing(cx, 'shared');
      continue;
    }
    const link = vma.chain.at(0);
    if (link === undefined) {
      freezing(cx, 'empty');
      return halt('stop', 'vm_freeze_shadows: an area has no objects');
    }
    const top = follow(k, link, 'vm_freeze_shadows');
    if (hasShadowFlag(k, cx, top) && isWritable(k, top)) {
      freezing(cx, 'frozen');
      k.objects[top].flags = (k.objects[top].flags & ~VM_WRITE) | VM_READ;
    } else {
      freezing(cx, 'file');
      // Of two areas with one shadow the first has frozen it: the entries of both must follow.
      if (cx.scope.rules.freeze !== 'writable-entries') continue;
    }
    freezeEntries(k, cx, space, vma, top);
  }
}

function freezeEntries(
  k: Kernel,
  cx: Cx,
  space: SpaceRef,
  vma: Kernel['vmas'][VmaRef],
  top: ObjectRef,
): void {
  const { freeze } = cx.scope.rules;
  if (freeze === 'writable-entries') {
    for (let page = vma.pfn_start; page < vma.pfn_end; page++) {
      const pte = ptesOf(k, space)[cx.scope.page.at(page)];
      if (pte.frame === null || !pte.rw) continue;
      freezing(cx, 'writable');
      pte.rw = false;
    }
    return;
  }
  const { page_cache } = k.objects[top];
  for (let i = 0; i < page_cache.length; i++) {
    const frame = page_cache.at(i) as FrameRef;
    const { offset } = k.frames[frame];
    const base = freeze === 'cached-pages' ? vma.file_offset : 0;
    if (offset < base) {
      freezing(cx, 'below');
      halt('stop', 'vm_freeze_shadows: a page lies below its area');
    }
    freezing(cx, 'cached');
    const page = vma.pfn_start + offset - base;
    // With an offset in bytes the address lies far outside of what the state keeps of a table.
    const kept = page < cx.scope.page.size;
    if (kept) mapPage(k, cx, space, page, frame, false);
    else cx.check(checks.unmappedStaysUnmapped, false, space, page);
  }
}
