/**
 * A strategy answers one question: which state is expanded next? Everything else (storage, checks,
 * counting, limits of time and memory) is the search's, so that there is one loop and not three.
 */

import type { Limit } from '../verdict.ts';

/** `pop` answers this when nothing is left to expand. */
export const NO_STATE = -1;

export interface Frontier {
  /** Steps from an initial state to the state popped last, on the path by which it was found. */
  readonly depth: number;
  /** The largest number of such steps for any state found. */
  readonly deepest: number;
  /** States found and not yet expanded. */
  readonly size: number;
  /** What kept the strategy from expanding everything it found. */
  readonly truncatedBy: Limit | undefined;
  /** Breadth first only: the expanded level i is the ids from levels[i] up to levels[i + 1]. */
  readonly levels: readonly number[] | undefined;

  /** The initial states are in the store: ids 0 up to `count` - 1. */
  start(count: number): void;
  /** Breadth first only: goes on in the last of these levels, at the state `next`, or after it. */
  restore?(levels: readonly number[], next: number): void;
  /** The state to expand next, or NO_STATE. */
  pop(): number;
  /**
   * How many of the states that follow the one popped last, by id and at most `most`, are to be
   * expanded next whatever becomes of its successors. They count as popped.
   */
  popRange(most: number): number;
  /** How many `popRange` could answer at most. */
  readonly remainingInLevel: number;
  /** The states popped from this id on were not expanded: the store is full. */
  unpop(id: number): void;
  /** A successor of the state popped last. */
  push(id: number, isNew: boolean): void;
  /** A violation was found: `pop` answers only what must be expanded for well-defined counts. */
  stopAfterLevel(): void;
}
