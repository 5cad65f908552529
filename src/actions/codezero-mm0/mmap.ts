/** mmap.c: where a mapping goes, and what its area consists of. */

import {
  PAGE_SIZE,
  VM_FILE_SHM,
  VM_READ,
  VM_WRITE,
  VMA_ANONYMOUS,
  VMA_FIXED,
  VMA_PRIVATE,
  VMA_SHARED,
} from '../../model/codezero-mm0/header.ts';
import type { Rules } from '../../model/codezero-mm0/rules.ts';
import type { UserStep } from '../../model/codezero-mm0/scenario.ts';
import type {
  FileRef,
  LinkRef,
  ObjectRef,
  SpaceRef,
  VmaRef,
} from '../../model/codezero-mm0/scope.ts';
import { DEVZERO } from '../../model/codezero-mm0/state.ts';
import type { Kernel } from '../../model/codezero-mm0/state.ts';
import { EBADF, EINVAL, ENOMEM } from './services/errors.ts';
import { freeVma, newLink, newVma } from './services/objects.ts';
import { insertAt } from './services/lists.ts';
import { do_munmap } from './munmap.ts';
import { madeSegment, newSegment, shm_new_address } from './segments.ts';
import { vm_link_object, vma_drop_link } from './vm_object.ts';
import { halt, places } from './vocabulary.ts';
import type { Cx } from './vocabulary.ts';

type MmapStep = Extract<UserStep, { do: 'mmap' }>;

export const system = places('sys_mmap', {
  badFile: '5.3/2 the descriptor is empty: refused',
  outside: [
    '5.3/3 the address is outside of the range: EINVAL',
    (rules: Rules) => rules.range !== 'unchecked' || rules.addressZero === 'refused',
  ],
  segment: [
    '5.3 anonymous and shared: a new private segment',
    ({ anonShared }: Rules) => anonShared === 'segment',
  ],
  map: '5.3/7 do_mmap',
});

/** Answers with the first page of the mapping, or an error below 0. */
export function sys_mmap(
  k: Kernel,
  cx: Cx,
  space: SpaceRef,
  file: FileRef | null,
  step: MmapStep,
  group: number,
): number {
  const { rules, taskEnd } = cx.scope;
  const anon = step.kind.endsWith('anon');
  if (!anon && file === null) {
    system(cx, 'badFile');
    // R0: a slot without a file reaches do_mmap step 1, whose check stops the pager.
    if (rules.noFile === 'refused') return EBADF;
    return halt('stop', 'do_mmap: neither a file nor anonymous');
  }
  const end = rules.range === 'checked' ? step.page + step.pages : step.page + 1;
  const outside = rules.range !== 'unchecked' && end > taskEnd;
  if (outside || (step.page === 0 && rules.addressZero === 'refused')) {
    system(cx, 'outside');
    return EINVAL;
  }
  if (step.kind === 'shared-anon' && rules.anonShared === 'segment') {
    system(cx, 'segment');
    const segment = madeSegment(cx, newSegment(k, cx, group));
    if (segment === null) return ENOMEM;
    const flags = VM_READ | VM_WRITE | VMA_SHARED | VMA_ANONYMOUS;
    const address = do_mmap(k, cx, segment, 0, space, 0, flags, step.pages);
    if (address >= 0) {
      k.files[segment].shm_addr = address;
      k.files[segment].attached = true;
    } else if (rules.outOfMemory === 'undone') dropSegment(k, segment);
    return address;
  }
  const flags =
    VM_READ |
    (step.readOnly ? 0 : VM_WRITE) |
    (step.fixed ? VMA_FIXED : 0) |
    (step.kind.startsWith('private') ? VMA_PRIVATE : VMA_SHARED) |
    (anon ? VMA_ANONYMOUS : 0);
  system(cx, 'map');
  return do_mmap(k, cx, anon ? null : file, step.offset, space, step.page, flags, step.pages);
}

/** A segment that could not be mapped is as if it had never been. */
function dropSegment(k: Kernel, segment: FileRef): void {
  const file = k.files[segment];
  const object = k.objects[file.vm_obj as ObjectRef];
  object.live = false;
  object.flags = 0;
  object.file = null;
  file.live = false;
  file.type = 0;
  file.length = 0;
  file.vm_obj = null;
  file.group = 0;
  file.listed = false;
}

