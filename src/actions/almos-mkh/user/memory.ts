/** mmap and munmap, and what a process may then expect of its pages. */

import type { Control, Result } from '../../../machine/vocabulary.ts';
import { HALVES } from '../../../model/almos-mkh/numbers.ts';
import { ZERO } from '../../../model/almos-mkh/programs.ts';
import type { UserStep } from '../../../model/almos-mkh/scenario.ts';
import type { ProcessRef, VsegRef } from '../../../model/almos-mkh/scope.ts';
import type { Kernel } from '../../../model/almos-mkh/state.ts';
import { checks } from '../../../model/almos-mkh/step-invariants.ts';
import { userFrame } from '../../../model/almos-mkh/threads.ts';
import type { UserLocals } from '../../../model/almos-mkh/threads.ts';
import { pagesOf, setWanted, wanted } from '../ghost.ts';
import { vmm_create_vseg, vmm_resize_vseg } from '../vmm.ts';
import { at, blocked, calls, goto } from '../vocabulary.ts';
import type { Cx } from '../vocabulary.ts';
import { asks, end, homeOf } from './control.ts';
import type { UserStatement } from './control.ts';
import { MMAP, MMAP_RPC, MUNMAP, MUNMAP_RPC } from './labels.ts';
import { checkFailure } from './ledger.ts';

export const memoryStatements: readonly UserStatement[] = [
  calls(
    MUNMAP,
    'munmap',
    () => vmm_resize_vseg,
    (_k, my, to, cx) => {
      const step = cx.scope.userSteps[my.step - 1] as Extract<UserStep, { do: 'munmap' }>;
      const { process, copy } = cx.scope.threads[cx.thread];
      const local = cx.scope.options.munmapSite === 'local';
      to.copy = local ? copy : cx.scope.reference[process];
      to.base = HALVES * step.page;
      to.size = HALVES * step.pages;
    },
    (k, my, result, cx) => afterMunmap(k, my, result, cx),
  ),
  at(MUNMAP_RPC, 'munmap by RPC', (k, my, cx) =>
    asks(k, my, cx, homeOf(cx)) ? goto(MUNMAP) : blocked,
  ),
  calls(
    MMAP,
    'mmap',
    () => vmm_create_vseg,
    (_k, my, to, cx) => {
      const step = cx.scope.userSteps[my.step - 1] as Extract<UserStep, { do: 'mmap' }>;
      const { process, cluster } = cx.scope.threads[cx.thread];
      to.copy = cx.scope.reference[process];
      to.type = step.type;
      to.size = HALVES * step.pages;
      to.file_offset = step.type === 'FILE' ? HALVES * step.offset : 0;
      to.mapper = step.type === 'FILE' ? cx.scope.fileIndex(step.file) + 1 : 0;
      to.cxy = step.type === 'REMOTE' ? step.at : cluster;
    },
    (k, my, result, cx) => afterMmap(k, my, result, cx),
  ),
  at(MMAP_RPC, 'mmap by RPC', (k, my, cx) => (asks(k, my, cx, homeOf(cx)) ? goto(MMAP) : blocked)),
];

function afterMunmap(k: Kernel, my: UserLocals, result: Result, cx: Cx): Control {
  const step = cx.scope.userSteps[my.step - 1] as Extract<UserStep, { do: 'munmap' }>;
  const { process } = cx.scope.threads[cx.thread];
  if (result !== 0) {
    checkFailure(k, cx);
    return end(k, my, cx);
  }
  cx.check(checks.munmapActs, step.pages > 0, process, step.page, step.pages);
  // Also of what another thread has mapped there since the munmap began.
  forgetPromises(k, cx, process, step.page, step.page + step.pages);
  for (let page = step.page; page < step.page + step.pages; page++) {
    cx.check(checks.munmapEffective, !isCovered(k, cx, process, page), process, page, 0);
    k.processes[process].unmapped |= 1 << page;
  }
  for (let page = 0; page < cx.scope.stackBase; page++) {
    if (wanted(k, cx, process, page, 0) === 0) continue;
    if (!isCovered(k, cx, process, page)) cx.check(checks.munmapEffective, false, process, page, 1);
  }
  return end(k, my, cx);
}

