/** Taking and giving back a lock, as statements of C. */

import { ModelError } from '../errors.ts';
import { blocked, next, vocabulary } from '../machine/vocabulary.ts';
import type { StatementCode } from '../machine/vocabulary.ts';
import type { Ref } from '../state/pool.ts';
import { demandMembers } from '../state/demand.ts';

/** A lock that is taken in one way; `L` are its cells in a state. */
export interface Takeable<L> {
  readonly name: string;
  acquire(lock: L, thread: Ref<'thread'>): boolean;
  release(lock: L, thread: Ref<'thread'>): boolean;
}

/** A lock, and where it stands in a state `K`. */
export interface LockParts<K, L> {
  readonly lock: Takeable<L>;
  readonly of: (k: K) => L;
  /** Text of the lines; `acquire(&NAME)` and `release(&NAME)` if left out. */
  readonly tokens?: readonly [acquire: string, release: string];
}

/** Statements that take and give back one lock, each at the line that it is given. */
export interface LockStatements<K> {
  /** Waits until the lock is free, and takes it. */
  acquire(line: number): StatementCode<K, unknown, unknown>;
  /**
   * Gives it back. It is a model error if the thread does not hold it: where that is what a search
   * is to find, write the statement with the lock's own `release`.
   */
  release(line: number): StatementCode<K, unknown, unknown>;
}

/** `lockStatements({ lock: new Mutex('kmem.lock', thread), of: (k) => k.lock })`. */
export function lockStatements<K, L>(parts: LockParts<K, L>): LockStatements<K> {
  demandMembers('lockStatements', parts, ['lock', 'of']);
  const { lock, of } = parts;
  const [acquire, release] = parts.tokens ?? [`acquire(&${lock.name})`, `release(&${lock.name})`];
  const { at } = vocabulary<K>();
  return {
    acquire: (line) =>
      at<unknown>(line, acquire, (k, _, cx) => (lock.acquire(of(k), cx.thread) ? next : blocked)),
    release: (line) =>
      at<unknown>(line, release, (k, _, cx) => {
        if (lock.release(of(k), cx.thread)) return next;
        throw new ModelError(`${lock.name} is released by a thread that does not hold it`);
      }),
  };
}
