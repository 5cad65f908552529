/**
 * Physical memory: frames with the counters that the VM code keeps in their
 * descriptors, and what they hold (ghost: small tokens instead of bytes). Frame i
 * belongs to cluster i / framesPerCluster.
 */

import type { Pool, Ref } from '../../state/pool.ts';
import { record } from '../../state/record.ts';
import { bool, int, oneOf, upTo } from '../../state/values.ts';
import { exclusive } from '../../hw/locks.ts';
import type { Exclusive } from '../../hw/locks.ts';

interface Frame {
  free: boolean;
  /** Signed here so that an underflow can be seen; unsigned in C. */
  refcount: number;
  /** Copies still owed because of forks. */
  forks: number;
  /** Protects `forks`. */
  readonly lock: Exclusive;
  /** Ghost: who the frame was allocated for. */
  owner: 'user' | 'mapper' | 'kernel';
  /** Ghost: token held by the first and the second word. */
  word0: number;
  word1: number;
}

/**
 * `most` bounds the counters: forks up to it, refcount from its half below zero to its half above.
 */
export const frameSchema = (
  thread: Pool<'thread'>,
  tokens: number,
  words: number,
  most: number,
  kernel: boolean,
) =>
  record({
    free: bool,
    refcount: int(-(most + 1) / 2, (most - 1) / 2),
    forks: upTo(most),
    lock: exclusive(thread),
    owner: kernel ? oneOf('user', 'mapper', 'kernel') : oneOf<Frame['owner']>('user', 'mapper'),
    word0: upTo(tokens - 1),
    word1: upTo(words > 1 ? tokens - 1 : 0),
  });

/** The free frame of lowest number among `from` .. `from + count - 1`, or null. */
export function lowestFree(
  frames: { readonly [I in Ref<'frame'>]: Frame },
  pool: Pool<'frame'>,
  from: number,
  count: number,
): Ref<'frame'> | null {
  for (let i = from; i < from + count; i++) {
    const frame = pool.all[i];
    if (frames[frame].free) return frame;
  }
  return null;
}