export const mapping = places('do_mmap', {
  devzero: '5.4/1 anonymous: devzero from offset 0',
  tooLong: '5.4/2 beyond the end of the file: EINVAL',
  choose: '5.4/5a no acceptable address: choose one',
  fixed: ['5.4/5a not acceptable, and fixed: EINVAL', ({ fixed }) => fixed === 'refused'],
  noAddress: '5.4/5a none is left',
  overlap: '5.4/5b an area overlaps',
  area: '5.4/6 an area is made',
  noVma: '5.4/6 no memory for the area: ENOMEM',
  noLink: '5.4/7 no memory for a link',
  link: '5.4/8 the object of the file is linked',
  segment: '5.4/9 a segment has devzero behind it',
  insert: '5.4/10 the area enters the list of the task',
});

/** `offset` in pages of the file; `address` 0 to choose. Answers with the first page. */
export function do_mmap(
  k: Kernel,
  cx: Cx,
  given: FileRef | null,
  offset: number,
  space: SpaceRef,
  address: number,
  flags: number,
  pages: number,
): number {
  const { rules, taskEnd } = cx.scope;
  if (given === null) mapping(cx, 'devzero');
  const file = given ?? cx.scope.file.at(DEVZERO);
  const { length, type, vm_obj } = k.files[file];
  const start = given === null ? 0 : offset;
  const compared = rules.offsetCompared === 'bytes' ? start * PAGE_SIZE : start;
  // Unsigned: an offset beyond the length makes the difference a huge number.
  if (length >= compared && pages > length - compared) {
    mapping(cx, 'tooLong');
    return EINVAL;
  }
  if (rules.offsetCompared === 'pages' && start > length) {
    mapping(cx, 'tooLong');
    return EINVAL;
  }
  if (pages === 0) return EINVAL;
  if (pages >= taskEnd) return ENOMEM;
  const { pool } = k;
  let first = address;
  if (!acceptable(cx, flags, address)) {
    if ((flags & VMA_FIXED) !== 0 && rules.fixed === 'refused') {
      mapping(cx, 'fixed');
      return EINVAL;
    }
    mapping(cx, 'choose');
    first = mmap_new_address(k, cx, space, flags, pages, type === VM_FILE_SHM);
    if (first === 0) {
      mapping(cx, 'noAddress');
      if (rules.noAddress === 'refused') return ENOMEM;
    }
  } else if (rules.overlap === 'stop') {
    const { vmas } = k.spaces[space];
    for (let i = 0; i < vmas.length; i++) {
      const { pfn_start, pfn_end } = k.vmas[vmas.at(i) as VmaRef];
      if (!overlap(rules, first, first + pages, pfn_start, pfn_end)) continue;
      mapping(cx, 'overlap');
      halt('stop', 'do_mmap: the range overlaps with an area');
    }
  }
  const made = makeArea(k, cx, type, vm_obj as ObjectRef, {
    space,
    first,
    pages,
    flags,
    offset: rules.offsetKept === 'bytes' ? start * PAGE_SIZE : start,
  });
  if (made < 0 && rules.outOfMemory === 'undone') k.pool = pool;
  return made;
}

interface Area {
  readonly space: SpaceRef;
  readonly first: number;
  readonly pages: number;
  readonly flags: number;
  readonly offset: number;
}

function makeArea(
  k: Kernel,
  cx: Cx,
  type: number,
  object: ObjectRef,
  { space, first, pages, flags, offset }: Area,
): number {
  const { rules } = cx.scope;
  const careful = rules.outOfMemory === 'undone';
  const unmapOverlap = (): number => {
    if (rules.overlap !== 'unmap') return 0;
    if (overlaps(k, space, first, pages)) mapping(cx, 'overlap');
    return do_munmap(k, cx, space, first, pages);
  };
  // The corrected rules allocate everything before they unmap what is in the way.
  const early = careful ? 0 : unmapOverlap();
  if (early < 0) return early;
  mapping(cx, 'area');
  const area = newVma(k, cx, first, first + pages, flags, offset);
  if (area === null) {
    mapping(cx, 'noVma');
    return ENOMEM;
  }
  const chain = k.vmas[area].chain;
  for (const target of type === VM_FILE_SHM ? [object, cx.scope.object.at(DEVZERO)] : [object]) {
    const link = newLink(k, cx);
    if (link === null) {
      mapping(cx, 'noLink');
      if (!careful) halt('wild', 'do_mmap: an error value is taken for a link');
      undo(k, area);
      return ENOMEM;
    }
    mapping(cx, chain.length === 0 ? 'link' : 'segment');
    if (!k.objects[target].live) halt('wild', 'do_mmap: the object was deleted with the overlap');
    vm_link_object(k, link, target);
    chain.push(link);
  }
  const late = careful ? unmapOverlap() : 0;
  if (late < 0) {
    undo(k, area);
    return late;
  }
  mapping(cx, 'insert');
  insertArea(k, cx, space, area);
  return first;
}

