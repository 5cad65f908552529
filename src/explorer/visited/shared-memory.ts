/** What a thread needs of the visited set of another one, to read in it. */

import type { HashTable, Table } from './hash-table.ts';
import type { StoredStates } from './stored-states.ts';

export type SharedMemory =
  | { readonly kind: 'keys' | 'states'; readonly position: number; readonly chunk: Int32Array }
  /** The table in use, or a new one that is being filled. */
  | ({ readonly kind: 'table' | 'newTable' } & Table);

/** Memory of a visited set that has not been sent yet, by one call after the other. */
export class UnsentMemory {
  private readonly sent = { keys: 0, states: 0 };
  private slots: Int32Array | undefined;

  *take(stored: StoredStates, table: HashTable): Generator<SharedMemory> {
    const { sent } = this;
    const kinds = stored.fingerprints ? (['keys', 'states'] as const) : (['keys'] as const);
    for (const kind of kinds) {
      const { chunks } = stored[kind];
      for (; sent[kind] < chunks.length; sent[kind]++) {
        const chunk = chunks[sent[kind]];
        if (chunk !== undefined) yield { kind, position: sent[kind], chunk };
      }
    }
    const { slots, parts } = table;
    if (this.slots === slots) return;
    this.slots = slots;
    yield { kind: 'table', slots, parts };
  }
}
