/**
 * Random walks: a successor of the state expanded last, each with the same chance; at a dead end or
 * at full length, an initial state again. It looks far and proves nothing. The same seed takes the
 * same walks on every machine: the generator is Mulberry32, thirty-two bits of state.
 */

import { NO_STATE, type Frontier } from './frontier.ts';

const DEFAULT_WALKS = 1000;
const DEFAULT_WALK_LENGTH = 1000;

export class RandomWalk implements Frontier {
  depth = -1;
  deepest = 0;
  truncatedBy: 'walks' | undefined;
  readonly levels = undefined;
  readonly remainingInLevel = 0;
  /** Walks take their states from anywhere; how many are still unexpanded is not kept. */
  readonly size = 0;

  private current = NO_STATE;
  private picked = NO_STATE;
  private seen = 0;
  private begun = 0;
  private initial = 0;
  private winding = false;
  private readonly random: () => number;
  private readonly walks: number;
  private readonly length: number;

  constructor(seed = 1, walks = DEFAULT_WALKS, length = DEFAULT_WALK_LENGTH) {
    this.random = mulberry32(seed);
    this.walks = walks;
    this.length = length;
  }

  start(count: number): void {
    this.initial = count;
  }

  push(id: number): void {
    this.seen++;
    if (this.random() * this.seen < 1) this.picked = id;
    if (this.depth + 1 > this.deepest) this.deepest = this.depth + 1;
  }

  popRange(): number {
    return 0;
  }

  unpop(): void {}

  stopAfterLevel(): void {
    this.winding = true;
  }

  pop(): number {
    if (this.winding) return NO_STATE;
    if (this.picked === NO_STATE || this.depth + 1 >= this.length) {
      if (this.begun >= this.walks || this.length === 0) {
        this.truncatedBy = 'walks';
        return NO_STATE;
      }
      this.begun++;
      this.depth = 0;
      this.current = Math.floor(this.random() * this.initial);
    } else {
      this.depth++;
      this.current = this.picked;
    }
    this.picked = NO_STATE;
    this.seen = 0;
    return this.current;
  }
}

/** Numbers from 0 up to, not including, 1. */
export function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
