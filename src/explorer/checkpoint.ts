/**
 * A breadth-first search between two states that it expands, as plain values and words: what has to be kept so that
 * another process can go on and come to the same verdict. The visited set is not part of it, as it
 * is made again from the states.
 */

import type { FoundViolation } from './checks/violations.ts';

export interface CheckpointHead {
  /** Size of a state in words. */
  readonly words: number;
  readonly states: number;
  readonly storage: 'exact' | 'fingerprint';
  /** As in `StateStore.halves`. */
  readonly partialMatches: number;
  readonly transitions: number;
  readonly expanded: number;
  /** The first state of the last level that has not been expanded; where the level ends if all were. */
  readonly next: number;
  /** As in `Strategy.levels`. */
  readonly levels: readonly number[];
  /** 1 for each statement that ran, each state check that applied. */
  readonly covered: readonly number[];
  readonly applied: readonly number[];
  readonly checkedSteps: number;
  readonly found: readonly FoundViolation[];
  /** Of violations, with keep-going: those that are not told again. */
  readonly known: readonly number[];
  readonly marked: boolean;
}

export interface Checkpoint {
  readonly head: CheckpointHead;
  /**
   * Keys, states and columns, in the order in which `Resumed.read` is asked for them. A block holds
   * until the next one is asked for, and none once the search goes on.
   */
  readonly blocks: Iterable<Int32Array>;
}

/** A checkpoint that was saved. */
export interface CheckpointReader {
  readonly head: CheckpointHead;
  /** Fills the next block. */
  read(block: Int32Array): void;
}
