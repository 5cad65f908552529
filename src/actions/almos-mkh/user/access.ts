/**
 * An access, and the exceptions that it raises. The access itself is one step: what the MMU reads
 * in the local page table is current (coherent TLBs).
 */

import { mmu } from '../../../hw/mmu.ts';
import { remember, remembers } from '../../../hw/tlb.ts';
import type { Control, Result } from '../../../machine/vocabulary.ts';
import type { UserStep } from '../../../model/almos-mkh/scenario.ts';
import type { FrameRef } from '../../../model/almos-mkh/scope.ts';
import type { Kernel } from '../../../model/almos-mkh/state.ts';
import {
  EXCP_KERNEL_PANIC,
  EXCP_NON_FATAL,
  EXCP_USER_ERROR,
  checks,
} from '../../../model/almos-mkh/step-invariants.ts';
import type { UserLocals } from '../../../model/almos-mkh/threads.ts';
import { checkRead, wanted, wrote, wroteFile } from '../ghost.ts';
import { userAccess } from '../services/ppm.ts';
import { vmm_handle_cow, vmm_handle_page_fault } from '../vmm.ts';
import { at, blocked, calls, goto, stuck } from '../vocabulary.ts';
import type { Cx } from '../vocabulary.ts';
import { end, enters, stop } from './control.ts';
import type { UserStatement } from './control.ts';
import { leaveForGood } from './exit.ts';
import { COW, EXCEPTION, FAULT, RETRY } from './labels.ts';
import { checkFailure, checkLocks, resetLedger } from './ledger.ts';

export const accessStatements: readonly UserStatement[] = [
  calls(
    FAULT,
    'page fault',
    () => vmm_handle_page_fault,
    (_k, my, to, cx) => {
      to.copy = cx.scope.threads[cx.thread].copy;
      to.vpn = (cx.scope.userSteps[my.step - 1] as { page: number }).page;
    },
    (k, my, result, cx) => afterHandler(k, my, result, cx),
  ),
  calls(
    COW,
    'copy on write',
    () => vmm_handle_cow,
    (_k, my, to, cx) => {
      to.copy = cx.scope.threads[cx.thread].copy;
      to.vpn = (cx.scope.userSteps[my.step - 1] as { page: number }).page;
    },
    (k, my, result, cx) => afterHandler(k, my, result, cx),
  ),
  at(RETRY, 'retry', (k, my, cx) => {
    if (my.exiting) return leaveForGood(k, my, cx);
    if (my.stopped) return blocked;
    return access(k, my, cx);
  }),
  // Option writeException: the kernel reads the entry for itself.
  at(EXCEPTION, 'hal_gpt_get_pte', (k, my, cx) => {
    const { copy } = cx.scope.threads[cx.thread];
    const { page } = cx.scope.userSteps[my.step - 1] as { page: number };
    my.entered = 0;
    return k.copies[copy].gpt[cx.scope.page.at(page)].cow ? goto(COW) : userError(k, my, cx);
  }),
];

export function access(k: Kernel, my: UserLocals, cx: Cx): Control {
  const index = my.step - 1;
  const step = cx.scope.userSteps[index] as Extract<UserStep, { do: 'read' | 'write' }>;
  const { process, copy } = cx.scope.threads[cx.thread];
  const page = cx.scope.page.at(step.page);
  const pte = k.copies[copy].gpt[page];
  const tlb = k.threads[cx.thread].tlb[page];
  if (!cx.scope.staleTlb || !remembers(tlb, step.do)) {
    if (cx.scope.staleTlb) remember(tlb, pte);
    const met = mmu(pte, step.do);
    if (met === 'page fault') return goto(FAULT);
    const { writeException } = cx.scope.options;
    if (met === 'copy on write') {
      return writeException === 'readAgain' ? enters(my, EXCEPTION) : goto(COW);
    }
    if (met === 'forbidden') {
      // Not what is of the kernel: there USER is missing, whatever is done with it.
      const asks = step.do === 'write' && pte.kernel === 0 && writeException !== 'localCow';
      if (!asks) return userError(k, my, cx);
      return writeException === 'always' ? goto(COW) : enters(my, EXCEPTION);
    }
  }
  const reached = (cx.scope.staleTlb ? tlb.frame : pte.frame) as FrameRef;
  const frame = k.frames[reached];
  userAccess(k, cx, reached, step.do);
  const unmapped = (k.processes[process].unmapped & (1 << step.page)) !== 0;
  if (k.processes[process].unmapped !== 0) {
    cx.check(checks.unmappedIsInaccessible, !unmapped, process, step.page);
  }
  const word = step.word ?? 0;
  cx.note(() => {
    const token = word === 0 ? frame.word0 : frame.word1;
    return step.do === 'read' ? `reads ${cx.scope.tokens[token]}` : 'the write succeeds';
  });
  if (step.do === 'read') {
    checkRead(k, cx, process, step.page, word, word === 0 ? frame.word0 : frame.word1);
  } else {
    const token = cx.scope.tokenOfStep[index];
    if (word === 0) frame.word0 = token;
    else frame.word1 = token;
    const isFile = wroteFile(k, cx, process, step.page, reached, word, token);
    if (!isFile && wanted(k, cx, process, step.page, word) !== 0) {
      wrote(k, cx, process, step.page, word, token);
    }
  }
  return end(k, my, cx);
}

function afterHandler(k: Kernel, my: UserLocals, result: Result, cx: Cx): Control {
  checkLocks(k, cx);
  const { process } = cx.scope.threads[cx.thread];
  const { page } = cx.scope.userSteps[my.step - 1] as { page: number };
  cx.check(checks.noPanicOnExhaustion, result !== EXCP_KERNEL_PANIC, process, page);
  if (result === EXCP_NON_FATAL) {
    resetLedger(k, cx);
    return goto(RETRY);
  }
  checkFailure(k, cx);
  if (result === EXCP_KERNEL_PANIC && cx.scope.options.panicStops) {
    k.halted = true;
    return stuck;
  }
  if (result === EXCP_USER_ERROR) {
    const outcome = userError(k, my, cx);
    resetLedger(k, cx);
    return outcome;
  }
  resetLedger(k, cx);
  return stop(my);
}

/** The access ends the thread; that is right only if the page was not promised all the time. */
function userError(k: Kernel, my: UserLocals, cx: Cx): Control {
  const { process } = cx.scope.threads[cx.thread];
  const { page } = cx.scope.userSteps[my.step - 1] as { page: number };
  // Who runs out of memory, or cannot read a file, may be killed.
  const excused = k.threads[cx.thread].exhausted;
  cx.check(checks.noSpuriousUserError, excused || !my.entitled, process, page);
  cx.note(() => 'user error: the thread ends');
  return stop(my);
}
