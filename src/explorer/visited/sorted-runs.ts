/**
 * The part of the visited set that lies on a disk. States whose table memory is needed again are
 * written as a *run*: pairs of hash and id in the order of the hashes. In memory remains the first
 * hash of each block of pairs, so that a look-up reads one block of each run. Runs of about the
 * same size are merged, so there are few: their sizes at least double from one to the next.
 */

import type { Disk, Spill } from './spill.ts';

/** Pairs that are read at a time to find one. */
const BLOCK = 256;
/** Pairs that are read and written at a time when runs are merged: 128 KB. */
const STRETCH = 64 * BLOCK;
/** A pair is compared as one number, so the hash has to be its high half. */
const HASH = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;
const ID = 1 - HASH;

interface Run {
  readonly disk: Disk;
  readonly pairs: number;
  /** The hash of the first pair of each block. */
  readonly firsts: Uint32Array;
}

export class SortedRuns {
  /** Bytes held in memory. */
  bytes = 0;

  private readonly spill: Spill;
  /** The largest first. */
  private readonly runs: Run[] = [];
  private readonly block = new Int32Array(2 * BLOCK);

  constructor(spill: Spill) {
    this.spill = spill;
  }

  get empty(): boolean {
    return this.runs.length === 0;
  }

  /**
   * Adds so many pairs of hash and id, from words that are sorted here.
   * Throws what the disk throws.
   */
  add(words: Int32Array, pairs: number): void {
    new BigUint64Array(words.buffer, words.byteOffset, pairs).sort();
    this.write(pairs, (writer) => {
      for (let i = 0; i < pairs; i++) writer.add(words[2 * i + HASH], words[2 * i + ID]);
    });
    const { runs } = this;
    while (runs.length > 1 && runs.at(-2)!.pairs < 2 * runs.at(-1)!.pairs) this.mergeLast();
  }

  /** The first id with this hash that `matches`; undefined if there is none. */
  find(hash: number, matches: (id: number) => boolean): number | undefined {
    for (let i = this.runs.length - 1; i >= 0; i--) {
      const found = this.findIn(this.runs[i], hash >>> 0, matches);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Moves the ids and hashes of a pair into place: the `i`-th of `words`. */
  static set(words: Int32Array, i: number, hash: number, id: number): void {
    words[2 * i + HASH] = hash;
    words[2 * i + ID] = id;
  }

  private findIn(
    { disk, pairs, firsts }: Run,
    hash: number,
    matches: (id: number) => boolean,
  ): number | undefined {
    // The last block that begins below the hash may end with it; those behind may begin with it.
    let at = Math.max(0, notBelow(hash, firsts, 1, firsts.length) - 1);
    for (; at < firsts.length && firsts[at] <= hash; at++) {
      const length = Math.min(BLOCK, pairs - at * BLOCK);
      const block = length === BLOCK ? this.block : this.block.subarray(0, 2 * length);
      disk.read(2 * BLOCK * at, block);
      for (let i = notBelow(hash, block.subarray(HASH), 2, length); i < length; i++) {
        if (block[2 * i + HASH] >>> 0 !== hash) break;
        const id = block[2 * i + ID];
        if (matches(id)) return id;
      }
    }
    return undefined;
  }

  /** Puts one run in the place of the last two. */
  private mergeLast(): void {
    const merged = this.runs.slice(-2);
    const [left, right] = merged.map((run) => new Reader(run)) as [Reader, Reader];
    this.write(merged[0].pairs + merged[1].pairs, (writer) => {
      while (!left.ended || !right.ended) {
        const next = right.ended || (!left.ended && left.isBelow(right)) ? left : right;
        writer.add(next.hash, next.id);
        next.advance();
      }
    });
    this.runs.splice(-3, 2);
    for (const { disk, firsts } of merged) {
      this.bytes -= firsts.byteLength;
      disk.close();
    }
  }

  /** Adds a run of so many pairs. */
  private write(pairs: number, fill: (writer: Writer) => void): void {
    const disk = this.spill.open('visited set');
    try {
      const writer = new Writer(disk, pairs);
      fill(writer);
      const { firsts } = writer;
      this.runs.push({ disk, pairs, firsts });
      this.bytes += firsts.byteLength;
    } catch (error) {
      disk.close();
      throw error;
    }
  }
}

/** The first of so many hashes, `stride` words from each other, that is not below this one. */
function notBelow(hash: number, hashes: Int32Array | Uint32Array, stride: number, count: number) {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (hashes[stride * middle] >>> 0 < hash) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Goes over the pairs of a run. */
class Reader {
  ended = false;
  hash = 0;
  id = 0;

  private readonly run: Run;
  private readonly words = new Int32Array(2 * STRETCH);
  private next = 0;

  constructor(run: Run) {
    this.run = run;
    this.advance();
  }

  advance(): void {
    const { run, words, next } = this;
    this.ended = next === run.pairs;
    if (this.ended) return;
    const i = next % STRETCH;
    if (i === 0) {
      run.disk.read(2 * next, words.subarray(0, 2 * Math.min(STRETCH, run.pairs - next)));
    }
    this.hash = words[2 * i + HASH];
    this.id = words[2 * i + ID];
    this.next++;
  }

  isBelow(other: Reader): boolean {
    const [mine, others] = [this.hash >>> 0, other.hash >>> 0];
    return mine < others || (mine === others && this.id < other.id);
  }
}

/** Writes so many pairs, one after the other, and notes where each block begins. */
class Writer {
  readonly firsts: Uint32Array;
  private readonly disk: Disk;
  private readonly pairs: number;
  private readonly words = new Int32Array(2 * STRETCH);
  private count = 0;

  constructor(disk: Disk, pairs: number) {
    this.disk = disk;
    this.pairs = pairs;
    this.firsts = new Uint32Array(Math.ceil(pairs / BLOCK));
  }

  add(hash: number, id: number): void {
    const { count, words, firsts } = this;
    if (count % BLOCK === 0) firsts[count / BLOCK] = hash;
    SortedRuns.set(words, count % STRETCH, hash, id);
    this.count++;
    if (this.count % STRETCH === 0 || this.count === this.pairs) {
      const first = count - (count % STRETCH);
      this.disk.write(2 * first, words.subarray(0, 2 * (this.count - first)));
    }
  }
}
