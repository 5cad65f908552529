/**
 * The states of a search: what was seen, where it came from, and what each state is.
 *
 * States get dense ids in order of discovery. What tells them apart are their keys: with exact
 * storage the states themselves, word for word, so that a verdict never rests on luck; with
 * fingerprints two hashes of 32 bits each, and then the states lie in an arena of their own and are
 * forgotten once they are expanded.
 *
 * The visited set is one open-addressing table with a word per slot: the id, and in the bits that
 * no id of this table needs, bits of the hash. So a look-up that misses costs one cache line, of
 * sixteen slots, and hardly ever a look at a key; growing the table takes the keys one after the
 * other. Nothing is allocated except when a chunk or the table is full. An allocation that fails,
 * or that would pass the memory limit, first moves parents and states to the disk, if there is one; a table
 * that cannot grow moves all its states into a run there and begins anew. Without a disk, `insert`
 * answers OUT_OF_ROOM instead of throwing.
 */

import { ModelError } from '../../errors.ts';
import { StateArena } from './state-arena.ts';
import { HASH, SECOND, STATE, type Batch } from '../successors/batch.ts';
import { Column, COLUMN_ROOM } from './column.ts';
import { hashOf, secondHashOf } from './hash.ts';
import type { Spill } from './spill.ts';
import { SortedRuns } from './sorted-runs.ts';
import {
  emptySlot,
  firstSlotOf,
  largerTable,
  LAST_LOAD,
  LAST_SLOTS,
  maskOf,
} from './hash-table.ts';
import type { Table, TableSize } from './hash-table.ts';
import type { Collisions } from '../verdict.ts';

/** Answer of `insert` when there is no room for one more state; `limitHit` then says why. */
export const OUT_OF_ROOM = -(2 ** 31);
/** Answer of `find` for a state that is not stored; also the parent of an initial state. */
export const NONE = -1;

/** A fingerprint: HASH and SECOND of a batch, side by side. */
const FINGERPRINT_WORDS = 2;

/** Bytes that may be released before they have to be collected. */
const MOST_GARBAGE = 2 ** 22;
const LAST_ID = 2 ** 31 - 2;
/** States hashed again at a time when the table grows. */
const STATES_AT_A_TIME = 256;

export interface VisitedSetOptions {
  readonly maxStates?: number | undefined;
  /** Bytes. */
  readonly memoryLimit?: number | undefined;
  /** More than 1: states and visited set lie in memory that threads share. */
  readonly workers?: number | undefined;
  /** How states are distinguished; exact unless said. */
  readonly storage?: 'exact' | 'fingerprint' | undefined;
  /** Where everything goes that the memory limit leaves no room for. */
  readonly spill?: Spill | undefined;
  /** Collects garbage: released memory is to be free at once, as the limit counts it as such. */
  readonly collect?: (() => void) | undefined;
}

/** Memory of the store that another thread may read in. */
export type SharedMemory =
  | { readonly kind: 'keys' | 'states'; readonly position: number; readonly chunk: Int32Array }
  /** The table that is in use, or one that is to take its place and is being filled. */
  | ({ readonly kind: 'table' | 'filling' } & Table);

export class VisitedSet {
  /** Distinct states stored. */
  count = 0;
  /** Bytes held by states, columns and the visited set. */
  bytes = 0;
  /** Which limit made `insert` answer OUT_OF_ROOM. */
  limitHit: 'states' | 'memory' | 'disk' | undefined;
  /** The state that each state was first reached from; NONE for an initial one. */
  readonly parents: Column;
  /** Are states distinguished by fingerprints? */
  readonly fingerprints: boolean;
  /** Pairs of states that were found to agree in the first half of their fingerprints. */
  partialMatches = 0;

