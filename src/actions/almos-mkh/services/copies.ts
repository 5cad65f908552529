/** The list of the copies of a process, and its lock. */

import {
  reads,
  remote_rwlock_rd_acquire,
  remote_rwlock_rd_release,
  remote_rwlock_wr_acquire,
  remote_rwlock_wr_release,
  writes,
} from '../../../hw/locks.ts';
import { checks } from '../../../model/almos-mkh/step-invariants.ts';
import type { ProcessRef } from '../../../model/almos-mkh/scope.ts';
import type { Kernel } from '../../../model/almos-mkh/state.ts';
import type { Cx } from '../vocabulary.ts';

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
export function checkCopiesWalk(k: Kernel, cx: Cx, process: ProcessRef): void {
  const { copies_lock } = k.processes[process];
  const held = reads(copies_lock, cx.thread) || writes(copies_lock, cx.thread);
  cx.check(checks.copiesLockDiscipline, held, process);
}

/** A copy is linked or unlinked, by code that takes the lock or not (option copiesLocked). */
export function checkCopiesChange(cx: Cx, process: ProcessRef): void {
  cx.check(checks.copiesLockDiscipline, cx.scope.options.copiesLocked, process, 1);
}

/** A thread walks or changes the copies of the process: the list has to wait. */
export function copiesAreBusy(k: Kernel, cx: Cx, process: ProcessRef): boolean {
  const { readers, writer } = k.processes[process].copies_lock;
  return cx.scope.options.copiesLocked && (readers !== 0 || writer !== null);
}
