/**
 * Locks of the usual kinds, each with a name and with holders, for systems that have no C names for
 * them. A lock is declared once; its methods work on the cells of a state, be they a view or a
 * draft. Acquiring answers false when the caller has to wait, and releasing when the caller does
 * not hold the lock: nothing is written then, so that a statement may answer `blocked`, or judge
 * the release of another's lock.
 */

import type { Pool, Ref } from '../state/pool.ts';
import type { Composite } from '../state/record.ts';

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
