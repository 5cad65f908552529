/** exec: the other threads end, the old address space goes, and the new program is loaded. */

import type { Control } from '../../../machine/vocabulary.ts';
import { HALVES } from '../../../model/almos-mkh/numbers.ts';
import { ZERO } from '../../../model/almos-mkh/programs.ts';
import { promisePage, promiseStack, promiseVseg } from '../../../model/almos-mkh/promises.ts';
import type { Kernel } from '../../../model/almos-mkh/state.ts';
import type { UserLocals } from '../../../model/almos-mkh/threads.ts';
import { vmm_create_vseg, vmm_user_init, vmm_user_reset } from '../vmm.ts';
import { at, blocked, calls, goto } from '../vocabulary.ts';
import type { Cx } from '../vocabulary.ts';
import { end } from './control.ts';
import type { UserStatement } from './control.ts';
import { endThreads, othersAreOut } from './exit.ts';
import { EXEC, EXIT, LOAD, RESET, STACK, USERINIT } from './labels.ts';
import { checkLocks, resetLedger } from './ledger.ts';
import { forgetPromises } from './memory.ts';

export const execStatements: readonly UserStatement[] = [
  // All other threads are deleted as by exit; those of other clusters destroy their copies later.
  at(EXEC, 'exec', (k, my, cx) => {
    const { process } = cx.scope.threads[cx.thread];
    if (!othersAreOut(k, cx)) return blocked;
    const { step } = my;
    endThreads(k, cx, process, cx.thread);
    my.step = step;
    forgetPromises(k, cx, process, 0, cx.scope.pages);
    return goto(RESET);
  }),
  calls(
    RESET,
    'vmm_user_reset',
    () => vmm_user_reset,
    (_k, _my, to, cx) => {
      to.copy = cx.scope.threads[cx.thread].copy;
    },
    () => goto(USERINIT),
  ),
  calls(
    USERINIT,
    'vmm_user_init',
    () => vmm_user_init,
    (_k, _my, to, cx) => {
      to.copy = cx.scope.threads[cx.thread].copy;
    },
    (k, my, result, cx) => {
      k.processes[cx.scope.threads[cx.thread].process].unmapped = 0;
      return result === 0 ? afterLoad(k, my, cx) : execFails(k, my, cx);
    },
  ),
  // elf_load_process: the segments of the file, one after the other (option execLoads).
  calls(
    LOAD,
    'load a segment',
    () => vmm_create_vseg,
    (_k, my, to, cx) => {
      const { process, copy, cluster } = cx.scope.threads[cx.thread];
      const spec = cx.scope.programs[process][my.loaded];
      to.copy = copy;
      to.type = spec.type;
      to.base = HALVES * spec.page;
      to.size = HALVES * spec.pages;
      to.file_offset = HALVES * (spec.offset ?? 0);
      to.file_size = HALVES * (spec.filePages ?? spec.pages);
      to.mapper = cx.scope.fileIndex(spec.file as string) + 1;
      to.cxy = cluster;
    },
    (k, my, result, cx) => {
      if (result === null) return execFails(k, my, cx);
      my.loaded += 1;
      return afterLoad(k, my, cx);
    },
  ),
  // thread_user_exec: the thread keeps its number in its cluster, and so the slot of its stack.
  calls(
    STACK,
    'stack of the program',
    () => vmm_create_vseg,
    (_k, _my, to, cx) => {
      const { copy, cluster, slot } = cx.scope.threads[cx.thread];
      to.copy = copy;
      to.type = 'STACK';
      to.base = slot - 1;
      to.cxy = cluster;
    },
    (k, my, result, cx) => (result === null ? execFails(k, my, cx) : execEnds(k, my, cx)),
  ),
];

/** The next segment of the program, or its stack, or its first step. */
function afterLoad(k: Kernel, my: UserLocals, cx: Cx): Control {
  const { process, slot } = cx.scope.threads[cx.thread];
  if (my.loaded < cx.scope.programs[process].length) return goto(LOAD);
  return cx.scope.options.execLoads && slot > 0 ? goto(STACK) : execEnds(k, my, cx);
}

/** What a new program may read: its areas, its segments, its stack. */
function execEnds(k: Kernel, my: UserLocals, cx: Cx): Control {
  const { process } = cx.scope.threads[cx.thread];
  const { utilsBase, args, envs } = cx.scope.scenario;
  for (let page = utilsBase; page < utilsBase + args + envs; page++) {
    promisePage(cx.scope, k, process, page, ZERO);
  }
  for (const spec of cx.scope.programs[process]) promiseVseg(cx.scope, k, process, spec);
  if (cx.scope.options.execLoads) promiseStack(cx.scope, k, cx.thread);
  my.loaded = 0;
  return end(k, my, cx);
}

/** There is no way back to the program that was: nothing is promised (option execFailure). */
function execFails(k: Kernel, my: UserLocals, cx: Cx): Control {
  my.loaded = 0;
  if (cx.scope.options.execFailure === 'returns') return end(k, my, cx);
  checkLocks(k, cx);
  resetLedger(k, cx);
  return goto(EXIT);
}