  private readonly options: VisitedSetOptions;
  /** Bytes released since the last collection. */
  private garbage = 0;
  private readonly words: number;
  private readonly maxStates: number;
  private readonly shared: boolean;
  private readonly memoryLimit: number;
  private readonly columns: Column[];
  /** Parents with ids below this one may go to the disk: all but while they are restored. */
  private parentsRead = Infinity;
  /** What tells states apart: `states` itself if storage is exact. */
  private readonly keys: StateArena;
  private readonly states: StateArena;
  /** Where in a successor of a batch its key is. */
  private readonly keyAt: number;
  /** Chunks of states that were given back. */
  private readonly spare: Int32Array[] = [];
  /** A table that is to take the place of the one in use. */
  newTable: Table | undefined;
  /** One empty slot until the first state comes. */
  private table: Int32Array = new Int32Array(1);
  /** The table has some parts of as many slots each as `inPart` + 1, a power of two. */
  private parts = 1;
  private inPart = 0;
  /** The bits of a slot that hold the id, counted from `firstInTable`, + 1. */
  private mask = 0;
  /** The states with ids below this one are not in the table, but in runs on the disk. */
  private firstInTable = 0;
  private readonly runs: SortedRuns | undefined;
  /** Ids that the table takes before it should grow end here. */
  private tableRoom = 0;
  /** Ids below this one need no new memory. */
  private room = 0;
  private readonly scratch: Int32Array;
  /** The state in scratch as a successor of a batch. */
  private readonly successor: Int32Array;
  /** Of the last look-up in the runs. */
  private partialMatchesInRuns = 0;
  /** Of a batch, the slot where each look-up begins, and what stands there. */
  private slots = new Int32Array(STATES_AT_A_TIME);
  private entries = new Int32Array(STATES_AT_A_TIME);
  /** Written so that no compiler leaves out reads made in advance. */
  protected read = 0;

  /** `scratch` is where states are put from and loaded to; its length is the size of a state. */
  constructor(scratch: Int32Array, limits: VisitedSetOptions = {}) {
    this.options = limits;
    if (scratch.length === 0) throw new ModelError('A state needs at least one word, found none.');
    this.scratch = scratch;
    this.words = scratch.length;
    this.successor = new Int32Array(STATE + this.words);
    this.maxStates = Math.min(limits.maxStates ?? Infinity, LAST_ID + 1);
    this.shared = (limits.workers ?? 1) > 1;
    this.memoryLimit = limits.memoryLimit ?? Infinity;
    this.fingerprints = limits.storage === 'fingerprint';
    const { spill } = limits;
    this.runs = spill && new SortedRuns(spill);
    this.parents = new Column(spill?.open('parents'));
    this.columns = [this.parents];
    this.states = new StateArena(this.words, spill?.open('states'));
    this.keys = this.fingerprints
      ? new StateArena(FINGERPRINT_WORDS, spill?.open('fingerprints'))
      : this.states;
    this.keyAt = this.fingerprints ? HASH : STATE;
  }

  /** A further number per state (or, for a stack, per state at most), 0 until it is set. */
  column(): Column {
    if (this.count > 0) throw new Error('Columns are made before the first state.');
    const column = new Column();
    this.columns.push(column);
    return column;
  }

  /** Stores the state in scratch: its id if it is new, ~id if known, OUT_OF_ROOM if there is no room. */
  insert(parent: number): number {
    return this.insertFrom(this.asSuccessor(), 0, parent);
  }

