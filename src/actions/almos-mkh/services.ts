/**
 * The kernel services that vmm.c calls, under their C names: physical allocator, page-table HAL,
 * descriptors, mapper. Thin: the machine itself is in `hw/`; here the calls are made from a thread,
 * may fail by a budget, and put the invariants about steps to the test.
 */

import { lowestFree } from '../../model/almos-mkh/frames.ts';
import * as gpt from '../../model/almos-mkh/gpt.ts';
import {
  busylock_acquire,
  busylock_release,
  reads,
  remote_rwlock_rd_acquire,
  remote_rwlock_rd_release,
  remote_rwlock_wr_acquire,
  remote_rwlock_wr_release,
  remote_rwlock_wr_wait,
  writes,
} from '../../hw/locks.ts';
import { judged, UNLOCK_PTE } from '../../model/almos-mkh/step-invariants.ts';
import type { Budgets } from '../../model/almos-mkh/scenario.ts';
import { HALVES } from '../../model/almos-mkh/numbers.ts';
import { ZERO } from '../../model/almos-mkh/programs.ts';
import type {
  CopyRef,
  FrameRef,
  PageRef,
  ProcessRef,
  VsegRef,
} from '../../model/almos-mkh/scope.ts';
import { addKernelVsegs } from '../../model/almos-mkh/kernel-vsegs.ts';
import type { Kernel } from '../../model/almos-mkh/state.ts';
import type { Control } from '../../machine/vocabulary.ts';
import { blocked, goto, stuck } from './vocabulary.ts';
import type { Cx } from './vocabulary.ts';

/**
 * A call that may fail although there is room: both outcomes are explored while the budget lasts.
 */
export function fails(k: Kernel, cx: Cx, kind: keyof Budgets): boolean {
  const { watch } = cx.scope;
  if (watch !== undefined) return watch.fails(kind);
  if (k.budgets[kind] === 0 || cx.pick(2) === 0) return false;
  k.budgets[kind] -= 1;
  k.threads[cx.thread].exhausted = true;
  cx.note(() => `${kind} fails`);
  return true;
}

/** An assertion that is passed; consulted, so that a verdict tells it was put to the test. */
export function assertionHolds(cx: Cx, line: number): void {
  cx.check(judged.noAssert, true, line);
}

/** A failed assertion: the kernel stops where it stands. */
export function assertionFails(k: Kernel, cx: Cx, line: number): Control {
  cx.check(judged.noAssert, false, line);
  k.halted = true;
  return stuck;
}

/** The writer of a VSL has to wait: in a queue (option rwlock), or by trying again. */
export function waitToWrite(k: Kernel, cx: Cx, copy: CopyRef, line: number): Control {
  if (cx.scope.options.rwlock === 'readersPass') return blocked;
  return remote_rwlock_wr_wait(k.copies[copy].vsl_lock, cx.thread) ? goto(line) : blocked;
}

/** A call to this cluster is an RPC, and servers are counted (option rpcServers). */
export function needsServer(cx: Cx, from: number, to: number): boolean {
  return cx.scope.rpcServers > 0 && from !== to;
}

/**
 * A server thread of the cluster takes the call of this frame, which keeps it busy until it sets
 * `server` to 0 again. False: all servers of the cluster are busy.
 */
export function takeServer(k: Kernel, cx: Cx, my: { server: number }, cluster: number): boolean {
  let busy = 0;
  for (const t of cx.scope.thread.all) {
    const stack = k.threads[t].stack as unknown as Calls;
    for (let i = 0; i < stack.length; i++) if (stack.at(i).server === cluster + 1) busy += 1;
  }
  if (busy >= cx.scope.rpcServers) return false;
  my.server = cluster + 1;
  return true;
}

interface Calls {
  readonly length: number;
  at(i: number): { readonly server?: number };
}

// Physical frames: ppm.c

/** Cluster and number in it, as scripts print a frame. */
function frameNumber(cx: Cx, frame: FrameRef): string {
  const { frames } = cx.scope.scenario;
  return `${Math.floor(frame / frames)}:${frame % frames}`;
}

