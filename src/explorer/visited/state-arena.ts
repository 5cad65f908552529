/**
 * Rows of equal size in chunks, by number: the states of a search, or their keys. The
 * oldest chunks may be on a disk, from where a row is fetched when it is read, or
 * discarded; then it cannot be read.
 */

import { Chunks } from './chunks.ts';
import type { Disk } from './spill.ts';

const NOTHING: readonly Int32Array[] = [];
/** Words of a chunk, unless a single row is larger. */
const CHUNK_WORDS = 2 ** 18;

export class StateArena extends Chunks {
  /** Size of a row in words. */
  readonly words: number;
  /** A chunk has 2 ** shift rows. */
  readonly shift: number;

  private discarded = 0;
  /** Rows below this one cannot be read. */
  private lowest = 0;
  private row: Int32Array | undefined;

  constructor(words: number, disk?: Disk) {
    const shift = Math.max(0, Math.floor(Math.log2(CHUNK_WORDS / words)));
    super(words * 2 ** shift, disk);
    this.words = words;
    this.shift = shift;
  }

  /** Rows that fit into the chunks there are. */
  get room(): number {
    return this.chunks.length * 2 ** this.shift;
  }

  /** Can the row be read? */
  has(id: number): boolean {
    return id >= this.lowest;
  }

  /** Copies a row to the front of `to`. */
  load(id: number, to: Int32Array): void {
    const { words, shift } = this;
    const chunk = this.chunks[id >>> shift] ?? this.fetch(id >>> shift);
    const base = (id & ((1 << shift) - 1)) * words;
    for (let i = 0; i < words; i++) to[i] = chunk[base + i];
  }

  /** Sets a row, which must be in memory, to what lies in `cells` from `at` on. */
  store(id: number, cells: Int32Array, at: number): void {
    const { words, shift } = this;
    const chunk = this.chunks[id >>> shift]!;
    const base = (id & ((1 << shift) - 1)) * words;
    for (let i = 0; i < words; i++) chunk[base + i] = cells[at + i];
  }

  /** Is the row equal to what lies in `cells` from `at` on? */
  equals(id: number, cells: Int32Array, at: number): boolean {
    return this.agreement(id, cells, at) === this.words;
  }

  /** How many of its words at the beginning are equal to what lies in `cells` from `at` on. */
  agreement(id: number, cells: Int32Array, at: number): number {
    const { words, shift } = this;
    let row = this.chunks[id >>> shift];
    let base = (id & ((1 << shift) - 1)) * words;
    if (row === undefined) {
      row = this.row ??= new Int32Array(words);
      base = 0;
      this.disk!.read(id * words, row);
    }
    let i = 0;
    while (i < words && row[base + i] === cells[at + i]) i++;
    return i;
  }

  /** The rows from `first` up to, not including, `end`, chunk by chunk. */
  *blocks(first: number, end: number): Generator<Int32Array> {
    for (let id = first; id < end; id = nextChunk(this, id)) {
      yield this.block(id, Math.min(nextChunk(this, id), end));
    }
  }

  /** Rows of one chunk, from `first` up to, not including, `end`. */
  block(first: number, end: number): Int32Array {
    const { words, shift } = this;
    const base = (first >>> shift) * 2 ** shift;
    return this.chunk(first >>> shift).subarray((first - base) * words, (end - base) * words);
  }

  /** Discards all rows below this one; returns the chunks that held no other. */
  discard(below: number): readonly Int32Array[] {
    if (below <= this.lowest) return NOTHING;
    this.lowest = below;
    const end = below >>> this.shift;
    if (end === this.discarded) return NOTHING;
    const freed: Int32Array[] = [];
    for (; this.discarded < end; this.discarded++) {
      const chunk = this.chunks[this.discarded];
      this.chunks[this.discarded] = undefined;
      if (chunk !== undefined) freed.push(chunk);
    }
    this.first = Math.max(this.first, this.discarded);
    return freed;
  }

  /** Moves the oldest chunk that the first `count` rows fill to the disk, and hands it over. */
  evict(count: number): Int32Array | undefined {
    return this.evictOf(count >>> this.shift);
  }

  /** How many chunks lie on the disk and can be read. */
  get onDisk(): number {
    return this.first - this.discarded;
  }

  protected override fetch(position: number): Int32Array {
    if (position < this.discarded) throw new Error(`The rows of chunk ${position} are discarded.`);
    return super.fetch(position);
  }
}

/** The first id of the chunk after that of this id. */
export function nextChunk({ shift }: StateArena, id: number): number {
  return ((id >>> shift) + 1) * 2 ** shift;
}
