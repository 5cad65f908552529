/**
 * Remembers what functions of a state answered, by the cells that they read. A function that
 * finds in another state what it read in this one does there what it did here: it reads the
 * same cells and answers the same. So an answer is looked up among those that read the same
 * cells, by what they held.
 */

import { copyWords } from '../explorer/state-words.ts';

/** Answers kept: when there are more, all are forgotten. */
const MOST_ANSWERS = 2 ** 14;

/** Some cells of a state: words of it, and which bits of each. */
class Cells {
  readonly words: Int32Array;
  readonly masks: Int32Array;

  constructor(bits: Int32Array) {
    const words = [...bits.keys()].filter((w) => bits[w] !== 0);
    this.words = Int32Array.from(words);
    this.masks = Int32Array.from(words, (w) => bits[w]);
  }

  hash(state: Int32Array): number {
    const { words, masks } = this;
    let hash = words.length;
    for (let i = 0; i < words.length; i++) {
      const product = Math.imul(hash ^ (state[words[i]] & masks[i]), 0x9e3779b1);
      hash = (product << 15) | (product >>> 17);
    }
    return hash;
  }

  /** What they hold. */
  held(state: Int32Array): Int32Array {
    return this.words.map((w, i) => state[w] & this.masks[i]);
  }

  hold(state: Int32Array, held: Int32Array): boolean {
    const { words, masks } = this;
    for (let i = 0; i < words.length; i++) {
      if ((state[words[i]] & masks[i]) !== held[i]) return false;
    }
    return true;
  }

  equal(bits: Int32Array): boolean {
    let words = 0;
    for (let w = 0; w < bits.length; w++) words += Number(bits[w] !== 0);
    return words === this.words.length && this.words.every((w, i) => bits[w] === this.masks[i]);
  }
}

/** Values by what some cells hold. */
class Table<T> {
  readonly cells: Cells;
  private readonly entries = new Map<number, Entry<T>>();

  constructor(cells: Cells) {
    this.cells = cells;
  }

  find(state: Int32Array): T | undefined {
    const { cells } = this;
    let entry = this.entries.get(cells.hash(state));
    while (entry !== undefined && !cells.hold(state, entry.held)) entry = entry.next;
    return entry?.value;
  }

  add(state: Int32Array, value: T): void {
    const hash = this.cells.hash(state);
    const next = this.entries.get(hash);
    this.entries.set(hash, { held: this.cells.held(state), value, next });
  }

  clear(): void {
    this.entries.clear();
  }
}

interface Entry<T> {
  readonly held: Int32Array;
  readonly value: T;
  readonly next: Entry<T> | undefined;
}

export class Memo<T> {
  /**
   * Cells that each of the answers depends on, and by what they hold, the tables of the answers.
   */
  private readonly always: Int32Array;
  private readonly places: Table<Table<T>[]>;
  private readonly rest: Int32Array;
  private count = 0;

  /** `always`: bits that the functions may read without saying so. */
  constructor(always: Int32Array) {
    this.always = always;
    this.places = new Table(new Cells(always));
    this.rest = new Int32Array(always.length);
  }

  find(state: Int32Array): T | undefined {
    const tables = this.places.find(state);
    if (tables === undefined) return undefined;
    for (let i = 0; i < tables.length; i++) {
      const found = tables[i].find(state);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** `read`: all bits that the answer depends on, but for those that it always does. */
  add(state: Int32Array, read: Int32Array, value: T): void {
    if (++this.count > MOST_ANSWERS) {
      this.places.clear();
      this.count = 1;
    }
    let tables = this.places.find(state);
    if (tables === undefined) this.places.add(state, (tables = []));
    const { rest, always } = this;
    copyWords(read, rest);
    for (let w = 0; w < rest.length; w++) rest[w] &= ~always[w];
    let table = tables.find(({ cells }) => cells.equal(rest));
    if (table === undefined) tables.push((table = new Table(new Cells(rest))));
    table.add(state, value);
  }
}
