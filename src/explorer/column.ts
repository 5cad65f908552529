/**
 * One number per state, in chunks: parents, marks, the stack of a depth-first search. The store
 * makes room in all its columns before a state gets its id, so that setting one never fails. The oldest
 * chunks may be on a disk, from where they are fetched when a number is asked for.
 */

import type { Disk } from './disk.ts';

const COLUMN_SHIFT = 16;
export const COLUMN_ROOM = 2 ** COLUMN_SHIFT;

export class Column {
  /** By position; undefined: on the disk. */
  private readonly chunks: (Int32Array | undefined)[] = [];
  private readonly disk: Disk | undefined;
  /** All chunks below this position are on the disk. */
  private first = 0;
  /** The chunk fetched last. */
  private fetched: Int32Array | undefined;
  private fetchedAt = -1;

  constructor(disk?: Disk) {
    this.disk = disk;
  }

  get room(): number {
    return this.chunks.length * COLUMN_ROOM;
  }

  get(index: number): number {
    return this.chunk(index >>> COLUMN_SHIFT)[index & (COLUMN_ROOM - 1)]!;
  }

  /** The number must be in memory: later than all that `evict` was told of. */
  set(index: number, value: number): void {
    this.chunks[index >>> COLUMN_SHIFT]![index & (COLUMN_ROOM - 1)] = value;
  }

  /** The first `count` numbers, chunk by chunk; a block holds until the next one is asked for. */
  *blocks(count: number): Generator<Int32Array> {
    for (let first = 0; first < count; first += COLUMN_ROOM) {
      yield this.block(first, Math.min(first + COLUMN_ROOM, count));
    }
  }

  /** Those from `first`, which begins a chunk, up to, not including, `end`, which does not pass it. */
  block(first: number, end: number): Int32Array {
    return this.chunk(first >>> COLUMN_SHIFT).subarray(0, end - first);
  }

  extend(chunk: Int32Array): void {
    this.chunks.push(chunk);
  }

  /**
   * Writes the oldest chunk to the disk and hands it over; undefined if there is none that the first
   * `count` numbers fill.
   */
  evict(count: number): Int32Array | undefined {
    if (this.disk === undefined || (this.first + 1) * COLUMN_ROOM > count) return undefined;
    const chunk = this.chunks[this.first]!;
    this.disk.write(this.first * COLUMN_ROOM, chunk);
    this.chunks[this.first++] = undefined;
    return chunk;
  }

  private chunk(position: number): Int32Array {
    const chunk = this.chunks[position];
    if (chunk !== undefined) return chunk;
    if (position !== this.fetchedAt) {
      this.fetched ??= new Int32Array(COLUMN_ROOM);
      this.disk!.read(position * COLUMN_ROOM, this.fetched);
      this.fetchedAt = position;
    }
    return this.fetched!;
  }
}
