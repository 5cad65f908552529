/** What a system builds from a spec: a model, and its replay step by step. */

import type { Rerun, ViolatedInvariant } from '../explorer/rerun.ts';
import type { Step } from '../explorer/statement.ts';
import type { ReducibleModel } from '../reduction/capabilities.ts';
import type { Spec } from './spec.ts';

/**
 * One field that a step changed, in the notation of the kernel: `gpt[P@c0][4].locked`, `false`,
 * `true`.
 */
export interface Change {
  readonly path: string;
  readonly from: string;
  readonly to: string;
}

/** What one step did. */
export interface Replayed<State> {
  readonly state: State;
  /** The statement that ran. */
  readonly statement: number;
  readonly changes: readonly Change[];
  /** Functions that the step calls and returns from: `vmm_handle_page_fault(4)`, `return 0`. */
  readonly notes: readonly string[];
  /** Step invariants that it violated. */
  readonly violated: readonly ViolatedInvariant[];
}

/** Runs steps one at a time on immutable values (the same step code, on immer drafts). */
export interface Replayer<State = unknown> extends Rerun<State> {
  step(state: State, step: Step): Replayed<State> | undefined;
  /** The steps possible in this state, in the order of the search. */
  possible(state: State): readonly Step[];
  /** The whole state as text, one line per object. */
  describe(state: State): readonly string[];
  /** The state as packed words, as in `Model.scratch`. */
  pack(state: State): Int32Array;
}

/** A model of a system, built from a scenario and a variant. */
export interface Subject extends ReducibleModel {
  readonly spec: Spec;
  /** `2 clusters × 3 frames, 2 processes, 3 threads`. */
  readonly summary: string;
  readonly replayer: Replayer;
}
