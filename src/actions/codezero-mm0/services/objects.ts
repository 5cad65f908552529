/** Links, objects and areas: a row is free if it is not live and nothing points at it. */

import type { LinkRef, ObjectRef, VmaRef } from '../../../model/codezero-mm0/scope.ts';
import type { Kernel } from '../../../model/codezero-mm0/state.ts';
import { halt } from '../vocabulary.ts';
import type { Cx } from '../vocabulary.ts';
import { fails, tooFew } from './failures.ts';

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

/** The object of a link that mm0 follows; a freed link or object is a wild access. */
export function follow(k: Kernel, link: LinkRef, site: string): ObjectRef {
  const { live, obj } = k.links[link];
  if (!live || obj === null) halt('wild', `${site}: a freed link is followed`);
  if (!k.objects[obj].live) halt('wild', `${site}: a freed object is used`);
  return obj;
}
