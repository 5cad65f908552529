/**
 * The states found so far. Each has an id, in the order of discovery, and a key that distinguishes
 * it from the others; docs/internals/visited-set.md explains the parts.
 *
 * States come as rows of words: the caller says where in an array the key and the state begin, and
 * what the hash of the state is.
 */

import { ModelError } from '../../errors.ts';
import type { Collisions } from '../verdict.ts';
import { Capacity } from './capacity.ts';
import { collisionsOf } from './collisions.ts';
import { Column } from './column.ts';
import { emptySlot, firstSlotOf, HashTable } from './hash-table.ts';
import { NONE, OUT_OF_ROOM } from './ids.ts';
import { LookUp, type Candidates } from './look-up.ts';
import { MemoryBudget, type MemoryLimits } from './memory-budget.ts';
import { restore, savedBlocks } from './save-restore.ts';
import { ScratchRow } from './scratch-row.ts';
import { SharedSet } from './shared-set.ts';
import type { Spill } from './spill.ts';
import { SpilledTable } from './spilled-table.ts';
import { StoredStates } from './stored-states.ts';

export interface VisitedSetOptions extends MemoryLimits {
  readonly maxStates?: number | undefined;
  /** How states are distinguished; exact unless said. */
  readonly storage?: 'exact' | 'fingerprint' | undefined;
  /** Where everything goes that the memory limit leaves no room for. */
  readonly spill?: Spill | undefined;
}

export class VisitedSet {
  /** Pairs of states that were found to agree in the first half of their fingerprints. */
  partialMatches = 0;
  /** The state that each state was first reached from; NONE for an initial one. */
  readonly parents: Column;
  readonly fingerprints: boolean;
  /** What other threads take part in. */
  readonly shared: SharedSet;

  private readonly words: number;
  private readonly scratch: Int32Array;
  private readonly row: ScratchRow;
  private readonly stored: StoredStates;
  private readonly table = new HashTable();
  private readonly lookUps: LookUp;
  private readonly spilledTable: SpilledTable | undefined;
  private readonly budget: MemoryBudget;
  private readonly capacity: Capacity;

  /** `scratch` is where states are loaded to; its length is the size of a state. */
  constructor(scratch: Int32Array, options: VisitedSetOptions = {}) {
    if (scratch.length === 0) throw new ModelError('A state needs at least one word, found none.');
    const { storage, spill, maxStates } = options;
    this.scratch = scratch;
    this.words = scratch.length;
    this.fingerprints = storage === 'fingerprint';
    this.row = new ScratchRow(scratch, this.fingerprints);
    this.budget = new MemoryBudget(options);
    const { table, budget } = this;
    const stored = new StoredStates(this.words, this.fingerprints, budget, spill);
    this.stored = stored;
    this.parents = stored.parents;
    this.lookUps = new LookUp(table, stored.keys);
    this.spilledTable = spill && new SpilledTable(spill, stored);
    this.capacity = new Capacity(stored, table, this.spilledTable, budget, maxStates);
    this.shared = new SharedSet(stored, table, this.capacity);
  }

  /** Distinct states stored. */
  get count(): number {
    return this.stored.count;
  }

  /** Bytes held by states, columns and the hash table. */
  get bytes(): number {
    return this.budget.bytes;
  }

  /** Which limit made `insert` return OUT_OF_ROOM. */
  get limitHit(): Capacity['limitHit'] {
    return this.capacity.limitHit;
  }

  /** A further number per state (or, for a stack, per state at most), 0 until it is set. */
  column(): Column {
    if (this.count > 0) throw new Error('Columns are made before the first state.');
    const column = new Column();
    this.stored.columns.push(column);
    return column;
  }

  /**
   * Inserts the state in scratch: its id if it is new, ~id if it is known,
   * OUT_OF_ROOM if it is full.
   */
  insert(parent: number): number {
    const { row } = this;
    const hash = row.fill();
    return this.insertRow(hash, row.cells, row.keyAt, row.stateAt, parent);
  }

