/** Threads that create threads, and threads that end. */

import type { Control } from '../../../machine/vocabulary.ts';
import { HALVES } from '../../../model/almos-mkh/numbers.ts';
import { promiseStack } from '../../../model/almos-mkh/promises.ts';
import type { UserStep } from '../../../model/almos-mkh/scenario.ts';
import type { CopyRef, ThreadRef, VsegRef } from '../../../model/almos-mkh/scope.ts';
import type { Kernel } from '../../../model/almos-mkh/state.ts';
import { userFrame } from '../../../model/almos-mkh/threads.ts';
import type { UserLocals } from '../../../model/almos-mkh/threads.ts';
import { releaseDescriptor } from '../descriptors.ts';
import { checkCopiesChange, copiesAreBusy } from '../services/copies.ts';
import { hal_vmm_kernel_update } from '../services/hal_gpt.ts';
import { vseg_free } from '../services/vseg.ts';
import { vmm_create_vseg, vmm_delete_vseg } from '../vmm.ts';
import { at, blocked, calls, goto } from '../vocabulary.ts';
import type { Cx } from '../vocabulary.ts';
import { asks, end, stop } from './control.ts';
import type { UserStatement } from './control.ts';
import { unlinkCopy } from './exit.ts';
import { CREATE, CREATED, CREATE_RPC, DESTROY, LEAVE, LEFT } from './labels.ts';
import { checkFailure, checkLocks, resetLedger } from './ledger.ts';

export const threadStatements: readonly UserStatement[] = [
  // thread_user_create, by RPC in the cluster of the new thread: its stack is made there.
  calls(
    CREATE,
    'create a thread',
    () => vmm_create_vseg,
    (_k, my, to, cx) => {
      const created = cx.scope.threads[createdBy(my, cx)];
      to.copy = created.copy;
      to.type = 'STACK';
      to.base = created.slot - 1;
      to.cxy = created.cluster;
    },
    (k, my, result, cx) => {
      if (result === null) checkFailure(k, cx);
      else startThread(k, cx, createdBy(my, cx));
      return end(k, my, cx);
    },
  ),
  at(CREATE_RPC, 'create a thread by RPC', (k, my, cx) => {
    const { process } = cx.scope.threads[cx.thread];
    const created = createdBy(my, cx);
    if (copiesAreBusy(k, cx, process)) return blocked;
    if (!asks(k, my, cx, cx.scope.threads[created].cluster)) return blocked;
    return beginThread(k, my, cx, created);
  }),
  at(CREATED, 'create a thread', (k, my, cx) => {
    startThread(k, cx, createdBy(my, cx));
    return end(k, my, cx);
  }),
  calls(
    LEAVE,
    'end of the thread',
    () => vmm_delete_vseg,
    (_k, _my, to, cx) => {
      const { copy, slot } = cx.scope.threads[cx.thread];
      to.copy = copy;
      to.vaddr = HALVES * (cx.scope.stackBase + (slot - 1) * cx.scope.stackSize + 1);
    },
    () => goto(LEFT),
  ),
  // The copy goes with its last thread, but not the reference: its parent waits for that one.
  at(LEFT, 'end of the thread', (k, my, cx) => {
    const { copy, process, alone } = cx.scope.threads[cx.thread];
    const last = alone && !cx.scope.copies[copy].isReference;
    if (last && copiesAreBusy(k, cx, process)) return blocked;
    cx.note(() => 'the thread ends');
    checkLocks(k, cx);
    resetLedger(k, cx);
    if (last) {
      my.exiting = true;
      my.step = 0;
      if (cx.scope.options.copyUnlinked === 'before') unlinkCopy(k, cx, copy);
      return goto(DESTROY);
    }
    return stop(my);
  }),
];

export function creates(cx: Cx, choices: readonly number[]): boolean {
  for (const index of choices) if (cx.scope.userSteps[index].do === 'create') return true;
  return false;
}

function createdBy(my: UserLocals, cx: Cx): ThreadRef {
  const step = cx.scope.userSteps[my.step - 1] as Extract<UserStep, { do: 'create' }>;
  return cx.scope.thread.at(step.thread);
}

/** The descriptor of the process in the cluster of the new thread, if it has none there yet. */
export function beginThread(k: Kernel, my: UserLocals, cx: Cx, created: ThreadRef): Control {
  const { copy, process, slot } = cx.scope.threads[created];
  const vmm = k.copies[copy];
  if (!vmm.exists) {
    if (!makeKernelVsegs(k, cx, copy)) {
      checkFailure(k, cx);
      return end(k, my, cx);
    }
    vmm.exists = true;
    vmm.ready = true;
    vmm.first_free_vpn = cx.scope.heapBase;
    const { copies } = k.processes[process];
    checkCopiesChange(cx, process);
    if (cx.scope.options.copiesOrder === 'registration') copies.push(copy);
    else copies.unshift(copy);
  }
  return goto(slot > 0 ? CREATE : CREATED);
}

/** The vsegs of the kernel of a new copy, all or none: without them the copy is not made. */
function makeKernelVsegs(k: Kernel, cx: Cx, copy: CopyRef): boolean {
  const made = hal_vmm_kernel_update(k, cx, copy);
  if (!made) {
    const { vsl } = k.copies[copy];
    while (vsl.length > 0) {
      vseg_free(k, cx, vsl.at(0) as VsegRef);
      vsl.splice(0, 1);
    }
    releaseDescriptor(k, cx.scope, copy);
  }
  k.threads[cx.thread].descriptors = 0; // they belong to the copy
  return made;
}

function startThread(k: Kernel, cx: Cx, created: ThreadRef): void {
  userFrame(k, created).started = true;
  promiseStack(cx.scope, k, created);
}
