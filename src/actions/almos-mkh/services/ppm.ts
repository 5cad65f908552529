/** Physical frames: ppm.c, and the counters in their descriptors. */

import { lowestFree } from '../../../model/almos-mkh/frames.ts';
import { busylock_acquire, busylock_release } from '../../../hw/locks.ts';
import { checks } from '../../../model/almos-mkh/step-invariants.ts';
import { ZERO } from '../../../model/almos-mkh/programs.ts';
import type { FrameRef } from '../../../model/almos-mkh/scope.ts';
import type { Kernel } from '../../../model/almos-mkh/state.ts';
import type { Cx } from '../vocabulary.ts';
import { fails } from './failures.ts';

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
  cx.check(checks.noDoubleFree, !free, frame);
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
  cx.check(checks.noAccessToFreeFrame, !free, from);
  if (word === 0) k.frames[to].word0 = word0;
  else k.frames[to].word1 = word1;
}

/** A user thread reads or writes a frame. */
export function userAccess(k: Kernel, cx: Cx, frame: FrameRef, kind: 'read' | 'write'): void {
  const { free, owner } = k.frames[frame];
  if (free) cx.scope.watch?.saw(`access-free ${kind} ${frameNumber(cx, frame)}`);
  cx.check(checks.noAccessToFreeFrame, !free, frame);
  if (cx.scope.hasKernel) cx.check(checks.kernelOutOfReach, owner !== 'kernel', frame);
}

/** hal_remote_atomic_add on `refcount`. */
export function addToRefcount(k: Kernel, cx: Cx, frame: FrameRef, by: number): void {
  cx.check(checks.noAccessToFreeFrame, !k.frames[frame].free, frame);
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
  cx.check(checks.forksLockDiscipline, page.lock.holder === cx.thread, frame);
  cx.check(checks.noAccessToFreeFrame, !page.free, frame);
  page.forks += by;
  k.threads[cx.thread].forks += by;
}