/** One frame of a cluster, or null. refcount becomes 1; content is what was last there. */
export function ppm_remote_alloc_pages(k: Kernel, cx: Cx, cluster: number): FrameRef | null {
  const { options } = cx.scope;
  if (fails(k, cx, 'frame')) return null;
  const frame = freeFrame(k, cx, cluster) ?? evicted(k, cx, cluster);
  if (frame === null) {
    k.threads[cx.thread].exhausted = true;
    cx.scope.watch?.saw(`no-frame ${cluster}`);
    return null;
  }
  cx.scope.watch?.saw(`alloc ${frameNumber(cx, frame)}`);
  const page = k.frames[frame];
  page.free = false;
  page.refcount = options.allocRefcount === 'set1' ? 1 : page.refcount + 1;
  page.owner = 'user';
  if (options.allocResetsForks) page.forks = 0;
  if (options.allocClears) {
    page.word0 = ZERO;
    if (cx.scope.words > 1) page.word1 = ZERO;
  }
  k.threads[cx.thread].frames += 1;
  return frame;
}

/**
 * The frame of a page of a file that is given up; what the page holds is on
 * its disk (mapperEvicts).
 */
function evicted(k: Kernel, cx: Cx, cluster: number): FrameRef | null {
  const { options, filePage, scenario } = cx.scope;
  if (!options.mapperEvicts || scenario.files.length === 0) return null;
  for (const page of filePage.all) {
    const { frame } = k.mapper[page];
    if (frame === null || cx.scope.clusterOfFrame(frame) !== cluster) continue;
    const { word0, word1 } = k.frames[frame];
    k.mapper[page].word0 = word0;
    if (cx.scope.words > 1) k.mapper[page].word1 = word1;
    k.mapper[page].frame = null;
    k.frames[frame].free = true;
    return frame;
  }
  return null;
}

/** Which free frame of the cluster is next: the lowest, or any (option frameOrder). */
function freeFrame(k: Kernel, cx: Cx, cluster: number): FrameRef | null {
  const { scenario, options, frame } = cx.scope;
  const first = cluster * scenario.frames;
  const lowest = lowestFree(k.frames, frame, first, scenario.frames);
  if (options.frameOrder === 'lowest' || lowest === null) return lowest;
  const free = frame.all.filter(
    (f) => f >= lowest && f < first + scenario.frames && k.frames[f].free,
  );
  return free[cx.pick(free.length)];
}

/** False if the kernel stops: the frame was free already. */
export function ppm_remote_free_pages(k: Kernel, cx: Cx, frame: FrameRef): boolean {
  const { free } = k.frames[frame];
  cx.scope.watch?.saw(`${free ? 'double-free' : 'free'} ${frameNumber(cx, frame)}`);
  cx.check(judged.noDoubleFree, !free, frame);
  if (free) return cx.scope.options.doubleFree === 'record';
  k.frames[frame].free = true;
  k.threads[cx.thread].frames -= 1;
  return true;
}

/** One word of hal_remote_memcpy, from frame to frame. */
export function hal_remote_memcpy(
  k: Kernel,
  cx: Cx,
  to: FrameRef,
  from: FrameRef,
  word: number,
): void {
  const { free, word0, word1 } = k.frames[from];
  if (free && word === 0) cx.scope.watch?.saw(`access-free copy ${frameNumber(cx, from)}`);
  cx.check(judged.noAccessToFreeFrame, !free, from);
  if (word === 0) k.frames[to].word0 = word0;
  else k.frames[to].word1 = word1;
}

/** A user thread reads or writes a frame. */
export function userAccess(k: Kernel, cx: Cx, frame: FrameRef, kind: 'read' | 'write'): void {
  const { free, owner } = k.frames[frame];
  if (free) cx.scope.watch?.saw(`access-free ${kind} ${frameNumber(cx, frame)}`);
  cx.check(judged.noAccessToFreeFrame, !free, frame);
  if (cx.scope.hasKernel) cx.check(judged.kernelOutOfReach, owner !== 'kernel', frame);
}

/** hal_remote_atomic_add on `refcount`. */
export function addToRefcount(k: Kernel, cx: Cx, frame: FrameRef, by: number): void {
  cx.check(judged.noAccessToFreeFrame, !k.frames[frame].free, frame);
  k.frames[frame].refcount += by;
}

/** remote_busylock on `page.lock`; false: has to wait. */
export function lockForks(k: Kernel, cx: Cx, frame: FrameRef): boolean {
  return busylock_acquire(k.frames[frame].lock, cx.thread);
}

export function unlockForks(k: Kernel, frame: FrameRef): void {
  busylock_release(k.frames[frame].lock);
}

