/**
 * Exact storage: every state found is kept word for word, so that a verdict never rests on luck.
 *
 * States lie one after the other in chunks of a fixed size and get dense ids in order of discovery.
 * The visited set is one open-addressing table with a word per slot: the id, and in the bits that
 * no id of this table needs, the bits of the hash that did not choose the slot. So a look-up that
 * misses costs one cache line, of sixteen slots, and hardly ever a look at a state; growing the
 * table hashes the states again, one after the other. Nothing is allocated except when a chunk or
 * the table is full; an allocation that fails, or that would pass the memory limit, makes `put`
 * answer FULL instead of throwing.
 */

import { ModelError } from '../errors.ts';
import { HASH, WORDS, type Batch } from './batch.ts';
import { Column, COLUMN_ROOM } from './column.ts';
import { hashOf } from './hash.ts';

/** Answer of `put` when there is no room for one more state; `full` then says why. */
export const FULL = -(2 ** 31);
/** Answer of `find` for a state that is not stored; also the parent of an initial state. */
export const NONE = -1;

const ARENA_WORDS = 2 ** 18;
const FIRST_SLOTS = 2 ** 14;
const SMALL_SLOTS = 2 ** 20;
const LAST_SLOTS = 2 ** 31;
const LAST_ID = 2 ** 31 - 2;
/** States hashed again at a time when the table grows. */
const STRETCH = 256;
/** The table doubles (a small one has four times as many slots) when this part is taken ... */
const LOAD = 0.65;
/** ... and if it may not double, it fills up to here before the search ends. */
const LAST_LOAD = 0.9;

export interface StoreLimits {
  readonly maxStates?: number | undefined;
  /** Bytes. */
  readonly memoryLimit?: number | undefined;
  /** More than 1: states and visited set lie in memory that threads share. */
  readonly workers?: number | undefined;
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
  private readonly shared: boolean;
  private readonly memoryLimit: number;
  private readonly chunks: Int32Array[] = [];
  private readonly columns: Column[] = [this.parents];
  private readonly chunkShift: number;
  /** One empty slot until the first state comes. */
  private table: Int32Array = new Int32Array(1);
  /** Slots - 1: the bits of a hash that choose the slot, and of a slot that hold id + 1. */
  private mask = 0;
  /** How many states the table takes before it should grow. */
  private tableRoom = 0;
  /** Ids below this one need no new memory. */
  private room = 0;
  private readonly scratch: Int32Array;
  /** Of a batch, what stands in the slot where each look-up begins. */
  private near = new Int32Array(STRETCH);
  /** Written so that no compiler leaves out reads made in advance. */
  protected read = 0;

  /** `scratch` is where states are put from and loaded to; its length is the size of a state. */
  constructor(scratch: Int32Array, limits: StoreLimits = {}) {
    if (scratch.length === 0) throw new ModelError('A state needs at least one word, found none.');
    this.scratch = scratch;
    this.words = scratch.length;
    this.maxStates = Math.min(limits.maxStates ?? Infinity, LAST_ID + 1);
    this.shared = (limits.workers ?? 1) > 1;
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
    return this.insert(this.scratch, 0, hashOf(this.scratch, this.words), parent);
  }

  /** The same for a state that lies in `cells` from `at` on. */
  insert(cells: Int32Array, at: number, hash: number, parent: number): number {
    const { words, chunkShift, chunks } = this;
    let { table, mask } = this;
    let slot = hash & mask;
    for (let entry = table[slot]!; entry !== 0; entry = table[slot]!) {
      if (((entry ^ hash) & ~mask) === 0) {
        const id = (entry & mask) - 1;
        const chunk = chunks[id >>> chunkShift]!;
        const base = (id & ((1 << chunkShift) - 1)) * words;
        let i = 0;
        while (i < words && chunk[base + i] === cells[at + i]) i++;
        if (i === words) return ~id;
      }
      slot = (slot + 1) & mask;
    }
    const id = this.count;
    if (id === this.room) {
      if (!this.makeRoom(1)) return FULL;
      ({ table, mask } = this);
      slot = emptySlot(table, mask, hash);
    }
    const chunk = chunks[id >>> chunkShift]!;
    const base = (id & ((1 << chunkShift) - 1)) * words;
    for (let i = 0; i < words; i++) chunk[base + i] = cells[at + i]!;
    table[slot] = (hash & ~mask) | (id + 1);
    this.parents.set(id, parent);
    this.count = id + 1;
    return id;
  }

