/**
 * One number per state, in chunks: parents, marks, the stack of a depth-first search. The store
 * makes room in all its columns before a state gets its id, so that setting one never fails.
 */

import { Chunks } from './chunks.ts';
import type { Disk } from './spill.ts';

const COLUMN_SHIFT = 16;
export const COLUMN_ROOM = 2 ** COLUMN_SHIFT;

export class Column extends Chunks {
  constructor(disk?: Disk) {
    super(COLUMN_ROOM, disk);
  }

  get room(): number {
    return this.chunks.length * COLUMN_ROOM;
  }

  get(index: number): number {
    return this.chunk(index >>> COLUMN_SHIFT)[index & (COLUMN_ROOM - 1)];
  }

  /** The number must be in memory: later than all that `evict` was called with. */
  set(index: number, value: number): void {
    this.chunks[index >>> COLUMN_SHIFT]![index & (COLUMN_ROOM - 1)] = value;
  }

  /** The first `count` numbers, chunk by chunk; a block holds until the next one is asked for. */
  *blocks(count: number): Generator<Int32Array> {
    for (let first = 0; first < count; first += COLUMN_ROOM) {
      yield this.block(first, Math.min(first + COLUMN_ROOM, count));
    }
  }

  /**
   * Those from `first`, which begins a chunk, up to, not including, `end`, which does not pass it.
   */
  block(first: number, end: number): Int32Array {
    return this.chunk(first >>> COLUMN_SHIFT).subarray(0, end - first);
  }

  /** Moves the oldest chunk that the first `count` numbers fill to the disk, and hands it over. */
  evict(count: number): Int32Array | undefined {
    return this.evictOf(count >>> COLUMN_SHIFT);
  }
}