/** hal_remote_atomic_add on `forks`. */
export function addToForks(k: Kernel, cx: Cx, frame: FrameRef, by: number): void {
  const page = k.frames[frame];
  cx.check(judged.forksLockDiscipline, page.lock.holder === cx.thread, frame);
  cx.check(judged.noAccessToFreeFrame, !page.free, frame);
  page.forks += by;
  k.threads[cx.thread].forks += by;
}

// Page tables: hal_gpt.c

/**
 * hal_gpt_lock_pte: it may lack memory for the table of the entry. An entry that is LOCKED has its
 * table, so locking it can only wait; what a script injects comes first.
 */
export function lockPte(k: Kernel, cx: Cx, pte: gpt.Pte): 'taken' | 'waits' | 'fails' {
  const injected = cx.scope.watch !== undefined && fails(k, cx, 'pte');
  if (injected) return 'fails';
  if (pte.locked !== null) return 'waits';
  if (cx.scope.watch === undefined && fails(k, cx, 'pte')) return 'fails';
  gpt.hal_gpt_lock_pte(pte, cx.thread);
  return 'taken';
}

/** The frame that an entry maps; null if it is unmapped, as all are beyond the virtual space. */
export function hal_gpt_get_pte(k: Kernel, cx: Cx, copy: CopyRef, vpn: number): FrameRef | null {
  if (vpn < 0 || vpn >= cx.scope.pages) return null;
  return k.copies[copy].gpt[cx.scope.page.at(vpn)].frame;
}

/** An entry that somebody else has locked is about to be changed: that is a violation. */
export function judgeWrite(k: Kernel, cx: Cx, copy: CopyRef, page: PageRef): void {
  const { locked } = k.copies[copy].gpt[page];
  if (locked !== null) {
    cx.check(judged.pteWriteUnderLock, locked === cx.thread, copy, page, locked);
  }
}

export function hal_gpt_set_pte(
  k: Kernel,
  cx: Cx,
  copy: CopyRef,
  page: PageRef,
  frame: FrameRef | null,
  writable: boolean,
  cow: boolean,
  kernel = 0,
): void {
  judgeWrite(k, cx, copy, page);
  gpt.hal_gpt_set_pte(k.copies[copy].gpt[page], frame, writable, cow, kernel);
}

/** Clears LOCKED, whoever set it. */
export function hal_gpt_unlock_pte(k: Kernel, cx: Cx, copy: CopyRef, page: PageRef): void {
  judgeWrite(k, cx, copy, page);
  if (cx.scope.options.unlockPteAsserts) {
    const locked = k.copies[copy].gpt[page].locked !== null;
    if (!locked) assertionFails(k, cx, UNLOCK_PTE);
    else assertionHolds(cx, UNLOCK_PTE);
  }
  gpt.hal_gpt_unlock_pte(k.copies[copy].gpt[page]);
}

export function hal_gpt_reset_pte(k: Kernel, cx: Cx, copy: CopyRef, page: PageRef): void {
  judgeWrite(k, cx, copy, page);
  const pte = k.copies[copy].gpt[page];
  const { locked } = pte;
  gpt.hal_gpt_reset_pte(pte);
  if (!cx.scope.options.resetPteUnlocks) pte.locked = locked;
}

export function hal_gpt_update_pte(
  k: Kernel,
  cx: Cx,
  copy: CopyRef,
  page: PageRef,
  frame: FrameRef,
  writable: boolean,
  cow: boolean,
): void {
  const pte = k.copies[copy].gpt[page];
  if (pte.frame === null) return;
  judgeWrite(k, cx, copy, page);
  gpt.hal_gpt_update_pte(pte, frame, writable, cow);
}

export function hal_gpt_set_cow(k: Kernel, cx: Cx, copy: CopyRef, page: PageRef): void {
  const pte = k.copies[copy].gpt[page];
  if (pte.frame === null) return;
  judgeWrite(k, cx, copy, page);
  gpt.hal_gpt_set_cow(pte);
}

/** Adds the vsegs of the kernel to a new copy; false: some memory for that is missing. */
export function hal_vmm_kernel_update(k: Kernel, cx: Cx, copy: CopyRef): boolean {
  if (fails(k, cx, 'kernel')) return false;
  const { cluster } = cx.scope.copies[copy];
  return addKernelVsegs(cx.scope, k, copy, () => vseg_alloc(k, cx, cluster));
}

// Vseg descriptors and VSLs: vseg.c, xlist.h

