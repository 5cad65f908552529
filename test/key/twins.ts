/**
 * Searches for two states that differ only in one kind of field. Each state has a sum over its
 * words, from which the sum without some fields follows; if two sums agree, the states are
 * compared.
 */

import type { Model } from '../../src/explorer/model.ts';
import { forget } from './kinds.ts';
import type { Kind } from './kinds.ts';
import { Rows } from './rows.ts';

/** All states of a model in breadth-first order; undefined if there are too many. */
export function statesOf(model: Model, most = Infinity): Rows | undefined {
  const found = new Rows(model.words);
  model.initialStates(() => found.add(model.scratch));
  for (let id = 0; id < found.count; id++) {
    if (found.count > most) return undefined;
    found.load(id, model.scratch);
    model.successors(() => found.add(model.scratch));
  }
  return found;
}

/** The summand of one word. */
function part(word: number, w: number): number {
  let sum = Math.imul(word ^ (w + 1), 0x9e3779b1);
  sum = Math.imul(sum ^ (sum >>> 15), 0x85ebca6b + 2 * w);
  return sum ^ (sum >>> 13);
}

export class Twins {
  private readonly states: Rows;
  private readonly sums: Int32Array;
  private readonly slots: Int32Array;
  private readonly one: Int32Array;
  private readonly other: Int32Array;
  private readonly keys: readonly [Int32Array, Int32Array];

  constructor(states: Rows) {
    const { words, count } = states;
    this.states = states;
    this.one = new Int32Array(words);
    this.other = new Int32Array(words);
    this.keys = [new Int32Array(words), new Int32Array(words)];
    this.sums = new Int32Array(count);
    this.slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * count + 2)));
    for (let id = 0; id < count; id++) {
      states.load(id, this.one);
      let sum = 0;
      for (let w = 0; w < words; w++) sum ^= part(this.one[w], w);
      this.sums[id] = sum;
    }
  }

  in(kind: Kind): boolean {
    const { states, sums, slots, one } = this;
    const mask = slots.length - 1;
    slots.fill(0);
    const without = new Int32Array(states.count);
    for (let id = 0; id < states.count; id++) {
      states.load(id, one);
      const { bits, words } = kind(one);
      let sum = sums[id];
      for (const w of words) sum ^= part(one[w], w) ^ part(one[w] & ~bits[w], w);
      without[id] = sum;
      let slot = (sum ^ (sum >>> 16)) & mask;
      for (; slots[slot] !== 0; slot = (slot + 1) & mask) {
        const earlier = slots[slot] - 1;
        if (without[earlier] === sum && this.agree(earlier, id, kind)) return true;
      }
      slots[slot] = id + 1;
    }
    return false;
  }

  private agree(first: number, second: number, kind: Kind): boolean {
    const { states, other, keys } = this;
    const [a, b] = keys;
    states.load(first, other);
    forget(kind, other, a);
    states.load(second, other);
    forget(kind, other, b);
    return a.every((word, w) => word === b[w]);
  }
}
