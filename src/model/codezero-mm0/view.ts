/**
 * What a task sees at a page, derived from the state without changing it: the objects of a chain,
 * the page that answers, its content, and the content that was promised.
 */

import { VM_FILE_SHM, VM_FILE_VFS, VM_WRITE } from './header.ts';
import type { FrameRef, LinkRef, ObjectRef, Scope, SpaceRef, VmaRef } from './scope.ts';
import { BEYOND, TOKENS, ZERO } from './programs.ts';
import { DEVZERO } from './state.ts';
import type { Kernel } from './state.ts';

type Vma = Kernel['vmas'][VmaRef];

/** Both cells of a page as one number; -1 where there is nothing to see. */
type Content = number;
export const NOTHING: Content = -1;

export function contentOf(cells: { readonly cell0: number; readonly cell1: number }): Content {
  return cells.cell0 * TOKENS + cells.cell1;
}

/** Fills both cells. */
export function setContent(cells: { cell0: number; cell1: number }, content: Content): void {
  cells.cell0 = Math.floor(content / TOKENS);
  cells.cell1 = content % TOKENS;
}

export function contentText(s: Scope, content: Content): string {
  if (content === NOTHING) return 'nothing';
  const cells = { cell0: 0, cell1: 0 };
  setContent(cells, content);
  return `${s.tokens[cells.cell0]}|${s.tokens[cells.cell1]}`;
}

/** What it is, whatever its flags say. */
export function isShadow(k: Kernel, object: ObjectRef): boolean {
  return k.objects[object].live && k.objects[object].file === null;
}

export function isWritable(k: Kernel, object: ObjectRef): boolean {
  return (k.objects[object].flags & VM_WRITE) !== 0;
}

/** Type of the file that embeds the object; 0 for a shadow. */
export function fileType(k: Kernel, object: ObjectRef): number {
  const { file } = k.objects[object];
  return file === null ? 0 : k.files[file].type;
}

/** The object of a link, or null if the link or the object has been freed. */
export function objectOf(k: Kernel, link: LinkRef): ObjectRef | null {
  const { live, obj } = k.links[link];
  return !live || obj === null || !k.objects[obj].live ? null : obj;
}

/** The i-th object of a chain; null at its end, and where it dangles. */
export function chainObject(k: Kernel, vma: Vma, i: number): ObjectRef | null {
  const link = vma.chain.at(i);
  return link === undefined ? null : objectOf(k, link);
}

/** Offset of a page of the vma in its file (fault.c:28-37). */
export function offsetAt(vma: Vma, page: number): number {
  return vma.file_offset + page - vma.pfn_start;
}

/** find_vma (vm_area.h:193-203): the first in list order. */
export function vmaOf(k: Kernel, space: SpaceRef, page: number): VmaRef | null {
  const { vmas } = k.spaces[space];
  for (let i = 0; i < vmas.length; i++) {
    const vma = vmas.at(i) as VmaRef;
    const { pfn_start, pfn_end } = k.vmas[vma];
    if (page >= pfn_start && page < pfn_end) return vma;
  }
  return null;
}

/** find_page: the page of a cache with this offset. */
export function findPage(k: Kernel, object: ObjectRef, offset: number): FrameRef | null {
  const { page_cache } = k.objects[object];
  for (let i = 0; i < page_cache.length; i++) {
    const frame = page_cache.at(i) as FrameRef;
    if (k.frames[frame].offset === offset) return frame;
  }
  return null;
}

/** The file object at which a walk down the chain for this page ends without a page in memory. */
const UNCACHED = -2;

function answer(k: Kernel, vma: Vma, page: number): number {
  const offset = offsetAt(vma, page);
  for (let i = 0; i < vma.chain.length; i++) {
    const object = chainObject(k, vma, i);
    if (object === null) return NOTHING;
    const type = fileType(k, object);
    const frame = findPage(k, object, offset);
    if (frame !== null) return frame;
    if (type === VM_FILE_VFS) return UNCACHED;
    if (type !== 0 && type !== VM_FILE_SHM) return DEVZERO;
  }
  return NOTHING;
}

/** The page in memory that the chain shows at `page`; null if none, or not loaded yet. */
export function viewFrame(k: Kernel, vma: Vma, page: number): FrameRef | null {
  const found = answer(k, vma, page);
  return found < 0 ? null : (found as FrameRef);
}

/** What a fault at `page` would show. */
export function viewContent(k: Kernel, s: Scope, vma: Vma, page: number): Content {
  const found = answer(k, vma, page);
  if (found >= 0) return contentOf(k.frames[found as FrameRef]);
  if (found === NOTHING) return NOTHING;
  for (let i = 0; i < vma.chain.length; i++) {
    const object = chainObject(k, vma, i) as ObjectRef;
    if (fileType(k, object) !== VM_FILE_VFS) continue;
    return serverContent(k, s, object, offsetAt(vma, page));
  }
  return NOTHING;
}

/**
 * What a page of a file holds that the file server was asked for: beyond the end it fills nothing.
 */
export function serverContent(k: Kernel, s: Scope, object: ObjectRef, offset: number): Content {
  const { file } = k.objects[object];
  if (file === null) return NOTHING;
  const { group } = k.files[file];
  if (offset >= serverPages(k, s, group) || lacksBlock(k, s, group, offset)) {
    const left = s.rules.unfilled === 'zeroed' ? ZERO : BEYOND;
    return contentOf({ cell0: left, cell1: left });
  }
  return contentOf(k.server[s.source.at(s.groups[group].first + offset)]);
}

/** A page of a file for which the server has no block, whether it lies before the end or not. */
export function lacksBlock(k: Kernel, s: Scope, group: number, offset: number): boolean {
  const { first, room } = s.groups[group];
  return offset >= room || k.server[s.source.at(first + offset)].missing === 1;
}

/** How long the server knows a file to be. */
export function serverPages(k: Kernel, s: Scope, group: number): number {
  return s.groups[group].pages + k.grown[s.vnode.at(group)].pages;
}

/** What a task was promised at a page; -1: nothing. */
export function promisedContent(k: Kernel, space: SpaceRef, page: number): Content {
  const promise = k.spaces[space].promised[page as never];
  if (promise.kind === 'nothing') return NOTHING;
  if (promise.kind === 'private' && promise.written) return contentOf(promise);
  return promise.source === null ? 0 : contentOf(k.shared[promise.source]);
}

/** The page table that a space runs on. */
export function ptesOf(k: Kernel, space: SpaceRef): Kernel['spaces'][SpaceRef]['ptes'] {
  return k.spaces[k.spaces[space].pgd ?? space].ptes;
}

/** Spaces with a task in them. */
export function lives(k: Kernel, space: SpaceRef): boolean {
  return k.spaces[space].born && !k.spaces[space].gone;
}
