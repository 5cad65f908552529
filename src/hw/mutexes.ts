/** Mutual exclusion: locks with one holder, which may nest or keep the order of arrival. */

import type { Pool, Ref } from '../state/pool.ts';
import { list } from '../state/list.ts';
import type { List } from '../state/list.ts';
import { record } from '../state/record.ts';
import type { Composite } from '../state/record.ts';
import { optional, ref } from '../state/references.ts';
import { upTo } from '../state/values.ts';
import { busylock_acquire, busylock_release, exclusive } from './locks.ts';
import type { Exclusive } from './locks.ts';
import type { NamedLock } from './named-locks.ts';

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

/** The cells of a recursive mutex. */
export interface Nested<T extends string = 'thread'> extends Exclusive<T> {
  /** How often the holder has taken it. */
  depth: number;
}

/** A mutex that its holder may take again, up to `most` times in all. Blank: free. */
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
