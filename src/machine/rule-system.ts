/** What guarded rules are made of: a space of states, rules of threads, and invariants. */

import type { Symmetry } from '../reduction/capabilities.ts';

/** A state and a typed view of it: a layout of `state/`, or anything that looks like one. */
export interface Space<K> {
  readonly words: number;
  readonly scratch: Int32Array;
  /** Reads and writes `scratch`. */
  readonly view: K;
  /** A view of some fields, and their bits. */
  part?(paths: readonly string[]): { readonly view: K; readonly mask: Int32Array };
  /** A state as a value and back; throws ModelError for a value out of its declared range. */
  unpack?(words: Int32Array): K;
  pack?(value: K): Int32Array;
}

/** A guarded rule: one atomic step of one thread. */
export interface Rule<K> {
  /** Rules of one name are one statement, whatever their thread and parameters. */
  readonly name: string;
  /** Index into the threads of the model. */
  readonly thread: number;
  /** Passed to `run`; 0 if left out. */
  readonly a?: number;
  readonly b?: number;
  /** Tried only when `dispatch` answers one of these for the thread; always if left out. */
  readonly at?: readonly number[];
  /**
   * Never blocked where `at` says, or it is an error: shows where there are several successors.
   */
  readonly always?: true;
  /** False: blocked, and nothing was written. True: scratch holds the successor. */
  readonly run: (k: K, a: number, b: number) => boolean;
}

/** A state invariant of guarded rules. */
export interface RuleInvariant<K> {
  readonly name: string;
  /**
   * The fields that it reads, such as `slots.entries.mapped`: it sees no others, and is asked again
   * only when a step changed one of them. All, if left out.
   */
  readonly reads?: readonly string[];
  /** Does it say something about this state? Always, if left out. */
  readonly applies?: (k: K) => boolean;
  /** Why the state breaks it; undefined if it holds. */
  readonly violation: (k: K) => string | undefined;
}

/** What guarded rules are made of. */
export interface RuleSystem<K> {
  readonly name: string;
  readonly space: Space<K>;
  readonly threads: readonly string[];
  /** Each writes an initial state over words that are all zero, or is one in words. */
  readonly start: readonly (((k: K) => void) | Int32Array)[];
  /** In the order in which a thread tries them. */
  readonly rules: readonly Rule<K>[];
  /** Where a thread is, as a small integer from 0 up (its pc): picks the rules worth trying. */
  readonly dispatch?: (k: K, thread: number) => number;
  readonly invariants?: readonly RuleInvariant<K>[];
  /** What is interchangeable, if that is known. */
  readonly symmetry?: Symmetry;
  /** May this state be the last one? Yes, if left out. */
  readonly finished?: (k: K) => boolean;
}