/** A descriptor of a cluster's kmem, or null. */
export function vseg_alloc(k: Kernel, cx: Cx, cluster: number): VsegRef | null {
  if (fails(k, cx, 'descriptor')) return null;
  const { descriptors } = cx.scope.scenario;
  for (let i = cluster * descriptors; i < (cluster + 1) * descriptors; i++) {
    const vseg = cx.scope.vseg.all[i];
    if (k.vsegs[vseg].state !== 'free') continue;
    k.vsegs[vseg].state = 'transit';
    k.threads[cx.thread].descriptors += 1;
    return vseg;
  }
  k.threads[cx.thread].exhausted = true;
  return null;
}

/** Gives the descriptor back; its fields are blanked, nobody may look at them any more. */
export function vseg_free(k: Kernel, cx: Cx, ref: VsegRef): void {
  const vseg = k.vsegs[ref];
  vseg.state = 'free';
  vseg.type = 'CODE';
  vseg.min = 0;
  vseg.max = 0;
  vseg.vpn_base = 0;
  vseg.vpn_size = 0;
  vseg.file_offset = 0;
  vseg.file_size = 0;
  vseg.mapper = 0;
  vseg.cxy = 0;
  vseg.origin = 0;
  vseg.vmm = null;
  vseg.link = null;
  k.threads[cx.thread].descriptors -= 1;
}

/**
 * Copies the fields of another descriptor, by remote reads. Frames of a private vseg come from the
 * cluster of its copy (option privateCxyLocal).
 */
export function vseg_init_from_ref(k: Kernel, cx: Cx, to: VsegRef, from: VsegRef): void {
  useDescriptor(k, cx, from);
  readsRange(k, cx, from);
  const source = k.vsegs[from];
  const vseg = k.vsegs[to];
  vseg.type = source.type;
  vseg.min = source.min;
  vseg.max = source.max;
  vseg.vpn_base = source.vpn_base;
  vseg.vpn_size = source.vpn_size;
  vseg.file_offset = source.file_offset;
  vseg.file_size = source.file_size;
  vseg.mapper = source.mapper;
  vseg.origin = source.origin;
  const isPrivate = source.type === 'CODE' || source.type === 'STACK';
  const local = isPrivate && cx.scope.options.privateCxyLocal;
  vseg.cxy = local ? cx.scope.clusterOfVseg(to) : source.cxy;
}

/**
 * A step reads or writes a descriptor: it must be in a VSL, or off it and not given back yet, or
 * still private to the thread that allocated it.
 */
export function useDescriptor(k: Kernel, cx: Cx, vseg: VsegRef): void {
  const { state } = k.vsegs[vseg];
  const used = state === 'vsl' || state === 'unlinked' || state === 'transit';
  cx.check(judged.noDescriptorUseAfterFree, used, vseg);
}

/** min, max or vpn_* of a vseg that stands in a VSL are read. */
export function readsRange(k: Kernel, cx: Cx, vseg: VsegRef): void {
  const { state, vmm } = k.vsegs[vseg];
  if (state === 'vsl' && vmm !== null) readsVsl(k, cx, vmm);
}

/**
 * Takes the lock of the list of the copies of a process (option copiesLock); false: has to wait.
 */
export function lockCopies(k: Kernel, cx: Cx, process: ProcessRef): boolean {
  const { copies_lock } = k.processes[process];
  return cx.scope.options.copiesLock === 'shared'
    ? remote_rwlock_rd_acquire(copies_lock, cx.thread)
    : remote_rwlock_wr_acquire(copies_lock, cx.thread);
}

export function unlockCopies(k: Kernel, cx: Cx, process: ProcessRef): void {
  const { copies_lock } = k.processes[process];
  if (writes(copies_lock, cx.thread)) remote_rwlock_wr_release(copies_lock);
  else remote_rwlock_rd_release(copies_lock, cx.thread);
}

/** The list of the copies of a process is walked. */
export function walksCopies(k: Kernel, cx: Cx, process: ProcessRef): void {
  const { copies_lock } = k.processes[process];
  const held = reads(copies_lock, cx.thread) || writes(copies_lock, cx.thread);
  cx.check(judged.copiesLockDiscipline, held, process);
}

/** Links of a VSL, or min, max and vpn_* of its vsegs, are read. */
export function readsVsl(k: Kernel, cx: Cx, copy: CopyRef): void {
  const lock = k.copies[copy].vsl_lock;
  const held = reads(lock, cx.thread) || writes(lock, cx.thread);
  cx.check(judged.vslLockDiscipline, held, copy, 0);
}

