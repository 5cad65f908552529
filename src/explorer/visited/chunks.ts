/**
 * Memory that grows by chunks of equal size. The oldest ones may be on a disk, from where one at a
 * time is fetched when it is read.
 */

import type { Disk } from './spill.ts';

export class Chunks {
  /** Size of a chunk in words. */
  readonly chunkWords: number;
  /** By position; undefined: elsewhere. */
  readonly chunks: (Int32Array | undefined)[] = [];

  protected readonly disk: Disk | undefined;
  /** All chunks below this position are elsewhere. */
  protected first = 0;
  /** The chunk fetched last: they are asked for one after the other. */
  private fetched: Int32Array | undefined;
  private fetchedAt = -1;

  constructor(chunkWords: number, disk: Disk | undefined) {
    this.chunkWords = chunkWords;
    this.disk = disk;
  }

  extend(chunk: Int32Array): void {
    this.chunks.push(chunk);
  }

  /** The chunk at a position, wherever it is; a fetched one holds until the next is fetched. */
  chunk(position: number): Int32Array {
    return this.chunks[position] ?? this.fetch(position);
  }

  /**
   * Writes the oldest of the first `full` chunks to the disk and hands it over;
   * undefined: there is none.
   */
  protected evictOf(full: number): Int32Array | undefined {
    if (this.disk === undefined || this.first >= full) return undefined;
    const chunk = this.chunks[this.first]!;
    this.disk.write(this.first * this.chunkWords, chunk);
    this.chunks[this.first++] = undefined;
    return chunk;
  }

  protected fetch(position: number): Int32Array {
    if (this.disk === undefined) throw new Error(`There is no chunk ${position}.`);
    if (position !== this.fetchedAt) {
      this.fetched ??= new Int32Array(this.chunkWords);
      this.disk.read(position * this.chunkWords, this.fetched);
      this.fetchedAt = position;
    }
    return this.fetched!;
  }
}
