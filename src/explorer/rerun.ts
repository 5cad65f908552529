/**
 * What a model may supply besides its contract, so that what is said of it can be relied on. With a
 * `replayer`, the search reports a violation only if it comes about there, too; without one, a
 * violation is only found again by `successors`.
 */

import type { Model } from './model.ts';
import type { Step } from './statement.ts';

/** A model whose violations the search can run again before it reports them. */
export interface ConfirmableModel extends Model {
  readonly replayer?: Rerun;
  /** The thread and the statement that were tried last, for the message of an error. */
  running?(): Pick<Step, 'thread' | 'statement'> | undefined;
}

/** Runs steps again, each by itself and on values that nothing else writes to. */
export interface Rerun<State = unknown> {
  initial(): readonly State[];
  /**
   * Undefined if the step is not possible in this state (blocked, other statement, no such choice).
   */
  step(
    state: State,
    step: Step,
  ): { readonly state: State; readonly violated: readonly ViolatedInvariant[] } | undefined;
  /** State invariants that are violated in this state. */
  violations(state: State): readonly ViolatedInvariant[];
  /** Is no step possible, though not everything has finished? */
  deadlocked(state: State): boolean;
  /** The steps possible in this state, in the order of the search. */
  possible?(state: State): readonly Step[];
  /** The state as packed words, as in `Model.scratch`, and back. */
  pack?(state: State): Int32Array;
  unpack?(words: Int32Array): State;
}

/** A violation: the name of the invariant, and how it is violated, as a sentence. */
export interface ViolatedInvariant {
  readonly invariant: string;
  readonly sentence: string;
}
