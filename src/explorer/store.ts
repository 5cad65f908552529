/**
 * Exact storage: every state found is kept word for word, so that a verdict never rests on luck.
 *
 * States lie one after the other in chunks of a fixed size and get dense ids in order of discovery.
 * The visited set is one open-addressing table of pairs (id + 1, hash): a look-up that misses costs
 * one cache line, and growing the table needs the stored hashes only. Nothing is allocated except
 * when a chunk or the table is full; an allocation that fails, or that would pass the memory limit,
 * makes `put` answer FULL instead of throwing.
 */

import { ModelError } from '../errors.ts';
import { Column, COLUMN_ROOM } from './column.ts';
import { hashOf } from './hash.ts';

/** Answer of `put` when there is no room for one more state; `full` then says why. */
export const FULL = -(2 ** 31);
/** Answer of `find` for a state that is not stored; also the parent of an initial state. */
export const NONE = -1;

const ARENA_WORDS = 2 ** 18;
const FIRST_SLOTS = 2 ** 12;
const LAST_SLOTS = 2 ** 31;
const LAST_ID = 2 ** 31 - 2;
/** The table doubles when this part of its slots is taken ... */
const LOAD = 0.65;
/** ... and if it may not double, it fills up to here before the search ends. */
const LAST_LOAD = 0.9;

export interface StoreLimits {
  readonly maxStates?: number | undefined;
  /** Bytes; a growing table counts twice while both copies are alive. */
  readonly memoryLimit?: number | undefined;
}

export class StateStore {
  /** Distinct states stored. */
  count = 0;
  /** Bytes held by states, columns and the visited set. */
  bytes = 0;
  /** Which limit made `put` answer FULL. */
  full: 'states' | 'memory' | undefined;
  /** The state that each state was first reached from; NONE for an initial one. */
  readonly parents = new Column();

  private readonly words: number;
  private readonly maxStates: number;
  private readonly memoryLimit: number;
  private readonly chunks: Int32Array[] = [];
  private readonly columns: Column[] = [this.parents];
  private readonly chunkShift: number;
  /** One empty slot until the first state comes. */
  private table = new Int32Array(2);
  private mask = 0;
  /** How many states the table takes before it should grow. */
  private tableRoom = 0;
  /** Ids below this one need no new memory. */
  private room = 0;
  private readonly scratch: Int32Array;

  /** `scratch` is where states are put from and loaded to; its length is the size of a state. */
  constructor(scratch: Int32Array, limits: StoreLimits = {}) {
    if (scratch.length === 0) throw new ModelError('A state needs at least one word, found none.');
    this.scratch = scratch;
    this.words = scratch.length;
    this.maxStates = Math.min(limits.maxStates ?? Infinity, LAST_ID + 1);
    this.memoryLimit = limits.memoryLimit ?? Infinity;
    this.chunkShift = Math.max(0, Math.floor(Math.log2(ARENA_WORDS / this.words)));
  }

  /** A further number per state (or, for a stack, per state at most), 0 until it is set. */
  column(): Column {
    if (this.count > 0) throw new Error('Columns are made before the first state.');
    const column = new Column();
    this.columns.push(column);
    return column;
  }

  /** Stores the state in scratch: its id if it is new, ~id if known, FULL if there is no room. */
  put(parent: number): number {
    const { scratch, words, chunkShift } = this;
    const hash = hashOf(scratch, words);
    let table = this.table;
    let mask = this.mask;
    let slot = hash & mask;
    for (;;) {
      const entry = table[2 * slot]!;
      if (entry === 0) break;
      if (table[2 * slot + 1] === hash && this.holds(entry - 1)) return -entry;
      slot = (slot + 1) & mask;
    }
    const id = this.count;
    if (id === this.room) {
      if (!this.makeRoom()) return FULL;
      table = this.table;
      mask = this.mask;
      slot = emptySlot(table, mask, hash);
    }
    table[2 * slot] = id + 1;
    table[2 * slot + 1] = hash;
    const chunk = this.chunks[id >>> chunkShift]!;
    const base = (id & ((1 << chunkShift) - 1)) * words;
    for (let i = 0; i < words; i++) chunk[base + i] = scratch[i]!;
    this.parents.set(id, parent);
    this.count = id + 1;
    return id;
  }

  /** The id of the state in scratch, or NONE. */
  find(): number {
    const { table, mask } = this;
    const hash = hashOf(this.scratch, this.words);
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = table[2 * slot]!;
      if (entry === 0) return NONE;
      if (table[2 * slot + 1] === hash && this.holds(entry - 1)) return entry - 1;
    }
  }

  /** Copies a stored state into scratch. */
  load(id: number): void {
    const { scratch, words, chunkShift } = this;
    const chunk = this.chunks[id >>> chunkShift]!;
    const base = (id & ((1 << chunkShift) - 1)) * words;
    for (let i = 0; i < words; i++) scratch[i] = chunk[base + i]!;
  }

  /** Is the state in scratch the one with this id? */
  holds(id: number): boolean {
    const { scratch, words, chunkShift } = this;
    const chunk = this.chunks[id >>> chunkShift]!;
    const base = (id & ((1 << chunkShift) - 1)) * words;
    for (let i = 0; i < words; i++) if (chunk[base + i] !== scratch[i]) return false;
    return true;
  }

  private makeRoom(): boolean {
    if (this.count >= this.maxStates) {
      this.full = 'states';
      return false;
    }
    if (!this.growTable() || !this.growArena() || !this.growColumns()) {
      this.full = 'memory';
      return false;
    }
    const arenaRoom = this.chunks.length * 2 ** this.chunkShift;
    this.room = Math.min(this.maxStates, this.tableRoom, arenaRoom, this.parents.room);
    return true;
  }

  private growArena(): boolean {
    if (this.count < this.chunks.length * 2 ** this.chunkShift) return true;
    const chunk = this.allocate(this.words * 2 ** this.chunkShift);
    if (chunk !== undefined) this.chunks.push(chunk);
    return chunk !== undefined;
  }

  private growColumns(): boolean {
    for (const column of this.columns) {
      if (this.count < column.room) continue;
      const chunk = this.allocate(COLUMN_ROOM);
      if (chunk === undefined) return false;
      column.extend(chunk);
    }
    return true;
  }

  private growTable(): boolean {
    if (this.count < this.tableRoom) return true;
    const old = this.table;
    const slots = Math.max(FIRST_SLOTS, old.length);
    const table = slots <= LAST_SLOTS ? this.allocate(2 * slots) : undefined;
    if (table === undefined) {
      this.tableRoom = Math.floor((old.length / 2) * LAST_LOAD);
      return this.count < this.tableRoom;
    }
    for (let at = 0; at < old.length; at += 2) {
      if (old[at] === 0) continue;
      const slot = emptySlot(table, slots - 1, old[at + 1]!);
      table[2 * slot] = old[at]!;
      table[2 * slot + 1] = old[at + 1]!;
    }
    this.table = table;
    this.mask = slots - 1;
    this.tableRoom = Math.floor(slots * LOAD);
    if (old.length > 2) this.bytes -= old.byteLength;
    return true;
  }

  private allocate(words: number): Int32Array<ArrayBuffer> | undefined {
    if (this.bytes + 4 * words > this.memoryLimit) return undefined;
    try {
      const chunk = new Int32Array(words);
      this.bytes += chunk.byteLength;
      return chunk;
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }
}

function emptySlot(table: Int32Array, mask: number, hash: number): number {
  let slot = hash & mask;
  while (table[2 * slot] !== 0) slot = (slot + 1) & mask;
  return slot;
}
