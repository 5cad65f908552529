/** exit: threads end, and the copies of the process are destroyed, each in its cluster. */

import { forget } from '../../../hw/tlb.ts';
import type { Control } from '../../../machine/vocabulary.ts';
import type { CopyRef, ProcessRef, ThreadRef } from '../../../model/almos-mkh/scope.ts';
import type { Kernel } from '../../../model/almos-mkh/state.ts';
import { userFrame } from '../../../model/almos-mkh/threads.ts';
import type { UserLocals } from '../../../model/almos-mkh/threads.ts';
import { releaseDescriptor } from '../descriptors.ts';
import { checkCopiesChange, copiesAreBusy } from '../services/copies.ts';
import { vmm_destroy } from '../vmm.ts';
import { at, blocked, calls, goto } from '../vocabulary.ts';
import type { Cx } from '../vocabulary.ts';
import type { UserStatement } from './control.ts';
import { DESTROY, EXIT, PROGRAM, UNLINK } from './labels.ts';
import { checkLocks, resetLedger } from './ledger.ts';
import { forgetPromises } from './memory.ts';

export const exitStatements: readonly UserStatement[] = [
  at(EXIT, 'exit', (k, my, cx) => {
    const { process } = cx.scope.threads[cx.thread];
    if (!othersAreOut(k, cx)) return blocked;
    my.step = 0;
    my.entitled = false;
    cx.note(() => `the threads of ${cx.scope.processNames[process]} end`);
    endThreads(k, cx, process, null);
    forgetPromises(k, cx, process, 0, cx.scope.pages);
    return goto(PROGRAM);
  }),
  calls(
    DESTROY,
    'vmm_destroy',
    () => vmm_destroy,
    (_k, _my, to, cx) => {
      to.copy = cx.scope.threads[cx.thread].copy;
    },
    (k, my, _result, cx) =>
      cx.scope.options.copyUnlinked === 'before' ? destroyed(k, my, cx) : goto(UNLINK),
  ),
  at(UNLINK, 'unlink the copy', (k, my, cx) => {
    const { copy, process } = cx.scope.threads[cx.thread];
    if (copiesAreBusy(k, cx, process)) return blocked;
    unlinkCopy(k, cx, copy);
    return destroyed(k, my, cx);
  }),
];

/** The address space of a copy is gone: its descriptor goes too. */
export function destroyed(k: Kernel, my: UserLocals, cx: Cx): Control {
  checkLocks(k, cx);
  releaseDescriptor(k, cx.scope, cx.scope.threads[cx.thread].copy);
  resetLedger(k, cx);
  my.done = true;
  for (const page of cx.scope.page.all) forget(k.threads[cx.thread].tlb[page]);
  return goto(PROGRAM);
}

/** The threads of the process finish first what they do in the kernel. */
export function othersAreOut(k: Kernel, cx: Cx): boolean {
  const { process } = cx.scope.threads[cx.thread];
  for (const t of cx.scope.thread.all) {
    if (cx.scope.threads[t].process !== process || t === cx.thread) continue;
    if (k.threads[t].stack.length > 1 || userFrame(k, t).entered === 1) return false;
  }
  return true;
}

/** No thread of the process issues an access any more, but the one that execs. */
export function endThreads(k: Kernel, cx: Cx, process: ProcessRef, but: ThreadRef | null): void {
  for (const t of cx.scope.thread.all) {
    if (cx.scope.threads[t].process !== process || t === but) continue;
    const frame = userFrame(k, t);
    frame.step = 0;
    frame.entitled = false;
    // exec keeps the reference, and with it the threads of its cluster have nothing left to do.
    frame.exiting = but === null || !cx.scope.copies[cx.scope.threads[t].copy].isReference;
    frame.stopped = !frame.exiting;
  }
}

/** The process exits: the thread that destroys its copy does so, the others are gone. */
export function leaveForGood(k: Kernel, my: UserLocals, cx: Cx): Control {
  const { copy, process, destroysCopy } = cx.scope.threads[cx.thread];
  if (my.done || !destroysCopy || !k.copies[copy].exists) return blocked;
  const { copies } = k.processes[process];
  if (copiesAreBusy(k, cx, process)) return blocked;
  const last = copies.length === 1;
  const { exitOrder } = cx.scope.options;
  if (exitOrder === 'refLast' && cx.scope.copies[copy].isReference && !last) return blocked;
  cx.note(() => 'last thread of the copy ends');
  if (cx.scope.options.copyUnlinked === 'before') unlinkCopy(k, cx, copy);
  return goto(DESTROY);
}

export function unlinkCopy(k: Kernel, cx: Cx, copy: CopyRef): void {
  const { process } = cx.scope.copies[copy];
  const { copies } = k.processes[process];
  checkCopiesChange(cx, process);
  const i = copies.indexOf(copy);
  if (i >= 0) copies.splice(i, 1);
}
