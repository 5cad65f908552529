/**
 * Ghost content: what user threads read and write, and what they are entitled to see. `want` of a
 * process, page and word is the set of tokens that a read may return. A set, because a fork that
 * races a write may give the child the old or the new value; the first read settles it.
 */

import { checks } from '../../model/almos-mkh/step-invariants.ts';
import type { CopyRef, FrameRef, ProcessRef, VsegRef } from '../../model/almos-mkh/scope.ts';
import { HALVES } from '../../model/almos-mkh/numbers.ts';
import type { Kernel } from '../../model/almos-mkh/state.ts';
import type { Cx } from './vocabulary.ts';

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
export function checkRead(
  k: Kernel,
  cx: Cx,
  p: ProcessRef,
  page: number,
  word: number,
  token: number,
): void {
  const want = wanted(k, cx, p, page, word);
  // nothing is promised: unmapped, being unmapped, or past the end of a file
  if (want === 0) return;
  const filePage = filePageAt(k, cx, p, page);
  if (filePage >= 0) {
    const { word0, word1 } = k.mapper[cx.scope.filePage.at(filePage)];
    const held = word === 0 ? word0 : word1;
    const untouched = (cx.scope.initialTokens & (1 << held)) !== 0;
    const check = untouched ? checks.initialContent : checks.readOwnProcessWrites;
    cx.check(check, token === held, p, page, token);
    return;
  }
  const entitled = (want & (1 << token)) !== 0;
  const writer = cx.scope.writerOfToken[token];
  const foreign = writer >= 0 && writer !== p;
  const initial = (want & ~cx.scope.initialTokens) === 0;
  if (foreign) cx.check(checks.forkIsolation, entitled, p, page, token);
  else if (initial) cx.check(checks.initialContent, entitled, p, page, token);
  else cx.check(checks.readOwnProcessWrites, entitled, p, page, token);
  if (entitled) setWanted(k, cx, p, page, word, 1 << token);
}

/** Process `p` wrote `token`: it must see it from now on, and its child being forked may see it. */
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
    if (k.processes[child].forkedBy !== p) continue;
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
    const index = Math.floor(vseg.file_offset / HALVES) + page - vseg.origin;
    const file = vseg.mapper - 1;
    return index < cx.scope.scenario.files[file].pages ? cx.scope.fileStart[file] + index : -1;
  }
  return -1;
}

/**
 * A write that may be to a page of a file. A file is shared: what it holds by right is kept
 * once, in `mapper`, and every read of a FILE page is held against it. A write that is
 * promised goes to the page that the VSL names; one that races a munmap goes wherever its
 * frame belongs. False: not a file.
 */
export function wroteFile(
  k: Kernel,
  cx: Cx,
  p: ProcessRef,
  page: number,
  frame: FrameRef,
  word: number,
  token: number,
): boolean {
  let target = wanted(k, cx, p, page, word) === 0 ? -1 : filePageAt(k, cx, p, page);
  if (target < 0 && k.frames[frame].owner === 'mapper') {
    target = cx.scope.filePage.all.findIndex((i) => k.mapper[i].frame === frame);
  }
  if (target < 0) return false;
  const held = k.mapper[cx.scope.filePage.at(target)];
  if (word === 0) held.word0 = token;
  else held.word1 = token;
  return true;
}

/** A COW copy is about to be published: it must hold what its process is entitled to see. */
export function checkCopiedContent(
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
    cx.check(checks.noLostWrite, (want & (1 << token)) !== 0, process, page, token);
  }
}

/** Pages that a region of half pages touches: [first, end[. */
export function pagesOf(base: number, size: number): [first: number, end: number] {
  return [Math.floor(base / HALVES), Math.ceil((base + size) / HALVES)];
}