/** ... or changed. */
export function writesVsl(k: Kernel, cx: Cx, copy: CopyRef): void {
  cx.check(judged.vslLockDiscipline, writes(k.copies[copy].vsl_lock, cx.thread), copy, 1);
}

/**
 * XLIST_FOREACH: the element after `from` (null: the first), or null at the end of the list. An
 * element that was unlinked meanwhile keeps the link that it had, until it is parked or freed.
 */
export function nextInVsl(k: Kernel, cx: Cx, copy: CopyRef, from: VsegRef | null): VsegRef | null {
  readsVsl(k, cx, copy);
  const { vsl } = k.copies[copy];
  if (from === null) return vsl.at(0) ?? null;
  const i = vsl.indexOf(from);
  if (i >= 0) return vsl.at(i + 1) ?? null;
  const { state, link } = k.vsegs[from];
  if (state === 'unlinked') return link;
  // Given back since, and perhaps taken again: where its link leads the model does not know. The
  // walk ends, and the violation is reported.
  cx.check(judged.noDescriptorUseAfterFree, false, from);
  return null;
}

/** vmm_attach_vseg_to_vsl under the write lock that it also takes and releases. */
export function attachUnderLock(k: Kernel, cx: Cx, copy: CopyRef, vseg: VsegRef): boolean {
  const vmm = k.copies[copy];
  if (!remote_rwlock_wr_acquire(vmm.vsl_lock, cx.thread)) return false;
  vmm_attach_vseg_to_vsl(k, cx, copy, vseg);
  remote_rwlock_wr_release(vmm.vsl_lock);
  return true;
}

/** Lines 253 to 266: the lock is up to the caller. */
export function vmm_attach_vseg_to_vsl(k: Kernel, cx: Cx, copy: CopyRef, vseg: VsegRef): void {
  writesVsl(k, cx, copy);
  k.vsegs[vseg].vmm = copy;
  k.vsegs[vseg].state = 'vsl';
  k.copies[copy].vsegs_nr += 1;
  k.copies[copy].vsl.push(vseg);
}

/** A copy is linked or unlinked, by code that takes the lock or not (option copiesLocked). */
export function changesCopies(cx: Cx, process: ProcessRef): void {
  cx.check(judged.copiesLockDiscipline, cx.scope.options.copiesLocked, process, 1);
}

/** Somebody walks or changes the copies of the process: the list has to wait. */
export function copiesAreBusy(k: Kernel, cx: Cx, process: ProcessRef): boolean {
  const { readers, writer } = k.processes[process].copies_lock;
  return cx.scope.options.copiesLocked && (readers !== 0 || writer !== null);
}

// Files: mapper.c

/**
 * Frame of a page of a file, the same for every caller; null on error. Taken at the first request.
 */
export function mapper_remote_get_page(
  k: Kernel,
  cx: Cx,
  file: number,
  index: number,
): FrameRef | null {
  const { fileStart, filePage, scenario } = cx.scope;
  if (fails(k, cx, 'io')) return null;
  if (index < 0 || index >= scenario.files[file].pages) return null;
  const page = k.mapper[filePage.at(fileStart[file] + index)];
  if (page.frame !== null) return page.frame;
  const frame = ppm_remote_alloc_pages(k, cx, scenario.files[file].cluster);
  if (frame === null) return null;
  page.frame = frame;
  k.threads[cx.thread].frames -= 1; // it belongs to the file from now on
  k.frames[frame].owner = 'mapper';
  const held = cx.scope.options.mapperEvicts ? page : undefined;
  k.frames[frame].word0 = held?.word0 ?? cx.scope.fileToken(file, index);
  if (cx.scope.words > 1) k.frames[frame].word1 = held?.word1 ?? cx.scope.fileToken(file, index);
  return frame;
}

/**
 * Token that a file holds in half page `half`, or null on error. Bytes are moved from where the
 * file system has them: unlike get_page, this takes no frame.
 */
export function mapper_move_kernel(k: Kernel, cx: Cx, file: number, half: number): number | null {
  const { fileStart, filePage, scenario } = cx.scope;
  const index = Math.floor(half / HALVES);
  if (index < 0 || index >= scenario.files[file].pages) return null;
  const { frame } = k.mapper[filePage.at(fileStart[file] + index)];
  if (frame === null) return cx.scope.fileToken(file, index);
  return half % HALVES === 1 && cx.scope.words > 1 ? k.frames[frame].word1 : k.frames[frame].word0;
}
