/**
 * Looking up many states together. A single look-up misses two cache lines, one of the
 * table and one of the states. Here all slots are computed, then all are read, then all
 * states that they name: none of these reads waits for another, so all of them take about
 * as long as a single one would.
 */

import { firstSlotOf, type HashTable } from './hash-table.ts';
import type { StateArena } from './state-arena.ts';

/**
 * States to look up: rows of `stride` words, each with a hash at `hashAt`
 * and a key from `keyAt` on.
 */
export interface Candidates {
  readonly rows: Int32Array;
  readonly count: number;
  readonly stride: number;
  readonly hashAt: number;
  readonly keyAt: number;
  /** Indexes of the rows that a look-up did not find: the first `unseenCount` of these. */
  readonly unseen: Int32Array;
  unseenCount: number;
}

const FIRST_ROOM = 256;

export class LookUp {
  private readonly table: HashTable;
  private readonly keys: StateArena;
  /** By row, the slot where its look-up begins, and what the slot holds. */
  private slots = new Int32Array(FIRST_ROOM);
  private entries = new Int32Array(FIRST_ROOM);
  /** Written so that no compiler leaves out reads made in advance. */
  protected read = 0;

  constructor(table: HashTable, keys: StateArena) {
    this.table = table;
    this.keys = keys;
  }

  /**
   * Finds the unseen ones: mostly new states, and what is there twice. Only states with ids below
   * `known` are relied on.
   */
  run(candidates: Candidates, known: number): void {
    this.readEntries(candidates);
    const { table, keys, entries } = this;
    const { mask } = table;
    const { rows, count, stride, keyAt, unseen } = candidates;
    const { words, shift, chunks } = keys;
    const inChunk = (1 << shift) - 1;
    const before = table.firstId - 1;
    let found = 0;
    for (let i = 0, key = keyAt; i < count; i++, key += stride) {
      const entry = entries[i];
      unseen[found++] = i;
      if (entry === 0) continue;
      const id = (entry & mask) + before;
      if (id >= known) continue;
      const chunk = chunks[id >>> shift];
      if (chunk === undefined) continue; // on the disk: `insert` looks there
      const base = (id & inChunk) * words;
      let different = 0;
      for (let w = 0; w < words; w++) different |= chunk[base + w] ^ rows[key + w];
      found -= ~(different | -different) >>> 31; // no branch: it would wait for the state
    }
    candidates.unseenCount = found;
  }

  /**
   * The first entry of the table for each row that has the bits of its hash; 0 if there is none.
   */
  private readEntries({ rows, count, stride, hashAt }: Candidates): void {
    if (count > this.entries.length) {
      this.slots = new Int32Array(2 * count);
      this.entries = new Int32Array(2 * count);
    }
    const { slots, entries } = this;
    const { slots: table, parts, inPart, mask } = this.table;
    for (let i = 0, at = hashAt; i < count; i++, at += stride) {
      slots[i] = firstSlotOf(rows[at], parts, inPart);
    }
    for (let i = 0; i < count; i++) entries[i] = table[slots[i]];
    for (let i = 0, at = hashAt; i < count; i++, at += stride) {
      const hash = rows[at];
      let entry = entries[i];
      if (entry === 0 || ((entry ^ hash) & ~mask) === 0) continue;
      let slot = slots[i];
      do {
        slot = slot + 1 === table.length ? 0 : slot + 1;
        entry = table[slot];
      } while (entry !== 0 && ((entry ^ hash) & ~mask) !== 0);
      entries[i] = entry;
    }
  }

  /** Reads the slots where the look-ups of the unseen rows begin, all together. */
  prefetch({ rows, stride, hashAt, unseen, unseenCount }: Candidates): void {
    const { slots, parts, inPart } = this.table;
    let read = 0;
    for (let i = 0; i < unseenCount; i++) {
      const at = unseen[i] * stride;
      read ^= slots[firstSlotOf(rows[at + hashAt], parts, inPart)] ^ rows[at + stride - 1];
    }
    this.read = read;
  }
}
