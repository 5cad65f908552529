/** Frames: alloc.c. */

import { checks } from '../../../model/minix-vm/step-invariants.ts';
import type { FrameRef } from '../../../model/minix-vm/scope.ts';
import type { Kernel } from '../../../model/minix-vm/state.ts';
import type { Cx } from '../vocabulary.ts';
import { event, fails, noteFailure } from './failures.ts';

/**
 * ALLOC_MEM: the first frame of a run, counted from 1, or 0. Of a length that is no whole pages,
 * only those count; for none of them the lowest free frame is the answer, and nothing is taken.
 */
export function ALLOC_MEM(
  k: Kernel,
  cx: Cx,
  length: number,
  clear: boolean,
  point: () => string,
): number {
  if (fails(k, cx, point, false)) return 0;
  const { frame } = cx.scope;
  const pages = Math.floor(length);
  let run = 0;
  for (const f of frame.all) {
    run = k.frames[f].used ? 0 : run + 1;
    if (run < Math.max(pages, 1)) continue;
    const first = f - Math.max(pages, 1) + 1;
    if (pages === 0) return first + 1;
    for (let i = first; i <= f; i++) {
      k.frames[frame.at(i)].used = true;
      if (clear) k.frames[frame.at(i)].content = 0;
    }
    event(cx, () => `alloc ${first + 1}+${pages}`);
    return first + 1;
  }
  event(cx, () => `no-frames ${pages}`);
  noteFailure(k);
  return 0;
}

/** FREE_MEM: of what is no whole page, nothing is given back. */
export function FREE_MEM(k: Kernel, cx: Cx, address: number, bytes: number): void {
  const [first, length] = [Math.floor(address), Math.floor(bytes)];
  if (length === 0) return;
  let twice = 0;
  let device = 0;
  for (let f = first; f < first + length; f++) {
    const frame = frameAt(cx, f);
    if (frame === null) continue;
    if (!k.frames[frame].used) {
      twice = f;
      event(cx, () => `double-free ${f}`);
    }
    if (k.frames[frame].device === 1) device = f;
    k.frames[frame].used = false;
  }
  cx.check(checks.noDoubleFree, twice + device === 0, twice, device);
  if (twice === 0) event(cx, () => `free ${first}+${length}`);
}

/** The frame of the machine with this number, or null outside of the machine. */
export function frameAt(cx: Cx, number: number): FrameRef | null {
  return number < 1 || number > cx.scope.frame.size ? null : cx.scope.frame.at(number - 1);
}

/** sys_abscopy. What a frame holds is at its start; the second half of every frame is zero. */
export function copyFrames(k: Kernel, cx: Cx, from: number, to: number, length: number): void {
  for (let at = Math.ceil(to); at < to + length; at++) {
    const address = from + at - to;
    const source = frameAt(cx, Math.floor(address));
    const target = frameAt(cx, at);
    if (source === null || target === null) continue;
    k.frames[target].content = address % 1 === 0 ? k.frames[source].content : 0;
  }
  event(cx, () => `copy ${from}>${to}+${length}`);
}
