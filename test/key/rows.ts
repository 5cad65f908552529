/** A compact set of packed states for tests. */

import { hashOf } from '../../src/explorer/visited/hash.ts';

export class Rows {
  readonly words: number;
  count = 0;
  private rows: Int32Array;
  private slots = new Int32Array(1024);

  constructor(words: number) {
    this.words = words;
    this.rows = new Int32Array(512 * words);
  }

  /** The index of a state; adds the state if it is new. */
  add(state: Int32Array): number {
    const { words } = this;
    const mask = this.slots.length - 1;
    let slot = hashOf(state, words) & mask;
    for (; this.slots[slot] !== 0; slot = (slot + 1) & mask) {
      const id = this.slots[slot] - 1;
      if (this.holds(id, state)) return id;
    }
    if (2 * this.count >= mask) {
      this.grow();
      return this.add(state);
    }
    this.slots[slot] = ++this.count;
    this.rows.set(state.subarray(0, words), (this.count - 1) * words);
    return this.count - 1;
  }

  load(id: number, to: Int32Array): void {
    to.set(this.rows.subarray(id * this.words, (id + 1) * this.words));
  }

  private holds(id: number, state: Int32Array): boolean {
    const { words, rows } = this;
    for (let w = 0; w < words; w++) if (rows[id * words + w] !== state[w]) return false;
    return true;
  }

  private grow(): void {
    const { words } = this;
    const rows = new Int32Array(2 * this.rows.length);
    rows.set(this.rows);
    this.rows = rows;
    this.slots = new Int32Array(2 * this.slots.length);
    const mask = this.slots.length - 1;
    const row = new Int32Array(words);
    for (let id = 0; id < this.count; id++) {
      this.load(id, row);
      let slot = hashOf(row, words) & mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
      this.slots[slot] = id + 1;
    }
  }
}
