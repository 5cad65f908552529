/**
 * What several threads do with one visited set: a worker reads memory of the set of the main
 * thread, and helps to fill new hash tables.
 */

import type { Capacity, TableFiller } from './capacity.ts';
import { NewTable, type HashTable } from './hash-table.ts';
import { UnsentMemory, type SharedMemory } from './shared-memory.ts';
import type { StoredStates } from './stored-states.ts';

export class SharedSet {
  private readonly stored: StoredStates;
  private readonly table: HashTable;
  private readonly capacity: Capacity;
  private readonly unsent = new UnsentMemory();
  private newTable: NewTable | undefined;

  constructor(stored: StoredStates, table: HashTable, capacity: Capacity) {
    this.stored = stored;
    this.table = table;
    this.capacity = capacity;
  }

  /** From now on, new hash tables are filled in this way: by several threads, for example. */
  fillTablesBy(filler: TableFiller): void {
    this.capacity.fillTable = filler;
  }

  /** The memory that another thread needs to read in this set, except what was returned before. */
  unsentMemory(): Generator<SharedMemory> {
    return this.unsent.take(this.stored, this.table);
  }

  /** Takes over memory of the visited set of another thread. */
  adopt(memory: SharedMemory): void {
    const { stored, table } = this;
    if ('chunk' in memory) stored[memory.kind].chunks[memory.position] = memory.chunk;
    else if (memory.kind === 'table') table.use(memory);
    else this.newTable = new NewTable(memory, stored.keys, stored.fingerprints, 0);
  }

  /** Enters some states into the new table that was adopted, beside other threads. */
  enterAdopted(first: number, end: number): void {
    this.newTable!.enter(first, end, true);
  }
}
