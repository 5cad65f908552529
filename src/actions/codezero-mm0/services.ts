/**
 * What mm0 is built on: small allocations, pages, lists, entries of page tables, the file server.
 * An allocation fails only by a budget; when the state itself has no room left, the scenario is too
 * small and says so.
 */

import { InputError } from '../../errors.ts';
import type { Budgets } from '../../model/codezero-mm0/scenario.ts';
import type {
  FrameRef,
  LinkRef,
  ObjectRef,
  PageRef,
  SpaceRef,
  VmaRef,
} from '../../model/codezero-mm0/scope.ts';
import { ZERO } from '../../model/codezero-mm0/programs.ts';
import { DEVZERO } from '../../model/codezero-mm0/state.ts';
import type { Kernel } from '../../model/codezero-mm0/state.ts';
import { lacksBlock, ptesOf, serverPages } from '../../model/codezero-mm0/view.ts';
import type { List } from '../../state/list.ts';
import { halt } from './vocabulary.ts';
import type { Cx } from './vocabulary.ts';

export const ENOMEM = -12;
export const EINVAL = -22;
export const EBADF = -9;
export const EEXIST = -17;
export const ENOENT = -2;
export const ENOSYS = -38;
export const EIO = -5;
export const EMFILE = -24;

/** A request that may fail although there is room: both outcomes are explored. */
export function fails(k: Kernel, cx: Cx, kind: keyof Budgets): boolean {
  const { port } = cx.scope;
  if (port !== undefined) {
    if (!port.fails(kind)) return false;
  } else {
    if (k.budgets[kind] === 0 || cx.pick(2) === 0) return false;
    k.budgets[kind] -= 1;
  }
  const what = {
    alloc: 'a small allocation',
    page: 'a page allocation',
    server: 'the file server',
  };
  cx.note(() => `${what[kind]} fails`);
  return true;
}

/** mm0 calls the file server, and waits: for ever, if the server has called mm0 and waits (8). */
export function callServer(k: Kernel, site: string): void {
  if (k.asks === null) return;
  halt('stop', `${site}: mm0 waits for the file server, which waits for mm0`);
}

function tooFew(what: string): never {
  throw new InputError(`scenario: bounds.${what}: more are needed; raise it`);
}

// Lists: what list.h does, on lists that are short.

export function insertAt<T>(list: List<T>, index: number, value: T): void {
  const rest: T[] = [];
  for (let i = index; i < list.length; i++) rest.push(list.at(i) as T);
  list.splice(index, rest.length);
  list.push(value);
  for (const each of rest) list.push(each);
}

export function remove<T>(list: List<T>, value: T): boolean {
  const i = list.indexOf(value);
  if (i < 0) return false;
  list.splice(i, 1);
  return true;
}

// Links, objects, vmas: a row is free if it is not live and nothing points at it.

function linkReferred(k: Kernel, cx: Cx, link: LinkRef): boolean {
  for (const v of cx.scope.vma.all) if (k.vmas[v].chain.includes(link)) return true;
  for (const o of cx.scope.object.all) if (k.objects[o].link_list.includes(link)) return true;
  return false;
}

function objectReferred(k: Kernel, cx: Cx, object: ObjectRef): boolean {
  for (const l of cx.scope.link.all) if (k.links[l].obj === object) return true;
  for (const o of cx.scope.object.all) {
    const { orig_obj, shdw_list } = k.objects[o];
    if (orig_obj === object || shdw_list.includes(object)) return true;
  }
  for (const f of cx.scope.frame.all) if (k.frames[f].owner === object) return true;
  return false;
}

/** A link without an object: vm_objlink_create. Null if the allocation fails. */
export function newLink(k: Kernel, cx: Cx): LinkRef | null {
  if (fails(k, cx, 'alloc')) return null;
  for (const l of cx.scope.link.all) {
    if (k.links[l].live || linkReferred(k, cx, l)) continue;
    k.links[l].live = true;
    return l;
  }
  return tooFew('links');
}

export function freeLink(k: Kernel, link: LinkRef): void {
  k.links[link].live = false;
  k.links[link].obj = null;
}

/** A bare object; null if the allocation fails. */
export function newObject(k: Kernel, cx: Cx, flags: number): ObjectRef | null {
  return fails(k, cx, 'alloc') ? null : embeddedObject(k, cx, flags);
}