/** An area that no list has yet is as if it had never been. */
function undo(k: Kernel, area: VmaRef): void {
  const { chain } = k.vmas[area];
  while (chain.length > 0) vma_drop_link(k, chain, chain.at(0) as LinkRef);
  freeVma(k, area);
}

/**
 * 5.4 step 10: task_add_vma, at the front; or task_insert_vma: between two areas of which one is
 * before it and one behind, else next to the last, whatever comes before that.
 */
export function insertArea(k: Kernel, cx: Cx, space: SpaceRef, area: VmaRef): void {
  const { vmas } = k.spaces[space];
  if (cx.scope.rules.vmaOrder === 'front') {
    vmas.unshift(area);
    return;
  }
  const start = (i: number): number => k.vmas[vmas.at(i) as VmaRef].pfn_start;
  const own = k.vmas[area].pfn_start;
  const last = vmas.length - 1;
  let i = 0;
  if (cx.scope.rules.vmaOrder === 'sorted') {
    while (i <= last && start(i) < own) i += 1;
    insertAt(vmas, i, area);
    return;
  }
  while (i < last && !(start(i) < own && own < start(i + 1))) i += 1;
  const before = last < 0 || own > start(i) ? i + 1 : i;
  insertAt(vmas, Math.min(before, vmas.length), area); // an empty list has no last
}

/** 5.5: may a mapping go where it was asked to? */
function acceptable(cx: Cx, flags: number, address: number): boolean {
  const { rules, taskEnd, shmEnd } = cx.scope;
  if (address === 0) return false;
  const [above, below] = [address >= 1, address < taskEnd];
  if ((flags & VMA_PRIVATE) !== 0) {
    return rules.acceptPrivate === 'or' ? above || below : above && below;
  }
  return address < shmEnd;
}

function overlap(rules: Rules, from: number, to: number, start: number, end: number): boolean {
  if (rules.overlapTest === 'r0') {
    return (from <= start && to > start) || (to >= end && from < end);
  }
  return !(to <= start || from >= end);
}

function overlaps(k: Kernel, space: SpaceRef, first: number, pages: number): boolean {
  const { vmas } = k.spaces[space];
  for (let i = 0; i < vmas.length; i++) {
    const { pfn_start, pfn_end } = k.vmas[vmas.at(i) as VmaRef];
    if (first < pfn_end && first + pages > pfn_start) return true;
  }
  return false;
}

function mmap_new_address(
  k: Kernel,
  cx: Cx,
  space: SpaceRef,
  flags: number,
  pages: number,
  segment: boolean,
): number {
  const { sharedFrom } = cx.scope.rules;
  const shared = (flags & VMA_SHARED) !== 0;
  const fromPool = shared && (sharedFrom === 'pool' || (sharedFrom === 'by-kind' && segment));
  return fromPool ? shm_new_address(k, cx, pages) : find_unmapped_area(k, cx, space, pages);
}

export const searching = places('find_unmapped_area', {
  empty: '5.5 no areas: the start of the task',
  next: [
    '5.5 it overlaps the area looked at: go on behind it, with the next in the list',
    ({ choose }) => choose === 'head-to-head',
  ],
  found: '5.5 found',
});

/** 5.5, choose; 0 if there is no room. */
function find_unmapped_area(k: Kernel, cx: Cx, space: SpaceRef, pages: number): number {
  const { rules, taskEnd } = cx.scope;
  const { vmas } = k.spaces[space];
  if (vmas.length === 0) {
    searching(cx, 'empty');
    return 1;
  }
  if (rules.choose === 'lowest-gap') {
    for (let first = 1; first + pages <= taskEnd; first++) {
      if (overlaps(k, space, first, pages)) continue;
      searching(cx, 'found');
      return first;
    }
    return 0;
  }
  let first = 1;
  for (let i = 0; first + pages <= taskEnd; i++) {
    const { pfn_start, pfn_end } = k.vmas[vmas.at(i) as VmaRef];
    if (!overlap(rules, first, first + pages, pfn_start, pfn_end)) break;
    searching(cx, 'next');
    first = pfn_end;
    if (i === vmas.length - 1) break;
  }
  if (first + pages > taskEnd) return 0;
  searching(cx, 'found');
  return first;
}
