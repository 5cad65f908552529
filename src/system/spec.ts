/** A question to a system: what determines a verdict. */

import type { OptionValue } from './lists.ts';

/**
 * The bounds of a search: plain JSON, so that it can be read from a file and saved in a
 * counterexample.
 */
export interface Scenario {
  readonly name: string;
  /** The question it asks, in a sentence. */
  readonly purpose: string;
  /**
   * Invariants or groups that answer the question: checked unless others are requested. Absent:
   * all.
   */
  readonly about?: readonly string[];
}

/** Everything that determines a verdict, as plain JSON. */
export interface Spec {
  readonly system: string;
  readonly scenario: Scenario;
  /** Names of the fixes applied to the as-written operations; empty means as written. */
  readonly fixes: readonly string[];
  readonly hardware: string;
  /** Every option of the system, including those at their defaults. */
  readonly options: Readonly<Record<string, OptionValue>>;
  /** Names of the invariants checked. */
  readonly invariants: readonly string[];
}