  /**
   * Looks for the states of a batch, first in all slots, then in all states that those name: none
   * of these reads waits for another, so the batch waits for memory about as long as a single
   * look-up would. What it does not find becomes `unseen` in the batch: mostly new states, and what
   * the batch has twice. Only states with ids below `known` are relied on.
   */
  approach(batch: Batch, known = this.count): void {
    const { cells, count, stride, unseen } = batch;
    if (count > this.near.length) this.near = new Int32Array(2 * count);
    const { words, chunkShift, chunks, table, mask, near } = this;
    const inChunk = (1 << chunkShift) - 1;
    for (let i = 0, at = HASH; i < count; i++, at += stride) near[i] = table[cells[at]! & mask]!;
    for (let i = 0, at = HASH; i < count; i++, at += stride) {
      const hash = cells[at]!;
      let entry = near[i]!;
      let slot = hash & mask;
      while (entry !== 0 && ((entry ^ hash) & ~mask) !== 0) {
        slot = (slot + 1) & mask;
        entry = table[slot]!;
      }
      near[i] = entry;
    }
    let found = 0;
    for (let i = 0, at = 0; i < count; i++, at += stride) {
      const entry = near[i]!;
      unseen[found++] = i;
      if (entry === 0) continue;
      const id = (entry & mask) - 1;
      if (id >= known) continue;
      const chunk = chunks[id >>> chunkShift]!;
      const base = (id & inChunk) * words;
      let different = 0;
      for (let w = 0; w < words; w++) different |= chunk[base + w]! ^ cells[at + WORDS + w]!;
      found -= ~(different | -different) >>> 31; // no branch: it would wait for the state
    }
    batch.unseenCount = found;
    batch.lookedUp = true;
  }

  /** Reads the slots where the look-ups of the unseen successors begin, all at once. */
  touch({ cells, stride, unseen, unseenCount }: Batch): void {
    const { table, mask } = this;
    let read = 0;
    for (let i = 0; i < unseenCount; i++) {
      read ^= table[cells[unseen[i]! * stride + HASH]! & mask]!;
    }
    this.read = read;
  }

  get chunkCount(): number {
    return this.chunks.length;
  }

  /** The n-th chunk of states. */
  chunk(index: number): Int32Array {
    return this.chunks[index]!;
  }

  /** The visited set. */
  get slots(): Int32Array {
    return this.table;
  }

  /** Takes over memory of the store of another thread, to read in it. */
  adopt(memory: { readonly chunk: Int32Array } | { readonly table: Int32Array }): void {
    if ('chunk' in memory) {
      this.chunks.push(memory.chunk);
    } else {
      this.table = memory.table;
      this.mask = memory.table.length - 1;
    }
  }

  /** Can so many states be stored? If not, `put` may still take some of them. */
  hasRoomFor(states: number): boolean {
    return this.count + states <= this.room || this.makeRoom(states);
  }