  /**
   * The same for a state whose key begins in `cells` at `keyAt`, and its words at `stateAt`; with
   * exact storage both are the same.
   */
  insertRow(
    hash: number,
    cells: Int32Array,
    keyAt: number,
    stateAt: number,
    parent: number,
  ): number {
    const { stored, table, fingerprints } = this;
    const { keys } = stored;
    const { words } = keys;
    let { slots, mask } = table;
    const before = table.firstId - 1;
    let halves = 0;
    let slot = firstSlotOf(hash, table.parts, table.inPart);
    for (let entry = slots[slot]; entry !== 0; entry = slots[slot]) {
      if (((entry ^ hash) & ~mask) === 0) {
        const id = (entry & mask) + before;
        const agreement = keys.agreement(id, cells, keyAt);
        if (agreement === words) return ~id;
        if (fingerprints && agreement > 0) halves++;
      }
      slot = slot + 1 === slots.length ? 0 : slot + 1;
    }
    if (before >= 0) {
      const known = this.spilledTable!.find(hash, cells, keyAt);
      if (known !== NONE) return ~known;
      halves += this.spilledTable!.partialMatches;
    }
    const id = stored.count;
    if (id === this.capacity.room) {
      if (!this.capacity.makeRoom(1)) return OUT_OF_ROOM;
      ({ slots, mask } = table);
      slot = emptySlot(slots, firstSlotOf(hash, table.parts, table.inPart));
    }
    keys.store(id, cells, keyAt);
    if (fingerprints) {
      stored.states.store(id, cells, stateAt);
      this.partialMatches += halves;
    }
    slots[slot] = (hash & ~mask) | (id + 1 - table.firstId);
    stored.parents.set(id, parent);
    stored.count = id + 1;
    return id;
  }

  /**
   * Looks up rows, and tells which were not found; relies only on states with ids below `known`.
   */
  lookUp(candidates: Candidates, known = this.count): void {
    this.lookUps.run(candidates, known);
  }

  /** Reads what inserting the unseen rows will need, all at once. */
  prefetch(candidates: Candidates): void {
    this.lookUps.prefetch(candidates);
  }

  /** Can so many states be stored? If not, there may be room for some of them. */
  hasRoomFor(states: number): boolean {
    return this.count + states <= this.capacity.room || this.capacity.makeRoom(states);
  }

  /** The id of the state in scratch, or NONE. */
  find(): number {
    const { table, row } = this;
    const { cells, keyAt } = row;
    const { keys } = this.stored;
    const { slots, mask, firstId } = table;
    const hash = row.fill();
    for (let slot = firstSlotOf(hash, table.parts, table.inPart); ;) {
      const entry = slots[slot];
      if (entry === 0) return firstId === 0 ? NONE : this.spilledTable!.find(hash, cells, keyAt);
      const id = (entry & mask) + firstId - 1;
      if (((entry ^ hash) & ~mask) === 0 && keys.equals(id, cells, keyAt)) return id;
      slot = slot + 1 === slots.length ? 0 : slot + 1;
    }
  }

  /** Is the state in scratch the one with this id? With fingerprints: does it have its key? */
  matches(id: number): boolean {
    const { row } = this;
    row.fill();
    return this.stored.keys.equals(id, row.cells, row.keyAt);
  }

  /** Can the state be loaded? Always, if storage is exact. */
  canLoad(id: number): boolean {
    return this.stored.states.has(id);
  }

  /** Copies a stored state into scratch. */
  load(id: number): void {
    this.stored.states.load(id, this.scratch);
  }

  copy(id: number, to: Int32Array): void {
    this.stored.states.load(id, to);
  }

  /** With fingerprints: the states with ids below this one will not be asked for any more. */
  discard(below: number): void {
    this.stored.discard(below);
  }

  /** How many states were written to the disk and can still be loaded. */
  get spilled(): number {
    const { states } = this.stored;
    return states.onDisk * 2 ** states.shift;
  }

  /** What fingerprints leave to luck; undefined if storage is exact. */
  get collisions(): Collisions | undefined {
    return this.fingerprints ? collisionsOf(this.count, this.partialMatches) : undefined;
  }

  /** All that a checkpoint needs of the first `count` states; see `savedBlocks`. */
  blocks(frontier: number, count = this.count): Generator<Int32Array> {
    return savedBlocks(this.stored, frontier, count);
  }

  /**
   * Takes so many states into an empty set, from such blocks; false if there is no room for them.
   */
  restore(frontier: number, count: number, read: (block: Int32Array) => void): boolean {
    return restore(this.stored, this.capacity, frontier, count, read);
  }
}
