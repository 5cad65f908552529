/** Readers and writers: either writers wait for readers, or readers read again. */

import type { Pool, Ref } from '../state/pool.ts';
import { record } from '../state/record.ts';
import type { Composite } from '../state/record.ts';
import { optional } from '../state/references.ts';
import { counter } from './counter.ts';
import type { Counter } from './counter.ts';
import {
  busylock_acquire,
  busylock_release,
  reads,
  readWrite,
  remote_rwlock_rd_acquire,
  remote_rwlock_rd_release,
  remote_rwlock_wr_acquire,
  remote_rwlock_wr_release,
  remote_rwlock_wr_wait,
  writes,
} from './locks.ts';
import type { Exclusive, ReadWrite } from './locks.ts';
import type { NamedLock } from './named-locks.ts';

/** Many readers or one writer, of at most 31 threads. Blank: free. */
export class ReadWriteLock<T extends string = 'thread'> implements NamedLock<ReadWrite<T>, T> {
  readonly name: string;
  readonly schema: Composite<ReadWrite<T>>;

  /** `writersFirst`: a writer that has said that it waits lets no new reader pass. */
  constructor(name: string, thread: Pool<T>, writersFirst = false) {
    this.name = name;
    this.schema = readWrite(thread, writersFirst);
  }

  acquireRead(lock: ReadWrite<T>, thread: Ref<T>): boolean {
    return remote_rwlock_rd_acquire(lock, thread);
  }

  acquireWrite(lock: ReadWrite<T>, thread: Ref<T>): boolean {
    return remote_rwlock_wr_acquire(lock, thread);
  }

  /** A writer says that it waits. False: it has done so already. Only with `writersFirst`. */
  waitToWrite(lock: ReadWrite<T>, thread: Ref<T>): boolean {
    return remote_rwlock_wr_wait(lock, thread);
  }

  /** The writer becomes a reader, and lets nobody write in between. */
  downgrade(lock: ReadWrite<T>, thread: Ref<T>): boolean {
    if (lock.writer !== thread) return false;
    lock.writer = null;
    lock.readers |= 1 << thread;
    return true;
  }

  release(lock: ReadWrite<T>, thread: Ref<T>): boolean {
    if (lock.writer === thread) remote_rwlock_wr_release(lock);
    else if (reads(lock, thread)) remote_rwlock_rd_release(lock, thread);
    else return false;
    return true;
  }

  isHeldBy(lock: ReadWrite<T>, thread: Ref<T>): boolean {
    return reads(lock, thread) || writes(lock, thread);
  }

  isWrittenBy(lock: ReadWrite<T>, thread: Ref<T>): boolean {
    return writes(lock, thread);
  }
}

/** The cells of a sequence lock: its writer, and its sequence. */
export interface Sequence<T extends string = 'thread'> extends Exclusive<T> {
  /** Odd while a thread writes. */
  sequence: number;
}

/**
 * Readers do not stop the writer: they read again if the sequence is no longer what it was. Its
 * width bounds how many writes are distinguished; blank: no thread writes, sequence 0.
 */
export class SequenceLock<T extends string = 'thread'> implements NamedLock<Sequence<T>, T> {
  readonly name: string;
  readonly schema: Composite<Sequence<T>>;
  private readonly counts: Counter;

  constructor(name: string, thread: Pool<T>, width = 4) {
    this.name = name;
    this.counts = counter(width);
    this.schema = record({ holder: optional(thread), sequence: this.counts.schema });
  }

  acquireWrite(lock: Sequence<T>, thread: Ref<T>): boolean {
    if (!busylock_acquire(lock, thread)) return false;
    lock.sequence = this.counts.plus(lock.sequence, 1);
    return true;
  }

  release(lock: Sequence<T>, thread: Ref<T>): boolean {
    if (lock.holder !== thread) return false;
    busylock_release(lock);
    lock.sequence = this.counts.plus(lock.sequence, 1);
    return true;
  }

  /** May a reader begin? It keeps `sequence` to compare at the end. */
  mayRead({ sequence }: Sequence<T>): boolean {
    return sequence % 2 === 0;
  }

  /** Has a thread written since the reader began? Then the reader has to start again. */
  hasChanged({ sequence }: Sequence<T>, begun: number): boolean {
    return sequence !== begun;
  }

  isHeldBy(lock: Sequence<T>, thread: Ref<T>): boolean {
    return lock.holder === thread;
  }
}
