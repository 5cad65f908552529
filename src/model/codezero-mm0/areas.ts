/**
 * What requests have to leave behind: areas that are sound, and segments with one address each.
 * Asked after each request, of what it changed; each predicate is true where something is wrong.
 */

import { VM_FILE_DEVZERO, VM_FILE_SHM } from './header.ts';
import type { FileRef, ObjectRef, Scope, VmaRef } from './scope.ts';
import type { Kernel } from './state.ts';
import { chainObject, fileType, offsetAt } from './view.ts';

/** The file of an area: the segment in front of devzero, or the last object of the chain. */
function fileOf(k: Kernel, ref: VmaRef): FileRef | null {
  const vma = k.vmas[ref];
  for (let i = 0; i < vma.chain.length; i++) {
    const object = chainObject(k, vma, i);
    if (object === null) return null;
    if (fileType(k, object) !== 0) return k.objects[object].file;
  }
  return null;
}

export function someAreaIsEmpty(k: Kernel, s: Scope): boolean {
  return s.vma.all.some((v) => k.vmas[v].live && k.vmas[v].pfn_start >= k.vmas[v].pfn_end);
}

export function someOffsetIsOutside(k: Kernel, s: Scope): boolean {
  return s.vma.all.some((v) => {
    if (!k.vmas[v].live) return false;
    const file = fileOf(k, v);
    if (file === null || k.files[file].type === VM_FILE_DEVZERO) return false;
    return offsetAt(k.vmas[v], k.vmas[v].pfn_end - 1) >= k.files[file].length;
  });
}

function segments(k: Kernel, s: Scope): FileRef[] {
  return s.file.all.filter((f) => {
    const { live, type, shm_addr } = k.files[f];
    return live && type === VM_FILE_SHM && shm_addr !== 0;
  });
}

export function someSegmentsIntersect(k: Kernel, s: Scope): boolean {
  const all = segments(k, s);
  return all.some((a, i) =>
    all.slice(i + 1).some((b) => {
      const [one, other] = [k.files[a], k.files[b]];
      const apart =
        one.shm_addr + one.length <= other.shm_addr ||
        other.shm_addr + other.length <= one.shm_addr;
      return !apart;
    }),
  );
}

export function someSegmentIsElsewhere(k: Kernel, s: Scope): boolean {
  return s.vma.all.some((v) => {
    if (!k.vmas[v].live) return false;
    const file = fileOf(k, v);
    if (file === null || k.files[file].type !== VM_FILE_SHM) return false;
    // Where in the segment the area begins, it must begin in the address space.
    return k.vmas[v].pfn_start !== k.files[file].shm_addr + k.vmas[v].file_offset;
  });
}

export function poolDisagrees(k: Kernel, s: Scope): boolean {
  let bits = 0;
  for (const f of segments(k, s)) {
    const { shm_addr, length } = k.files[f];
    for (let page = shm_addr; page < shm_addr + length; page++) {
      if (page >= s.taskEnd && page < s.shmEnd) bits |= 1 << (page - s.taskEnd);
    }
  }
  return bits !== k.pool;
}

/** Objects of the chain at each page of a space, and the offset there: what a split must keep. */
export function chainText(k: Kernel, ref: VmaRef): string {
  const objects: (ObjectRef | null)[] = [];
  const vma = k.vmas[ref];
  for (let i = 0; i < vma.chain.length; i++) objects.push(chainObject(k, vma, i));
  return objects.join(' ');
}

/** All that a request can change, except what the server keeps, and budgets: for calls that fail. */
export function digest(k: Kernel, s: Scope): string {
  const cells: (number | string | boolean | null | undefined)[] = [k.pool];
  const list = (l: { readonly length: number; at(i: number): number | undefined }): void => {
    cells.push('(');
    for (let i = 0; i < l.length; i++) cells.push(l.at(i));
    cells.push(')');
  };
  for (const o of s.object.all) {
    const { live, flags, npages, nlinks, shadows, shref, orig_obj, file } = k.objects[o];
    if (!live) continue;
    cells.push('object', o, flags, npages, nlinks, shadows, shref, orig_obj, file);
    list(k.objects[o].link_list);
    list(k.objects[o].shdw_list);
    list(k.objects[o].page_cache);
  }
  for (const l of s.link.all) if (k.links[l].live) cells.push('link', l, k.links[l].obj);
  for (const f of s.file.all) {
    const { live, type, openers, length, vm_obj, group, listed, shm_addr } = k.files[f];
    if (live) cells.push('file', f, type, openers, length, vm_obj, group, listed, shm_addr);
  }
  for (const v of s.vma.all) {
    const { live, pfn_start, pfn_end, flags, file_offset } = k.vmas[v];
    if (!live) continue;
    cells.push('vma', v, pfn_start, pfn_end, flags, file_offset);
    list(k.vmas[v].chain);
  }
  for (const a of s.space.all) {
    const { born, gone, pgd } = k.spaces[a];
    cells.push('space', a, born, gone, pgd);
    list(k.spaces[a].vmas);
    for (const p of s.page.all) cells.push(k.spaces[a].ptes[p].frame, k.spaces[a].ptes[p].rw);
  }
  for (const d of s.descriptors.all) {
    cells.push('descriptors', d, k.descriptors[d].users);
    for (const fd of s.fd.all) cells.push(k.descriptors[d].fd[fd].file);
  }
  for (const t of s.thread.all) cells.push(k.threads[t].born, k.threads[t].dead, k.threads[t].files);
  for (const f of s.frame.all) {
    const { in_use, owner, offset, refcnt, dirty, cell0, cell1 } = k.frames[f];
    if (in_use) cells.push('page', f, owner, offset, refcnt, dirty, cell0, cell1);
  }
  return cells.join(',');
}