  /** The same for the successor of a batch that begins in `cells` at `at`. */
  insertFrom(cells: Int32Array, at: number, parent: number): number {
    const { keys, keyAt, states, fingerprints } = this;
    const { words } = keys;
    let { table, mask } = this;
    const before = this.firstInTable - 1;
    const hash = cells[at + HASH];
    const key = at + keyAt;
    let halves = 0;
    let slot = firstSlotOf(hash, this.parts, this.inPart);
    for (let entry = table[slot]; entry !== 0; entry = table[slot]) {
      if (((entry ^ hash) & ~mask) === 0) {
        const id = (entry & mask) + before;
        const agreement = keys.agreement(id, cells, key);
        if (agreement === words) return ~id;
        if (fingerprints && agreement > 0) halves++;
      }
      slot = slot + 1 === table.length ? 0 : slot + 1;
    }
    if (before >= 0) {
      const known = this.findInRuns(cells, at);
      if (known !== NONE) return ~known;
      halves += this.partialMatchesInRuns;
    }
    const id = this.count;
    if (id === this.room) {
      if (!this.makeRoom(1)) return OUT_OF_ROOM;
      ({ table, mask } = this);
      slot = emptySlot(table, firstSlotOf(hash, this.parts, this.inPart));
    }
    copyRow(keys, id, cells, key);
    if (fingerprints) {
      copyRow(states, id, cells, at + STATE);
      this.partialMatches += halves;
    }
    table[slot] = (hash & ~mask) | (id + 1 - this.firstInTable);
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
  lookUp(batch: Batch, known = this.count): void {
    const { rows, count, stride, unseen } = batch;
    if (count > this.entries.length) {
      this.slots = new Int32Array(2 * count);
      this.entries = new Int32Array(2 * count);
    }
    const { keys, keyAt, table, parts, inPart, mask, slots, entries } = this;
    const { words, shift, chunks } = keys;
    const inChunk = (1 << shift) - 1;
    const before = this.firstInTable - 1;
    for (let i = 0, at = HASH; i < count; i++, at += stride) {
      slots[i] = firstSlotOf(rows[at], parts, inPart);
    }
    for (let i = 0; i < count; i++) entries[i] = table[slots[i]];
    for (let i = 0, at = HASH; i < count; i++, at += stride) {
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
    let found = 0;
    for (let i = 0, at = 0; i < count; i++, at += stride) {
      const entry = entries[i];
      unseen[found++] = i;
      if (entry === 0) continue;
      const id = (entry & mask) + before;
      if (id >= known) continue;
      const chunk = chunks[id >>> shift];
      if (chunk === undefined) continue; // on the disk: `insert` looks there
      const base = (id & inChunk) * words;
      const key = at + keyAt;
      let different = 0;
      for (let w = 0; w < words; w++) different |= chunk[base + w] ^ rows[key + w];
      found -= ~(different | -different) >>> 31; // no branch: it would wait for the state
    }
    batch.unseenCount = found;
    batch.lookedUp = true;
  }

  /** Reads the slots where the look-ups of the unseen successors begin, all at once. */
  prefetch({ rows, stride, unseen, unseenCount }: Batch): void {
    const { table, parts, inPart } = this;
    let read = 0;
    for (let i = 0; i < unseenCount; i++) {
      const at = unseen[i] * stride;
      read ^= table[firstSlotOf(rows[at + HASH], parts, inPart)] ^ rows[at + stride - 1];
    }
    this.read = read;
  }

  /** The memory that another thread needs to read in the store, beyond what it has `sent`. */
  *unsentMemory(sent: {
    keys: number;
    states: number;
    table: Int32Array | undefined;
  }): Generator<SharedMemory> {
    for (const kind of this.fingerprints ? (['keys', 'states'] as const) : (['keys'] as const)) {
      const { chunks } = this[kind];
      for (; sent[kind] < chunks.length; sent[kind]++) {
        const chunk = chunks[sent[kind]];
        if (chunk !== undefined) yield { kind, position: sent[kind], chunk };
      }
    }
    if (sent.table === this.table) return;
    sent.table = this.table;
    yield { kind: 'table', table: this.table, parts: this.parts };
  }

  /** Takes over memory of the store of another thread. */
  adopt(memory: SharedMemory): void {
    if ('chunk' in memory) this[memory.kind].chunks[memory.position] = memory.chunk;
    else if (memory.kind === 'filling') this.newTable = memory;
    else this.useTable(memory);
  }

  /** With fingerprints: states with ids below this one are not asked for any more. */
  discard(below: number): void {
    if (this.fingerprints) this.spare.push(...this.states.discard(below));
  }

  /** How many states were written to the disk and are still needed. */
  get spilled(): number {
    return this.states.onDisk * 2 ** this.states.shift;
  }

  /** How likely it is that two states had the same fingerprint, and one of them was lost. */
  get collisions(): Collisions | undefined {
    if (!this.fingerprints) return undefined;
    const pairs = (this.count / 2) * (this.count - 1);
    const { partialMatches } = this;
    return {
      bits: 64,
      probability: pairs * 2 ** -64,
      halves: { expected: pairs * 2 ** -32, observed: partialMatches },
      observedProbability: partialMatches * 2 ** -32,
    };
  }

  /** Can so many states be stored? If not, `insert` may still take some of them. */
  hasRoomFor(states: number): boolean {
    return this.count + states <= this.room || this.makeRoom(states);
  }

  /** The id of the state in scratch, or NONE. */
  find(): number {
    const { table, mask, keys, keyAt } = this;
    const cells = this.asSuccessor();
    const hash = cells[HASH];
    for (let slot = firstSlotOf(hash, this.parts, this.inPart); ;) {
      const entry = table[slot];
      if (entry === 0) return this.firstInTable === 0 ? NONE : this.findInRuns(cells, 0);
      const id = (entry & mask) + this.firstInTable - 1;
      if (((entry ^ hash) & ~mask) === 0 && keys.equals(id, cells, keyAt)) return id;
      slot = slot + 1 === table.length ? 0 : slot + 1;
    }
  }

  /** Can the state be loaded? Always, if storage is exact. */
  canLoad(id: number): boolean {
    return this.states.has(id);
  }

  /** Copies a stored state into scratch. */
  load(id: number): void {
    this.states.load(id, this.scratch);
  }

  /** Copies a stored state. */
  copy(id: number, to: Int32Array): void {
    this.states.load(id, to);
  }

  /** Is the state in scratch the one with this id? With fingerprints: does it have its key? */
  matches(id: number): boolean {
    return this.keys.equals(id, this.asSuccessor(), this.keyAt);
  }

  /**
   * All that is known of the states there are: keys, the states from `frontier` on that lie
   * elsewhere than their keys, and the columns. A block holds until the next one is asked for.
   */
  *blocks(frontier: number, count = this.count): Generator<Int32Array> {
    yield* rows(this.keys, 0, count);
    if (this.fingerprints) yield* rows(this.states, frontier, count);
    for (const column of this.columns) yield* column.blocks(count);
  }

  /** Takes so many states into an empty store, from blocks such as `blocks` answers. */
  restore(frontier: number, count: number, read: (block: Int32Array) => void): boolean {
    const { keys, states, columns } = this;
    if (count > this.maxStates || !this.growTableFor(count)) return false;
    this.count = count;
    this.parentsRead = 0;
    for (const arena of new Set([keys, states])) {
      const from = arena === keys ? 0 : frontier;
      arena.discard(from);
      for (let id = from; id < count; id = nextChunk(arena, id)) {
        if (!this.growArena(arena, Math.min(nextChunk(arena, id), count), id)) return false;
        for (const block of rows(arena, id, Math.min(nextChunk(arena, id), count))) read(block);
      }
    }
    for (const column of columns) if (!this.restoreColumn(column, count, read)) return false;
    this.parentsRead = Infinity;
    if (count <= this.tableRoom) this.enterAll({ table: this.table, parts: this.parts });
    else if (!this.moveToRuns()) return false;
    return this.makeRoom(0);
  }

  /** A table for so many states, or if there are runs for the others, the largest that leaves half of the memory. */
  private growTableFor(states: number): boolean {
    if (this.runs === undefined) return this.growTable(states);
    let some = states;
    while (some > 1 && 8 * this.larger(some).slots > this.memoryLimit) some >>>= 1;
    return this.allocateTable(some);
  }

  private restoreColumn(column: Column, count: number, read: (block: Int32Array) => void): boolean {
    for (let first = 0; first < count; first += COLUMN_ROOM) {
      const end = Math.min(first + COLUMN_ROOM, count);
      if (!this.growColumn(column, end)) return false;
      read(column.block(first, end));
      if (column === this.parents) this.parentsRead = end;
    }
    return true;
  }

  /** Makes room for so many states more; false if there can be none. */
  private makeRoom(states: number): boolean {
    const end = this.count + states;
    this.limitHit = undefined;
    if (end > this.maxStates) {
      this.limitHit = 'states';
      return false;
    }
    if (!this.growTable(end) || !this.growArenas(end) || !this.growColumns(end)) {
      this.limitHit ??= 'memory';
      return false;
    }
    const arenaRoom = Math.min(this.keys.room, this.states.room);
    this.room = Math.min(this.maxStates, this.tableRoom, arenaRoom, this.parents.room);
    return true;
  }

  private growArenas(end: number): boolean {
    const { keys, states } = this;
    return this.growArena(keys, end) && (keys === states || this.growArena(states, end));
  }

  /** `filled`: rows that may go to the disk. */
  private growArena(arena: StateArena, end: number, filled = this.count): boolean {
    while (end > arena.room) {
      const chunk = this.allocate(arena.chunkWords, filled);
      if (chunk === undefined) return false;
      arena.extend(chunk);
    }
    return true;
  }

  private growColumns(end: number): boolean {
    return this.columns.every((column) => this.growColumn(column, end));
  }

  private growColumn(column: Column, end: number): boolean {
    while (end > column.room) {
      const chunk = this.allocate(COLUMN_ROOM);
      if (chunk === undefined) return false;
      column.extend(chunk);
    }
    return true;
  }

  private growTable(end: number): boolean {
    if (end <= this.tableRoom) return true;
    // Where there are runs there was no memory for a larger table.
    if (this.runs?.empty !== false && this.allocateTable(end)) return true;
    this.tableRoom = this.firstInTable + Math.floor(this.table.length * LAST_LOAD);
    if (end <= this.tableRoom) return true;
    return this.table.length > 1 && this.moveToRuns() && end <= this.tableRoom;
  }

  /** A table for so many states; false if there is no memory for one. */
  private allocateTable(states: number): boolean {
    const old = this.table;
    const { slots, parts, room } = this.larger(states);
    const table = slots <= LAST_SLOTS ? this.allocate(slots) : undefined;
    if (table === undefined) return false;
    this.enterAll({ table, parts });
    this.useTable({ table, parts });
    this.tableRoom = this.firstInTable + room;
    if (old.length > 1) this.release(old);
    return true;
  }

  /** Empties the table for those to come: what is in it goes into a run. False if there is no disk for it. */
  private moveToRuns(): boolean {
    const { runs, table, keys, fingerprints } = this;
    if (runs === undefined) return false;
    const { words, shift } = keys;
    const held = runs.bytes;
    try {
      // The memory of the table holds half as many pairs as it has slots.
      for (let first = this.firstInTable; first < this.count; first = this.firstInTable) {
        const end = Math.min(first + table.length / 2, this.count);
        for (let id = first; id < end; id++) {
          const chunk = keys.chunk(id >>> shift);
          const base = (id & ((1 << shift) - 1)) * words;
          SortedRuns.set(
            table,
            id - first,
            fingerprints ? chunk[base] : hashOf(chunk, words, base),
            id,
          );
        }
        runs.add(table, end - first);
        this.firstInTable = end;
      }
      return true;
    } catch {
      this.limitHit = 'disk';
      return false;
    } finally {
      this.bytes += runs.bytes - held;
      this.tableRoom = this.firstInTable + Math.floor(table.length * LAST_LOAD);
      table.fill(0);
      this.enterAll({ table: this.table, parts: this.parts });
    }
  }

  /** The id of the state that begins in `cells` at `at`, if it is in a run, or NONE; counts `halvesInRuns`. */
  private findInRuns(cells: Int32Array, at: number): number {
    const { keys, keyAt, fingerprints } = this;
    const { words } = keys;
    this.partialMatchesInRuns = 0;
    const found = this.runs!.find(cells[at + HASH], (id) => {
      const agreement = keys.agreement(id, cells, at + keyAt);
      if (fingerprints && agreement > 0 && agreement < words) this.partialMatchesInRuns++;
      return agreement === words;
    });
    return found ?? NONE;
  }

  private larger(states: number): TableSize {
    return largerTable(this.table.length, states, this.fingerprints);
  }

  private useTable({ table, parts }: Table): void {
    this.table = table;
    this.parts = parts;
    this.inPart = table.length / parts - 1;
    this.mask = maskOf(table);
  }

  /** Enters all states that are in no run into an empty table. */
  private enterAll({ table, parts }: Table): void {
    this.newTable = { table, parts };
    this.fillTable();
    this.newTable = undefined;
  }

  /** Enters them into `filling`. Threads may share the work. */
  fillTable = (): void => this.fill(this.firstInTable, this.count, false);

  /**
   * Enters the states from `first` up to, not including, `end` into `filling`, a stretch at a time for
   * the sake of `lookUp`. `together`: other threads enter others.
   */
  fill(first: number, end: number, together: boolean): void {
    const { keys, fingerprints } = this;
    const { table, parts } = this.newTable!;
    const { words, shift } = keys;
    const inPart = table.length / parts - 1;
    const mask = maskOf(table);
    const before = this.firstInTable - 1;
    let read = 0;
    const hashes = new Int32Array(STATES_AT_A_TIME);
    const homes = new Int32Array(STATES_AT_A_TIME);
    while (first < end) {
      const chunk = keys.chunk(first >>> shift);
      const length = Math.min(first + STATES_AT_A_TIME, nextChunk(keys, first), end) - first;
      for (let i = 0; i < length; i++) {
        const base = ((first + i) & ((1 << shift) - 1)) * words;
        const hash = fingerprints ? chunk[base] : hashOf(chunk, words, base);
        hashes[i] = hash;
        homes[i] = firstSlotOf(hash, parts, inPart);
      }
      for (let i = 0; i < length; i++) read ^= table[homes[i]];
      for (let i = 0; i < length; i++) {
        const entry = (hashes[i] & ~mask) | (first + i - before);
        let slot = emptySlot(table, homes[i]);
        if (!together) table[slot] = entry;
        else
          while (Atomics.compareExchange(table, slot, 0, entry) !== 0)
            slot = emptySlot(table, slot);
      }
      first += length;
    }
    this.read = read;
  }

  /** The state in scratch as a successor. */
  private asSuccessor(): Int32Array {
    const { successor, scratch, words } = this;
    successor[HASH] = hashOf(scratch, words);
    if (this.fingerprints) successor[SECOND] = secondHashOf(scratch, words);
    for (let i = 0; i < words; i++) successor[STATE + i] = scratch[i];
    return successor;
  }

  /**
   * Words that are all 0. Where the limit leaves no room, the oldest parents go to the disk, then the
   * oldest of the `filled` states, and last their fingerprints.
   */
  private allocate(words: number, filled = this.count): Int32Array | undefined {
    const { spare, memoryLimit } = this;
    while (this.bytes + 4 * words > memoryLimit && spare[0]?.length !== words) {
      const chunk = spare.pop() ?? this.evict(filled, words);
      if (chunk === undefined) return undefined;
      if (chunk.length === words) return chunk.fill(0);
      this.release(chunk);
    }
    this.collectGarbage();
    if (spare[0]?.length === words) return spare.pop()!.fill(0);
    try {
      const chunk = this.shared
        ? new Int32Array(new SharedArrayBuffer(4 * words))
        : new Int32Array(words);
      this.bytes += chunk.byteLength;
      return chunk;
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }

  /** Memory is not used any more. */
  private release(words: Int32Array): void {
    this.bytes -= words.byteLength;
    this.garbage += words.byteLength;
  }

  /** Collects released memory, where it would otherwise stay for long and there is a limit to keep. */
  private collectGarbage(): void {
    if (this.garbage < MOST_GARBAGE || this.memoryLimit === Infinity) return;
    this.garbage = 0;
    this.options.collect?.();
  }

  private evict(filled: number, words: number): Int32Array | undefined {
    try {
      // Nobody asks for parents before there is a trace to tell; a chunk of the same size is used again.
      const parents = Math.min(this.count, this.parentsRead);
      const chunk = words === this.states.chunkWords ? undefined : this.parents.evict(parents);
      return (
        chunk ??
        this.states.evict(filled) ??
        this.parents.evict(parents) ??
        (this.fingerprints ? this.keys.evict(filled) : undefined)
      );
    } catch {
      this.limitHit = 'disk';
      return undefined;
    }
  }
}

function copyRow(
  { words, shift, chunks }: StateArena,
  id: number,
  cells: Int32Array,
  at: number,
): void {
  const chunk = chunks[id >>> shift]!;
  const base = (id & ((1 << shift) - 1)) * words;
  for (let i = 0; i < words; i++) chunk[base + i] = cells[at + i];
}

/** The first id of the chunk after that of this id. */
function nextChunk({ shift }: StateArena, id: number): number {
  return ((id >>> shift) + 1) * 2 ** shift;
}

/** The rows from `first` up to, not including, `end`, chunk by chunk. */
function* rows(arena: StateArena, first: number, end: number): Generator<Int32Array> {
  const { words, shift } = arena;
  for (let id = first; id < end; id = nextChunk(arena, id)) {
    const base = (id >>> shift) * 2 ** shift;
    const last = Math.min(nextChunk(arena, id), end);
    yield arena.chunk(id >>> shift).subarray((id - base) * words, (last - base) * words);
  }
}
