/**
 * Ghost content: what user threads read and write, and what they are entitled to see. `want` of a
 * process, page and word is the set of tokens that a read may return. A set, because a fork that races
 * a write may give the child the old or the new value; the first read settles it.
 */

import { judged } from '../../model/almos-mkh/events.ts';
import type { CopyRef, FrameRef, ProcessRef, VsegRef } from '../../model/almos-mkh/scope.ts';
import { HALVES } from '../../model/almos-mkh/numbers.ts';
import type { Kernel } from '../../model/almos-mkh/state.ts';
import type { Cx } from './words.ts';

export function wanted(k: Kernel, cx: Cx, process: ProcessRef, page: number, word: number): number {
  const want = k.processes[process].want[cx.scope.page.at(page)];
  return word === 0 ? want.word0 : want.word1;
}

export function setWanted(
  k: Kernel,
  cx: Cx,
  process: ProcessRef,
  page: number,
  word: number,
  tokens: number,
): void {
  const want = k.processes[process].want[cx.scope.page.at(page)];
  if (word === 0) want.word0 = tokens;
  else want.word1 = tokens;
}

/** A read of process `p` returned `token`: was it entitled to? */
export function judgeRead(
  k: Kernel,
  cx: Cx,
  p: ProcessRef,
  page: number,
  word: number,
  token: number,
): void {
  const want = wanted(k, cx, p, page, word);
  if (want === 0) return; // nothing is promised: unmapped, or being unmapped
  const entitled = (want & (1 << token)) !== 0;
  const writer = cx.scope.writerOfToken[token];
  const foreign = writer >= 0 && writer !== p;
  const initial = (want & ~cx.scope.initialTokens) === 0;
  if (foreign) cx.judge(judged.forkIsolation, entitled, p, page, token);
  else if (initial) cx.judge(judged.initialContent, entitled, p, page, token);
  else cx.judge(judged.readOwnProcessWrites, entitled, p, page, token);
  if (entitled) setWanted(k, cx, p, page, word, 1 << token);
}

/** Process `p` wrote `token`: it must see it from now on, and a child being forked may see it. */
export function wrote(
  k: Kernel,
  cx: Cx,
  p: ProcessRef,
  page: number,
  word: number,
  token: number,
): void {
  setWanted(k, cx, p, page, word, 1 << token);
  for (const child of cx.scope.process.all) {
    if (!k.processes[child].forking) continue;
    const before = wanted(k, cx, child, page, word);
    if (before !== 0) setWanted(k, cx, child, page, word, before | (1 << token));
  }
}

/** Page of all files together that the reference VSL puts at this page of the process, or -1. */
function filePageAt(k: Kernel, cx: Cx, p: ProcessRef, page: number): number {
  const { vsl } = k.copies[cx.scope.reference[p]];
  for (let i = 0; i < vsl.length; i++) {
    const vseg = k.vsegs[vsl.at(i) as VsegRef];
    if (vseg.type !== 'FILE' || vseg.mapper === 0) continue;
    const first = Math.floor(vseg.min / HALVES);
    if (page < first || HALVES * page >= vseg.max) continue;
    const index = Math.floor(vseg.file_offset / HALVES) + page - first;
    return cx.scope.fileStart[vseg.mapper - 1] + index;
  }
  return -1;
}

/**
 * A write that may be to a FILE vseg: the file is shared, so everybody who maps the same page of the
 * file, already or later, is entitled to the new value and only to it. False: not a FILE page.
 */
export function wroteFile(
  k: Kernel,
  cx: Cx,
  p: ProcessRef,
  page: number,
  word: number,
  token: number,
): boolean {
  const written = filePageAt(k, cx, p, page);
  if (written < 0) return false;
  for (const q of cx.scope.process.all) {
    for (const n of cx.scope.page.all) {
      if (wanted(k, cx, q, n, word) === 0 || filePageAt(k, cx, q, n) !== written) continue;
      setWanted(k, cx, q, n, word, 1 << token);
    }
  }
  return true;
}

/** A COW copy is about to be published: it must hold what its process is entitled to see. */
export function judgeCopiedContent(
  k: Kernel,
  cx: Cx,
  copy: CopyRef,
  page: number,
  frame: FrameRef,
): void {
  const { process } = cx.scope.copies[copy];
  const { word0, word1 } = k.frames[frame];
  for (let word = 0; word < cx.scope.words; word++) {
    const want = wanted(k, cx, process, page, word);
    if (want === 0) continue;
    const token = word === 0 ? word0 : word1;
    // What was never written is the business of `initial-content`.
    if ((want & ~cx.scope.initialTokens) === 0) continue;
    cx.judge(judged.noLostWrite, (want & (1 << token)) !== 0, process, page, token);
  }
}

/** Pages that a region of half pages touches: [first, end[. */
export function pagesOf(base: number, size: number): [first: number, end: number] {
  return [Math.floor(base / HALVES), Math.ceil((base + size) / HALVES)];
}
