/** The part of the visited set that the hash table has no room for: sorted runs on a disk. */

import { hashOf } from './hash.ts';
import type { HashTable } from './hash-table.ts';
import { NONE } from './ids.ts';
import { SortedRuns } from './sorted-runs.ts';
import type { Spill } from './spill.ts';
import type { StoredStates } from './stored-states.ts';

export class SpilledTable {
  /**
   * States that agreed with the last one looked for in the first half of their fingerprints only.
   */
  partialMatches = 0;

  private readonly runs: SortedRuns;
  private readonly stored: StoredStates;

  constructor(spill: Spill, stored: StoredStates) {
    this.runs = new SortedRuns(spill);
    this.stored = stored;
  }

  get empty(): boolean {
    return this.runs.empty;
  }

  /** Bytes held in memory. */
  get bytes(): number {
    return this.runs.bytes;
  }

  /** The id of the state with this hash whose key lies in `cells` from `keyAt` on, or NONE. */
  find(hash: number, cells: Int32Array, keyAt: number): number {
    const { keys, fingerprints } = this.stored;
    const { words } = keys;
    this.partialMatches = 0;
    const found = this.runs.find(hash, (id) => {
      const agreement = keys.agreement(id, cells, keyAt);
      if (fingerprints && agreement > 0 && agreement < words) this.partialMatches++;
      return agreement === words;
    });
    return found ?? NONE;
  }

  /** Moves the states in a table to a run, or to several; throws what the disk throws. */
  take(table: HashTable): void {
    const { keys, fingerprints, count } = this.stored;
    const { words, shift } = keys;
    const { slots } = table;
    // The memory of the table holds half as many pairs as it has slots.
    for (let first = table.firstId; first < count; first = table.firstId) {
      const end = Math.min(first + slots.length / 2, count);
      for (let id = first; id < end; id++) {
        const chunk = keys.chunk(id >>> shift);
        const base = (id & ((1 << shift) - 1)) * words;
        const hash = fingerprints ? chunk[base] : hashOf(chunk, words, base);
        SortedRuns.set(slots, id - first, hash, id);
      }
      this.runs.add(slots, end - first);
      table.firstId = end;
    }
  }
}
