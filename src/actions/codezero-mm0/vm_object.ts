/** vm_object.c: links between areas and objects, and how an object is deleted. */

import { VM_FILE_DEVZERO, VM_FILE_SHM, VM_FILE_VFS } from '../../model/codezero-mm0/header.ts';
import type { FrameRef, LinkRef, ObjectRef, Scope } from '../../model/codezero-mm0/scope.ts';
import type { Kernel } from '../../model/codezero-mm0/state.ts';
import { fileType } from '../../model/codezero-mm0/view.ts';
import { forgetObject, freeLink } from './services/objects.ts';
import { releasePage } from './services/pages.ts';
import { remove } from './services/lists.ts';
import { writeBack } from './services/server.ts';
import { halt, places } from './vocabulary.ts';
import type { Cx } from './vocabulary.ts';

/** Does the C code take it for a shadow? */
export function hasShadowFlag(k: Kernel, cx: Cx, object: ObjectRef): boolean {
  return (k.objects[object].flags & cx.scope.VM_OBJ_SHADOW) !== 0;
}

/** vm_area.h:153-158: the newest link is the first of its object. */
export function vm_link_object(k: Kernel, link: LinkRef, object: ObjectRef): void {
  k.links[link].obj = object;
  k.objects[object].link_list.unshift(link);
  k.objects[object].nlinks += 1;
}

/** vm_area.h:160-169: the link leaves the list of its object and still names it. */
export function vm_unlink_object(k: Kernel, link: LinkRef): ObjectRef {
  const object = k.links[link].obj as ObjectRef;
  remove(k.objects[object].link_list, link);
  k.objects[object].nlinks -= 1;
  return object;
}

/** Unlinks from the object, takes it out of the chain, frees it. Answers with the object. */
export function vma_drop_link(
  k: Kernel,
  chain: Kernel['vmas'][never]['chain'],
  link: LinkRef,
): ObjectRef {
  remove(chain, link);
  const object = vm_unlink_object(k, link);
  freeLink(k, link);
  return object;
}

// Shadow lists: an object's own node is `shref`.

/** The node joins a list, as its newest. */
export function joinShadows(k: Kernel, object: ObjectRef, original: ObjectRef): void {
  k.objects[original].shdw_list.unshift(object);
  k.objects[object].shref = 'in';
}

/** list_del_init: a node that is alone stays so; a poisoned one is followed into nowhere. */
export function leaveShadows(k: Kernel, s: Scope, object: ObjectRef, site: string): void {
  if (k.objects[object].shref === 'poisoned') halt('wild', `${site}: a poisoned node is unlinked`);
  for (const o of s.object.all) remove(k.objects[o].shdw_list, object);
  k.objects[object].shref = 'self';
}

/** list_del: the same, and the node is poisoned. */
export function deleteFromShadows(k: Kernel, s: Scope, object: ObjectRef, site: string): void {
  leaveShadows(k, s, object, site);
  k.objects[object].shref = 'poisoned';
}

export const deletion = places('vm_object_delete', {
  pages: '6.5 all cached pages are released',
  used: '6.5 a cached page is in use: stop',
  writeBack: ['6.6 dirty pages of a file are written back', ({ writesBack }) => writesBack],
  check: '6.5 links, shadows or lists are left: stop',
  listed: [
    '6.5 the file is in the list of files still: stop',
    ({ fileNode }) => fileNode === 'still-listed',
  ],
  stray: [
    '6.5 the address of a segment is of no pool: stop',
    ({ strayAddress }) => strayAddress === 'stop',
  ],
  address: [
    '6.5 a segment gives its address back',
    ({ returnsAddress }) => returnsAddress === 'range',
  ],
  noAddress: [
    '6.5 a segment gives back as many pages as it still has: none',
    ({ returnsAddress }) => returnsAddress === 'nothing',
  ],
  free: '6.5 the object is freed',
});

/** vm_file_delete: a close takes the file out of the list of files, and deletes its object. */
export function vm_file_delete(k: Kernel, cx: Cx, ref: ObjectRef): void {
  vm_object_delete(k, cx, ref, true);
}

/** A file goes with the object that it embeds; `unlisted`: it has left the list of files. */
export function vm_object_delete(k: Kernel, cx: Cx, ref: ObjectRef, unlisted = false): void {
  const object = k.objects[ref];
  const { file } = object;
  deletion(cx, 'pages');
  while (object.page_cache.length > 0) {
    const frame = object.page_cache.at(0) as FrameRef;
    if (k.frames[frame].refcnt !== 0) {
      deletion(cx, 'used');
      halt('stop', 'vm_object_delete: a page of the cache is in use');
    }
    if (file !== null && k.frames[frame].dirty && cx.scope.rules.writesBack) {
      if (k.files[file].type === VM_FILE_VFS) {
        deletion(cx, 'writeBack');
        writeBack(k, cx, k.files[file].group, frame);
      }
    }
    object.page_cache.splice(0, 1);
    object.npages -= 1;
    releasePage(k, cx, frame);
  }
  const { nlinks, shadows, link_list, shdw_list } = object;
  if (nlinks !== 0 || shadows !== 0 || link_list.length > 0 || shdw_list.length > 0) {
    deletion(cx, 'check');
    halt('stop', 'vm_object_delete: the object is still linked or shadowed');
  }
  if (file !== null) {
    if (!unlisted && cx.scope.rules.fileNode === 'still-listed') {
      deletion(cx, 'listed');
      halt('stop', 'vm_object_delete: the file is in the list of files still');
    }
    if (k.files[file].type === VM_FILE_SHM) {
      const { shm_addr } = k.files[file];
      const pooled = shm_addr >= cx.scope.taskEnd && shm_addr < cx.scope.shmEnd;
      if (!pooled && cx.scope.rules.strayAddress === 'stop') {
        deletion(cx, 'stray');
        halt('stop', 'shm_destroy_priv_data: the address is of no pool');
      }
      deletion(cx, cx.scope.rules.returnsAddress === 'range' ? 'address' : 'noAddress');
      giveBackAddress(k, cx, k.files[file].shm_addr, cx.scope.groups[k.files[file].group].pages);
    }
    deletion(cx, 'free');
    const gone = k.files[file];
    gone.live = false;
    gone.type = 0;
    gone.openers = 0;
    gone.length = 0;
    gone.vm_obj = null;
    gone.group = 0;
    gone.listed = false;
    gone.shm_addr = 0;
    gone.attached = false;
  } else deletion(cx, 'free');
  forgetObject(k, ref);
}

/** Bits of a range of pages in the pool of addresses; 0 outside of it. */
export function poolBits(s: Scope, address: number, pages: number): number {
  let bits = 0;
  for (let page = address; page < address + pages; page++) {
    if (page >= s.taskEnd && page < s.shmEnd) bits |= 1 << (page - s.taskEnd);
  }
  return bits;
}

function giveBackAddress(k: Kernel, cx: Cx, address: number, pages: number): void {
  if (cx.scope.rules.returnsAddress === 'nothing') return;
  k.pool &= ~poolBits(cx.scope, address, pages);
}

/** Can an object without links go? A file that a task has open stays, and devzero always. */
export function vm_object_is_deletable(k: Kernel, cx: Cx, object: ObjectRef): boolean {
  const { nlinks, file } = k.objects[object];
  if (nlinks !== 0) return false;
  if (hasShadowFlag(k, cx, object)) return true;
  const type = fileType(k, object);
  if (type === VM_FILE_DEVZERO) return false;
  return type !== VM_FILE_VFS || (file !== null && k.files[file].openers === 0);
}
