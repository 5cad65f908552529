/**
 * What requests have to leave behind: areas that are sound, and segments with one address each.
 * Asked after each request, of what it changed; each predicate is true where something is wrong.
 */

import { VM_FILE_DEVZERO, VM_FILE_SHM, VM_FILE_VFS } from './header.ts';
import type { FileRef, FrameRef, ObjectRef, Scope, VmaRef } from './scope.ts';
import type { Kernel } from './state.ts';
import { chainObject, contentOf, fileType, findPage, offsetAt, serverContent } from './view.ts';

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

/** The objects of a chain, front first: what a split must keep. Null where it dangles. */
export function chainOf(k: Kernel, ref: VmaRef): (ObjectRef | null)[] {
  const objects: (ObjectRef | null)[] = [];
  const vma = k.vmas[ref];
  for (let i = 0; i < vma.chain.length; i++) objects.push(chainObject(k, vma, i));
  return objects;
}

/**
 * All that a request can change, for calls that fail; but for budgets. Of files it is what they
 * hold: whether a page of one is cached, or has been written back, is no trace.
 */
export class Snapshot {
  private readonly cells: number[] = [];
  private length = 0;

  take(k: Kernel, s: Scope): void {
    this.length = 0;
    this.add(k.pool);
    for (const o of s.object.all) {
      const object = k.objects[o];
      this.truth(object.live);
      if (!object.live) continue;
      const file = fileType(k, o) === VM_FILE_VFS;
      this.add(object.flags);
      this.add(file ? 0 : object.npages);
      this.add(object.nlinks);
      this.add(object.shadows);
      this.add(object.shref === 'self' ? 0 : object.shref === 'in' ? 1 : 2);
      this.ref(object.orig_obj);
      this.ref(object.file);
      this.list(object.link_list);
      this.list(object.shdw_list);
      if (!file) this.list(object.page_cache);
    }
    for (const l of s.link.all) this.ref(k.links[l].live ? k.links[l].obj : NOBODY);
    for (const f of s.file.all) {
      this.file(k.files[f]);
      if (k.files[f].live && k.files[f].type === VM_FILE_VFS) this.held(k, s, f);
    }
    for (const v of s.vma.all) this.area(k.vmas[v]);
    for (const a of s.space.all) {
      const space = k.spaces[a];
      this.truth(space.born);
      this.truth(space.gone);
      this.ref(space.pgd);
      this.list(space.vmas);
      for (const p of s.page.all) {
        this.ref(space.ptes[p].frame);
        this.truth(space.ptes[p].rw);
      }
    }
    for (const d of s.descriptors.all) {
      this.add(k.descriptors[d].users);
      for (const fd of s.fd.all) {
        this.ref(k.descriptors[d].fd[fd].file);
        this.add(k.descriptors[d].fd[fd].named);
        this.truth(k.descriptors[d].fd[fd].stale);
      }
    }
    for (const t of s.thread.all) {
      this.truth(k.threads[t].born);
      this.truth(k.threads[t].dead);
      this.ref(k.threads[t].files);
    }
    for (const f of s.frame.all) {
      const { in_use, owner } = k.frames[f];
      const ofFile = owner !== null && fileType(k, owner) === VM_FILE_VFS;
      if (in_use && !ofFile) this.page(k.frames[f], f);
    }
  }

  equals({ cells, length }: Snapshot): boolean {
    if (length !== this.length) return false;
    for (let i = 0; i < length; i++) if (cells[i] !== this.cells[i]) return false;
    return true;
  }

  private file(file: Kernel['files'][FileRef]): void {
    this.truth(file.live);
    if (!file.live) return;
    this.add(file.type);
    this.add(file.openers);
    this.add(file.length);
    this.ref(file.vm_obj);
    this.add(file.group);
    this.truth(file.listed);
    this.add(file.shm_addr);
  }

  /** What the file holds, in memory or on the server. */
  private held(k: Kernel, s: Scope, file: FileRef): void {
    const { vm_obj, group } = k.files[file];
    const object = vm_obj as ObjectRef;
    for (let offset = 0; offset < s.groups[group].room; offset++) {
      const frame = findPage(k, object, offset);
      const inMemory = frame === null ? undefined : contentOf(k.frames[frame]);
      this.add(inMemory ?? serverContent(k, s, object, offset));
    }
  }

  private area(vma: Kernel['vmas'][VmaRef]): void {
    this.truth(vma.live);
    if (!vma.live) return;
    this.add(vma.pfn_start);
    this.add(vma.pfn_end);
    this.add(vma.flags);
    this.add(vma.file_offset);
    this.list(vma.chain);
  }

  private page(page: Kernel['frames'][FrameRef], frame: FrameRef): void {
    this.add(frame);
    this.ref(page.owner);
    this.add(page.offset);
    this.add(page.refcnt);
    this.truth(page.dirty);
    this.add(page.cell0);
    this.add(page.cell1);
  }

  private add(cell: number): void {
    this.cells[this.length++] = cell;
  }

  private truth(cell: boolean): void {
    this.add(cell ? 1 : 0);
  }

  private ref(cell: number | null): void {
    this.add(cell ?? -1);
  }

  private list(cells: { readonly length: number; at(i: number): number | undefined }): void {
    const { length } = cells;
    this.add(length);
    for (let i = 0; i < length; i++) this.add(cells.at(i) as number);
  }
}

/** Where nothing can be, not even a reference to nothing. */
const NOBODY = -2;
