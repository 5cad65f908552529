/**
 * Locks as the kernels of many-core machines offer them. Holders are threads, so that an
 * invariant can ask who still holds what. Acquiring answers false when the caller has to wait;
 * nothing is written then.
 */

import type { Pool, Ref } from '../state/pool.ts';
import { record } from '../state/record.ts';
import { optional } from '../state/references.ts';
import { upTo } from '../state/values.ts';

/** A lock with one holder: `busylock`, `remote_busylock`, a PTE's LOCKED bit. Null is free. */
export interface Exclusive<T extends string = 'thread'> {
  holder: Ref<T> | null;
}

export const exclusive = <T extends string>(thread: Pool<T>) =>
  record({ holder: optional(thread) });

/** Spinning mutual exclusion, not reentrant: a second acquire by the holder waits for ever. */
export function busylock_acquire<T extends string>(lock: Exclusive<T>, thread: Ref<T>): boolean {
  if (lock.holder !== null) return false;
  lock.holder = thread;
  return true;
}

export function busylock_release(lock: Exclusive<string>): void {
  lock.holder = null;
}

/** `remote_rwlock`: many readers (bit t: thread t) or one writer. */
export interface ReadWrite<T extends string = 'thread'> {
  readers: number;
  writer: Ref<T> | null;
  /** Writers that wait and let no new reader pass; 0 where a waiting writer stops nobody. */
  waiting: number;
}

/** `fair`: a writer that waits stops new readers. */
export const readWrite = <T extends string>(thread: Pool<T>, fair = false) =>
  record({
    readers: upTo(2 ** thread.size - 1),
    writer: optional(thread),
    waiting: upTo(fair ? 2 ** thread.size - 1 : 0),
  });

export function remote_rwlock_rd_acquire<T extends string>(
  lock: ReadWrite<T>,
  thread: Ref<T>,
): boolean {
  if (lock.writer !== null || lock.waiting !== 0) return false;
  lock.readers |= 1 << thread;
  return true;
}

export function remote_rwlock_rd_release<T extends string>(
  lock: ReadWrite<T>,
  thread: Ref<T>,
): void {
  lock.readers &= ~(1 << thread);
}

export function remote_rwlock_wr_acquire<T extends string>(
  lock: ReadWrite<T>,
  thread: Ref<T>,
): boolean {
  if (lock.writer !== null || lock.readers !== 0) return false;
  lock.writer = thread;
  if (lock.waiting !== 0) lock.waiting &= ~(1 << thread);
  return true;
}

/** A writer that has to wait says so, where that is kept. False: it has done so already. */
export function remote_rwlock_wr_wait<T extends string>(
  lock: ReadWrite<T>,
  thread: Ref<T>,
): boolean {
  const bit = 1 << thread;
  if ((lock.waiting & bit) !== 0) return false;
  lock.waiting |= bit;
  return true;
}

export function remote_rwlock_wr_release(lock: ReadWrite<string>): void {
  lock.writer = null;
}

export function reads<T extends string>(lock: ReadWrite<T>, thread: Ref<T>): boolean {
  return (lock.readers & (1 << thread)) !== 0;
}

export function writes<T extends string>(lock: ReadWrite<T>, thread: Ref<T>): boolean {
  return lock.writer === thread;
}