/** The object within a file, which has been allocated. */
export function embeddedObject(k: Kernel, cx: Cx, flags: number): ObjectRef {
  for (const o of cx.scope.object.all) {
    if (k.objects[o].live || objectReferred(k, cx, o)) continue;
    k.objects[o].live = true;
    k.objects[o].flags = flags;
    return o;
  }
  return tooFew('objects');
}

/** Everything about it is forgotten; who still points at it dangles. */
export function forgetObject(k: Kernel, ref: ObjectRef): void {
  const object = k.objects[ref];
  object.live = false;
  object.flags = 0;
  object.npages = 0;
  object.nlinks = 0;
  object.shadows = 0;
  object.link_list.splice(0, object.link_list.length);
  object.shdw_list.splice(0, object.shdw_list.length);
  object.page_cache.splice(0, object.page_cache.length);
  object.shref = 'self';
  object.orig_obj = null;
  object.file = null;
}

/** vma_new; null if the allocation fails. */
export function newVma(
  k: Kernel,
  cx: Cx,
  pfn_start: number,
  pfn_end: number,
  flags: number,
  file_offset: number,
): VmaRef | null {
  if (fails(k, cx, 'alloc')) return null;
  for (const v of cx.scope.vma.all) {
    const vma = k.vmas[v];
    if (vma.live) continue;
    vma.live = true;
    vma.pfn_start = pfn_start;
    vma.pfn_end = pfn_end;
    vma.flags = flags;
    vma.file_offset = file_offset;
    return v;
  }
  return tooFew('vmas');
}

export function freeVma(k: Kernel, ref: VmaRef): void {
  const vma = k.vmas[ref];
  vma.live = false;
  vma.pfn_start = 0;
  vma.pfn_end = 0;
  vma.flags = 0;
  vma.file_offset = 0;
  vma.chain.splice(0, vma.chain.length);
}

// Pages

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

// Page tables, which the kernel keeps

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

/** The object of a link that mm0 follows; a freed link or object is a wild access. */
export function follow(k: Kernel, link: LinkRef, site: string): ObjectRef {
  const { live, obj } = k.links[link];
  if (!live || obj === null) halt('wild', `${site}: a freed link is followed`);
  if (!k.objects[obj].live) halt('wild', `${site}: a freed object is used`);
  return obj;
}

/** A page of a VFS file that its server takes back. */
export function writeBack(k: Kernel, cx: Cx, group: number, frame: FrameRef): void {
  const { first, room } = cx.scope.groups[group];
  const page = k.frames[frame];
  page.dirty = false;
  if (page.offset >= room) return;
  if (cx.scope.rules.grownBlocks === 'missing') takeBlock(k, cx, group, page.offset);
  const onDisk = k.server[cx.scope.source.at(first + page.offset)];
  onDisk.missing = 0;
  onDisk.cell0 = page.cell0;
  onDisk.cell1 = page.cell1;
}

/**
 * memfs takes blocks from the end of the file on, as it knows it; before that they must be there.
 */
function takeBlock(k: Kernel, cx: Cx, group: number, offset: number): void {
  const end = serverPages(k, cx.scope, group);
  if (offset < end) {
    if (!lacksBlock(k, cx.scope, group, offset)) return;
    halt('wild', 'memfs_file_read_write: the block that is written is not there');
  }
  makeBlocks(k, cx, group, offset);
  k.grown[cx.scope.vnode.at(group)].pages = offset + 1 - cx.scope.groups[group].pages;
}

/** Up to this page what has no block gets one, of zeros. */
function makeBlocks(k: Kernel, cx: Cx, group: number, to: number): void {
  const { first } = cx.scope.groups[group];
  for (let i = serverPages(k, cx.scope, group); i < to; i++) {
    const onDisk = k.server[cx.scope.source.at(first + i)];
    if (onDisk.missing === 0) continue;
    onDisk.missing = 0;
    onDisk.cell0 = ZERO;
    onDisk.cell1 = ZERO;
  }
}

/** The file server is told how long the file is. */
export function tellLength(k: Kernel, cx: Cx, group: number, length: number): void {
  if (cx.scope.rules.grownBlocks === 'made') makeBlocks(k, cx, group, length);
  k.grown[cx.scope.vnode.at(group)].pages = length - cx.scope.groups[group].pages;
}

/** The page of devzero. */
export function zeroPage(cx: Cx): FrameRef {
  return cx.scope.frame.at(DEVZERO);
}
