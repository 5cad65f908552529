/**
 * A breadth-first search between two states that it expands, as plain values and words: all that
 * another process needs to continue to the same verdict. The hash table is not part of it, as it is
 * made again from the states.
 */

import type { SavedViolations } from './checks/violations.ts';

/** The plain values of a checkpoint. */
export interface CheckpointHead extends SavedViolations {
  /** Size of a state in words. */
  readonly words: number;
  readonly states: number;
  readonly storage: 'exact' | 'fingerprint';
  /** As in `VisitedSet`. */
  readonly partialMatches: number;
  readonly transitions: number;
  readonly expanded: number;
  /**
   * The first state of the last level that has not been expanded; the end of the level if all were.
   */
  readonly next: number;
  /** As in `Frontier`. */
  readonly levels: readonly number[];
  /** 1 for each statement that ran. */
  readonly covered: readonly number[];
  /** Was a final state without successors expanded? Older files do not say. */
  readonly ended?: boolean;
}

/** A search to be saved: plain values, then blocks of words. */
export interface Checkpoint {
  readonly head: CheckpointHead;
  /**
   * Keys, states and columns, in the order in which `CheckpointReader.read` is asked for them. A
   * block is valid until the next one is asked for, and none is once the search goes on.
   */
  readonly blocks: Iterable<Int32Array>;
}

/** A checkpoint that was saved. */
export interface CheckpointReader {
  readonly head: CheckpointHead;
  /** Fills the next block. */
  read(block: Int32Array): void;
}