  /** The id of the state in scratch, or NONE. */
  find(): number {
    const { table, mask } = this;
    const hash = hashOf(this.scratch, this.words);
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = table[slot]!;
      if (entry === 0) return NONE;
      const id = (entry & mask) - 1;
      if (((entry ^ hash) & ~mask) === 0 && this.holds(id)) return id;
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

  /** All that is known of the states there are: their words, then the columns. */
  blocks(count = this.count): Int32Array[] {
    const { words, chunkShift } = this;
    const states = this.chunks.map((chunk, i) => {
      const left = Math.max(0, count - i * 2 ** chunkShift);
      return chunk.subarray(0, words * Math.min(left, 2 ** chunkShift));
    });
    return [...states, ...this.columns.flatMap((column) => column.blocks(count))];
  }

  /** Takes so many states into an empty store, from blocks such as `blocks` answers. */
  restore(count: number, read: (block: Int32Array) => void): boolean {
    if (!this.makeRoom(count)) return false;
    for (const block of this.blocks(count)) read(block);
    this.count = count;
    this.enterAll();
    return true;
  }

  /** Makes room for so many states more; false if there can be none. */
  private makeRoom(states: number): boolean {
    const end = this.count + states;
    if (end > this.maxStates) {
      this.full = 'states';
      return false;
    }
    if (!this.growTable(end) || !this.growArena(end) || !this.growColumns(end)) {
      this.full = 'memory';
      return false;
    }
    const arenaRoom = this.chunks.length * 2 ** this.chunkShift;
    this.room = Math.min(this.maxStates, this.tableRoom, arenaRoom, this.parents.room);
    return true;
  }

  private growArena(end: number): boolean {
    while (end > this.chunks.length * 2 ** this.chunkShift) {
      const chunk = this.allocate(this.words * 2 ** this.chunkShift);
      if (chunk === undefined) return false;
      this.chunks.push(chunk);
    }
    return true;
  }

  private growColumns(end: number): boolean {
    for (const column of this.columns) {
      while (end > column.room) {
        const chunk = this.allocate(COLUMN_ROOM);
        if (chunk === undefined) return false;
        column.extend(chunk);
      }
    }
    return true;
  }

  private growTable(end: number): boolean {
    if (end <= this.tableRoom) return true;
    const old = this.table;
    const given = old.length > 1 ? old.byteLength : 0;
    let slots = Math.max(FIRST_SLOTS, (old.length < SMALL_SLOTS ? 4 : 2) * old.length);
    while (slots * LOAD < end) slots *= 2;
    const table = slots <= LAST_SLOTS ? this.allocate(slots, given) : undefined;
    if (table === undefined) {
      this.tableRoom = Math.floor(old.length * LAST_LOAD);
      return end <= this.tableRoom;
    }
    this.table = table;
    this.mask = slots - 1;
    this.tableRoom = Math.floor(slots * LOAD);
    this.enterAll();
    return true;
  }

  /** Enters all states into an empty table, a stretch at a time for the sake of `approach`. */
  private enterAll(): void {
    const { words, chunkShift, chunks, table, mask } = this;
    let read = 0;
    const hashes = new Int32Array(STRETCH);
    for (let first = 0; first < this.count; first += STRETCH) {
      const length = Math.min(STRETCH, this.count - first);
      for (let i = 0; i < length; i++) {
        const id = first + i;
        const base = (id & ((1 << chunkShift) - 1)) * words;
        hashes[i] = hashOf(chunks[id >>> chunkShift]!, words, base);
      }
      for (let i = 0; i < length; i++) read ^= table[hashes[i]! & mask]!;
      for (let i = 0; i < length; i++) {
        const hash = hashes[i]!;
        table[emptySlot(table, mask, hash)] = (hash & ~mask) | (first + i + 1);
      }
    }
    this.read = read;
  }

  /** `given` bytes are given back as soon as this succeeds. */
  private allocate(words: number, given = 0): Int32Array | undefined {
    if (this.bytes - given + 4 * words > this.memoryLimit) return undefined;
    try {
      const chunk = this.shared
        ? new Int32Array(new SharedArrayBuffer(4 * words))
        : new Int32Array(words);
      this.bytes += chunk.byteLength - given;
      return chunk;
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }
}

function emptySlot(table: Int32Array, mask: number, hash: number): number {
  let slot = hash & mask;
  while (table[slot] !== 0) slot = (slot + 1) & mask;
  return slot;
}
