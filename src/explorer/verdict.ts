/** What a search returns. It claims exactly this much; `report/` only puts it into words. */

import type { Step } from './statement.ts';
import type { Reduction } from './reduction-names.ts';

/**
 * `holds`: every reachable state was searched and nothing is violated; `limited`: a limit ended the
 * search before that.
 */
export type Outcome = 'holds' | 'violated' | 'limited';

/** What ended a search before it was complete. */
export type Limit = 'depth' | 'states' | 'time' | 'memory' | 'disk' | 'interrupted' | 'walks';

/** Name of the invariant that something can move unless everything has finished. */
export const DEADLOCK_FREE = 'deadlock-free';

/** A shortest way to break one invariant. */
export interface Violation {
  /** Name of the invariant; `deadlock-free`: nothing can move, but not everything has finished. */
  readonly invariant: string;
  readonly sentence: string;
  /** Statement of the last step, by its index; undefined when an initial state is broken. */
  readonly statement: number | undefined;
  /** From an initial state to the violation. */
  readonly trace: readonly Step[];
  /** Which initial state the trace starts from (0, unless a model has several). */
  readonly initial: number;
  /**
   * Breadth first, and not with reductions that take several steps at once or leave some out: no
   * trace with fewer steps breaks this invariant at this statement.
   */
  readonly shortest: boolean;
  /** Invariants that were broken already somewhere along this trace (only with keep-going). */
  readonly alreadyViolated: readonly string[];
}

/** What the search touched: the guard against a vacuous proof. */
export interface Coverage {
  /** Indexes of statements that never ran. */
  readonly unreached: readonly number[];
  /** Operations of which no statement ran. */
  readonly neverStarted: readonly string[];
  /** Invariants (of states and steps) that never had anything to say. */
  readonly vacuous: readonly string[];
  /** Did a run end: was a state expanded in which everything has finished, and nothing moves? */
  readonly ended: boolean;
}

/** How far a search has come. */
export interface Progress {
  /** Distinct states found, the initial ones included. */
  readonly states: number;
  /** Successors of all expanded states; repetitions and self-loops count, initial states do not. */
  readonly transitions: number;
  /** Largest distance from an initial state of any state found (breadth first: the level). */
  readonly depth: number;
  /** States found but not yet expanded. */
  readonly frontier: number;
  /** Bytes held by states, parents and the visited set. */
  readonly bytes: number;
}

/** What storage by fingerprints leaves to luck. */
export interface Collisions {
  /** Size of a fingerprint. */
  readonly bits: 64;
  /** The chance that some two states had the same fingerprint, if hashing is as good as chance. */
  readonly probability: number;
  /** Pairs of states whose fingerprints agree in their first 32 bits: a test of the hash. */
  readonly halves: { readonly expected: number; readonly observed: number };
  /** The same chance, from the pairs observed. */
  readonly observedProbability: number;
}

/** What a search found, and how much it searched. */
export interface Verdict extends Progress {
  readonly outcome: Outcome;
  /**
   * What ended the search before it was complete: always set if `limited`; with `violated` it means
   * that the list of violations may be incomplete.
   */
  readonly limit: Limit | undefined;
  /** Not empty iff `violated`; several only with keep-going or `defer`. */
  readonly violations: readonly Violation[];
  readonly coverage: Coverage;
  readonly strategy: 'bfs' | 'dfs' | 'random';
  /** States that were moved to the disk and not forgotten since. */
  readonly spilled: number;
  /** Undefined if storage is exact: then nothing is left to luck. */
  readonly collisions: Collisions | undefined;
  /** What was searched in place of all states; the counts are of that. */
  readonly reductions: readonly Reduction[];
}
