/**
 * How many states there is room for. Nothing is allocated except here: when a chunk or the hash
 * table is full. Where the memory limit leaves no room, states and parents go to the disk, if there
 * is one; a table that cannot grow moves its states into a run there and begins anew.
 */

import { NewTable, largerTable, type HashTable, type Table } from './hash-table.ts';
import { MOST_STATES } from './ids.ts';
import type { MemoryBudget } from './memory-budget.ts';
import type { SpilledTable } from './spilled-table.ts';
import type { StoredStates } from './stored-states.ts';

/** Enters the states with ids below `count` into a new table. */
export type TableFiller = (table: NewTable, first: number, count: number) => void;

export class Capacity {
  /** Ids below this one need no new memory. */
  room = 0;
  /** Why there was no room. */
  limitHit: 'states' | 'memory' | 'disk' | undefined;
  fillTable: TableFiller = (table, first, count) => table.enter(first, count, false);

  private readonly stored: StoredStates;
  private readonly table: HashTable;
  private readonly spilled: SpilledTable | undefined;
  private readonly budget: MemoryBudget;
  private readonly maxStates: number;

  constructor(
    stored: StoredStates,
    table: HashTable,
    spilled: SpilledTable | undefined,
    budget: MemoryBudget,
    maxStates = Infinity,
  ) {
    this.stored = stored;
    this.table = table;
    this.spilled = spilled;
    this.budget = budget;
    this.maxStates = Math.min(maxStates, MOST_STATES);
  }

  /** Makes room for so many states more; false if there can be none. */
  makeRoom(states: number): boolean {
    const { stored, table, maxStates } = this;
    const end = stored.count + states;
    this.limitHit = undefined;
    stored.diskFailed = false;
    if (end > maxStates) {
      this.limitHit = 'states';
      return false;
    }
    if (!this.growTable(end) || !stored.grow(end)) {
      this.limitHit ??= stored.diskFailed ? 'disk' : 'memory';
      return false;
    }
    this.room = Math.min(maxStates, table.room, stored.room);
    return true;
  }

  /**
   * A table for so many states, or if runs take the others, the largest
   * that leaves half the memory.
   */
  reserveTable(states: number): boolean {
    if (states > this.maxStates) return false;
    if (this.spilled === undefined) return this.growTable(states);
    let some = states;
    while (some > 1 && 8 * this.slotsFor(some) > this.budget.limit) some >>>= 1;
    return this.allocateTable(some);
  }

  /** Enters all states there are, in the table or in a run; false if there is no room. */
  enterAll(): boolean {
    const { table, stored } = this;
    if (stored.count > table.room) return this.moveToRuns();
    this.enterInto(table);
    return true;
  }

  private growTable(end: number): boolean {
    const { table } = this;
    if (end <= table.room) return true;
    // Where there are runs there was no memory for a larger table.
    if (this.spilled?.empty !== false && this.allocateTable(end)) return true;
    table.setRoom();
    if (end <= table.room) return true;
    return table.slots.length > 1 && this.moveToRuns() && end <= table.room;
  }

  /** A table for so many states; false if there is no memory for one. */
  private allocateTable(states: number): boolean {
    const { table, stored, budget } = this;
    const old = table.slots;
    const size = largerTable(old.length, states, stored.fingerprints);
    const slots = size && stored.allocate(size.slots);
    if (size === undefined || slots === undefined) return false;
    const next = { slots, parts: size.parts };
    this.enterInto(next);
    table.use(next);
    table.setRoom(size.room);
    if (old.length > 1) budget.release(old);
    return true;
  }

  private slotsFor(states: number): number {
    const { table, stored } = this;
    return largerTable(table.slots.length, states, stored.fingerprints)?.slots ?? Infinity;
  }

  /** Enters all states that are in no run into an empty table. */
  private enterInto(empty: Table): void {
    const { keys, fingerprints, count } = this.stored;
    const { firstId } = this.table;
    this.fillTable(new NewTable(empty, keys, fingerprints, firstId), firstId, count);
  }

  /** Empties the table for the states to come; false if there is no disk for those in it. */
  private moveToRuns(): boolean {
    const { spilled, table, budget } = this;
    if (spilled === undefined) return false;
    const held = spilled.bytes;
    try {
      spilled.take(table);
      return true;
    } catch {
      this.limitHit = 'disk';
      return false;
    } finally {
      budget.bytes += spilled.bytes - held;
      table.setRoom();
      table.slots.fill(0);
      this.enterInto(table);
    }
  }
}