/** A vseg of the reference holds the page. */
function isCovered(k: Kernel, cx: Cx, process: ProcessRef, page: number): boolean {
  return vsegAt(k, cx, process, page) !== null;
}

/**
 * Nothing in the reference forbids to write the page: stacks of other clusters are not known there.
 */
export function mayWrite(k: Kernel, cx: Cx, process: ProcessRef, page: number): boolean {
  if (!cx.scope.hasReadOnly) return true;
  const { vsl } = k.copies[cx.scope.reference[process]];
  for (let i = 0; i < vsl.length; i++) {
    const { type, min, max } = k.vsegs[vsl.at(i) as VsegRef];
    // One that begins inside of the page has it, too.
    const meets = min < HALVES * (page + 1) && max > HALVES * page;
    if (meets) return cx.scope.flags[type].write;
  }
  return true;
}

/** The vseg of the reference that holds the page, or null. */
function vsegAt(k: Kernel, cx: Cx, process: ProcessRef, page: number): VsegRef | null {
  const { vsl } = k.copies[cx.scope.reference[process]];
  for (let i = 0; i < vsl.length; i++) {
    const vseg = vsl.at(i) as VsegRef;
    const { min, max } = k.vsegs[vseg];
    if (HALVES * page >= min && HALVES * page < max) return vseg;
  }
  return null;
}

function afterMmap(k: Kernel, my: UserLocals, result: Result, cx: Cx): Control {
  const step = cx.scope.userSteps[my.step - 1] as Extract<UserStep, { do: 'mmap' }>;
  const { process } = cx.scope.threads[cx.thread];
  if (result === null) {
    checkFailure(k, cx);
    return end(k, my, cx);
  }
  const { min, max } = k.vsegs[cx.scope.vseg.at(result)];
  const [first, last] = pagesOf(min, max - min);
  for (let page = first; page < last; page++) {
    const file = step.type === 'FILE' ? cx.scope.fileIndex(step.file) : -1;
    const index = (step.type === 'FILE' ? Math.floor(step.offset) : 0) + page - first;
    if (file >= 0 && index >= cx.scope.scenario.files[file].pages) continue; // past the end
    const token = file < 0 ? ZERO : cx.scope.fileToken(file, index);
    // A vseg that begins inside of its first page does not hold the words before.
    for (let word = 0; word < cx.scope.words; word++) {
      const inside = HALVES * page + word >= min && HALVES * page + word < max;
      if (inside) setWanted(k, cx, process, page, word, 1 << token);
    }
    for (const q of cx.scope.process.all) {
      if (q === process || k.processes[q].forkedBy === process) {
        k.processes[q].unmapped &= ~(1 << page);
      }
    }
  }
  return end(k, my, cx);
}

/** From now on a read of these pages may return anything, or fail. */
export function forgetPromises(
  k: Kernel,
  cx: Cx,
  process: ProcessRef,
  from: number,
  to: number,
): void {
  for (const q of cx.scope.process.all) {
    if (q !== process && k.processes[q].forkedBy !== process) continue;
    for (let page = from; page < to; page++) {
      for (let word = 0; word < cx.scope.words; word++) setWanted(k, cx, q, page, word, 0);
    }
  }
  for (const t of cx.scope.thread.all) {
    if (cx.scope.threads[t].process !== process) continue;
    const frame = userFrame(k, t);
    if (frame.step === 0) continue;
    const step = cx.scope.userSteps[frame.step - 1];
    if (step.do !== 'read' && step.do !== 'write') continue;
    if (step.page >= from && step.page < to) frame.entitled = false;
  }
}
