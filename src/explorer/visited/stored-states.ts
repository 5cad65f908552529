/**
 * What the visited set keeps of each state: its key, its words, its parent, and further columns.
 *
 * With exact storage the key is the state itself, word for word, so that no verdict depends on
 * luck. With fingerprints it is two hashes of 32 bits; the states then lie in an arena of their own
 * and are discarded once they are expanded.
 */

import { Column, COLUMN_ROOM } from './column.ts';
import type { MemoryBudget } from './memory-budget.ts';
import type { Spill } from './spill.ts';
import { StateArena } from './state-arena.ts';

const FINGERPRINT_WORDS = 2;

export class StoredStates {
  /** States stored. */
  count = 0;
  readonly fingerprints: boolean;
  /** What distinguishes states: `states` itself if storage is exact. */
  readonly keys: StateArena;
  readonly states: StateArena;
  /** The state that each state was first reached from. */
  readonly parents: Column;
  /** `parents`, and those that were asked for. */
  readonly columns: Column[];
  /** Set when the disk refuses what is evicted. */
  diskFailed = false;
  /** Parents with ids below this one may go to the disk: all, except while they are restored. */
  parentsRead = Infinity;

  private readonly budget: MemoryBudget;

  constructor(
    words: number,
    fingerprints: boolean,
    budget: MemoryBudget,
    spill: Spill | undefined,
  ) {
    this.fingerprints = fingerprints;
    this.budget = budget;
    this.parents = new Column(spill?.open('parents'));
    this.columns = [this.parents];
    this.states = new StateArena(words, spill?.open('states'));
    this.keys = fingerprints
      ? new StateArena(FINGERPRINT_WORDS, spill?.open('fingerprints'))
      : this.states;
  }

  /** States that fit into the memory there is. */
  get room(): number {
    return Math.min(this.keys.room, this.states.room, this.parents.room);
  }

  /** Gets memory for the states with ids below `end`; false if there is none. */
  grow(end: number): boolean {
    const { keys, states, columns } = this;
    if (!this.growArena(keys, end)) return false;
    if (keys !== states && !this.growArena(states, end)) return false;
    return columns.every((column) => this.growColumn(column, end));
  }

  /** The rows below `filled` may go to the disk to make room. */
  growArena(arena: StateArena, end: number, filled = this.count): boolean {
    while (end > arena.room) {
      const chunk = this.allocate(arena.chunkWords, filled);
      if (chunk === undefined) return false;
      arena.extend(chunk);
    }
    return true;
  }

  growColumn(column: Column, end: number): boolean {
    while (end > column.room) {
      const chunk = this.allocate(COLUMN_ROOM);
      if (chunk === undefined) return false;
      column.extend(chunk);
    }
    return true;
  }

  allocate(words: number, filled = this.count): Int32Array | undefined {
    return this.budget.allocate(words, (wanted) => this.evict(filled, wanted));
  }

  /** With fingerprints: the states with ids below this one will not be asked for any more. */
  discard(below: number): void {
    if (this.fingerprints) this.budget.reuse(this.states.discard(below));
  }

  /** First the oldest parents go to the disk, then the oldest states, last their fingerprints. */
  private evict(filled: number, words: number): Int32Array | undefined {
    const { states, keys, fingerprints } = this;
    // Parents are not read before a trace is rebuilt; but a chunk of the wanted size is used again.
    const parents = Math.min(this.count, this.parentsRead);
    try {
      const chunk = words === states.chunkWords ? undefined : this.parents.evict(parents);
      return (
        chunk ??
        states.evict(filled) ??
        this.parents.evict(parents) ??
        (fingerprints ? keys.evict(filled) : undefined)
      );
    } catch {
      this.diskFailed = true;
      return undefined;
    }
  }
}
