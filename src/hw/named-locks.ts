/**
 * Locks of the usual kinds, each with a name and with holders, for systems that have no C names for
 * them. A lock is declared once; its methods work on the cells of a state, be they a view or a
 * draft. Acquiring answers false when the caller has to wait, and releasing when the caller does
 * not hold the lock: nothing is written then, so that a statement may answer `blocked`, or judge
 * the release of another's lock.
 */

import type { Pool, Ref } from '../state/pool.ts';
import { list } from '../state/list.ts';
import type { List } from '../state/list.ts';
import { record } from '../state/record.ts';
import type { Composite } from '../state/record.ts';
import { optional, ref } from '../state/references.ts';
import { upTo } from '../state/values.ts';
import { counter } from './counter.ts';
import type { Counter } from './counter.ts';
import {
  busylock_acquire,
  busylock_release,
  exclusive,
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

/** What can be asked of every lock that knows its holders; `L` are its cells in a state. */
export interface NamedLock<L, T extends string = 'thread'> {
  /** As in sentences: `mmap_lock`. */
  readonly name: string;
  readonly schema: Composite<L>;
  isHeldBy(lock: L, thread: Ref<T>): boolean;
  /** False: the caller does not hold it, and keeps it so. */
  release(lock: L, thread: Ref<T>): boolean;
}

/** Who holds a lock, as a sentence: `mmap_lock is held by thread 1`, or `... by nobody`. */
export function holders<L, T extends string>(
  lock: NamedLock<L, T>,
  cells: L,
  threads: Pool<T>,
  nameOf: (thread: Ref<T>) => string = (thread) => `${threads.name} ${thread}`,
): string {
  const held = threads.all.filter((thread) => lock.isHeldBy(cells, thread)).map(nameOf);
  return `${lock.name} is held by ${held.length === 0 ? 'nobody' : held.join(' and ')}`;
}

/** Mutual exclusion; a holder that acquires it again waits forever. Blank: free. */
export class Mutex<T extends string = 'thread'> implements NamedLock<Exclusive<T>, T> {
  readonly name: string;
  readonly schema: Composite<Exclusive<T>>;

  constructor(name: string, thread: Pool<T>) {
    this.name = name;
    this.schema = exclusive(thread);
  }

  acquire(lock: Exclusive<T>, thread: Ref<T>): boolean {
    return busylock_acquire(lock, thread);
  }

  release(lock: Exclusive<T>, thread: Ref<T>): boolean {
    if (lock.holder !== thread) return false;
    busylock_release(lock);
    return true;
  }

  isHeldBy(lock: Exclusive<T>, thread: Ref<T>): boolean {
    return lock.holder === thread;
  }
}

/** A mutex that its holder may take again, up to `most` times in all. Blank: free. */
export interface Nested<T extends string = 'thread'> extends Exclusive<T> {
  /** How often the holder has taken it. */
  depth: number;
}

export class RecursiveMutex<T extends string = 'thread'> implements NamedLock<Nested<T>, T> {
  readonly name: string;
  readonly schema: Composite<Nested<T>>;

  constructor(name: string, thread: Pool<T>, most = 3) {
    this.name = name;
    this.schema = record({ holder: optional(thread), depth: upTo(most) });
  }

  acquire(lock: Nested<T>, thread: Ref<T>): boolean {
    if (lock.holder !== null && lock.holder !== thread) return false;
    lock.depth += 1;
    lock.holder = thread;
    return true;
  }

  release(lock: Nested<T>, thread: Ref<T>): boolean {
    if (lock.holder !== thread) return false;
    lock.depth -= 1;
    if (lock.depth === 0) lock.holder = null;
    return true;
  }

  isHeldBy(lock: Nested<T>, thread: Ref<T>): boolean {
    return lock.holder === thread;
  }
}

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

/** The threads that hold a ticket lock or wait for it, the holder first. */
export interface Queue<T extends string = 'thread'> {
  readonly queue: List<Ref<T>>;
}

/**
 * Mutual exclusion in the order of arrival: taking a ticket is one step, waiting for it another.
 */
export class TicketLock<T extends string = 'thread'> implements NamedLock<Queue<T>, T> {
  readonly name: string;
  readonly schema: Composite<Queue<T>>;

  constructor(name: string, thread: Pool<T>) {
    this.name = name;
    this.schema = record({ queue: list(ref(thread), thread.size) });
  }

  /** Takes a ticket; true: it is its turn at once. */
  arrive(lock: Queue<T>, thread: Ref<T>): boolean {
    return lock.queue.push(thread) === 1;
  }

  /** False: it is another one's turn. */
  isHeldBy(lock: Queue<T>, thread: Ref<T>): boolean {
    return lock.queue.at(0) === thread;
  }

  release(lock: Queue<T>, thread: Ref<T>): boolean {
    if (!this.isHeldBy(lock, thread)) return false;
    lock.queue.splice(0, 1);
    return true;
  }
}

/** Blank: nobody may pass; set `value` in the start state. */
export interface Counting {
  /** How many may still pass. */
  value: number;
}

/** Up to `most` may pass; who passed is not known, and anybody may let another one pass. */
export class Semaphore {
  readonly name: string;
  readonly schema: Composite<Counting>;
  private readonly most: number;

  constructor(name: string, most: number) {
    this.name = name;
    this.most = most;
    this.schema = record({ value: upTo(most) });
  }

  /** False: it is 0, and the caller has to wait. */
  down(semaphore: Counting): boolean {
    if (semaphore.value === 0) return false;
    semaphore.value -= 1;
    return true;
  }

  /** False: it has its largest value already. */
  up(semaphore: Counting): boolean {
    if (semaphore.value === this.most) return false;
    semaphore.value += 1;
    return true;
  }
}

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
