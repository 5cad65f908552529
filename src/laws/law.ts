/** What a law of models is. */

import type { LawfulModel, Observation } from './observation.ts';

/** What must be so in every state of a model: otherwise verdicts about it mean nothing. */
export interface Law {
  readonly name: string;
  readonly sentence: string;
  /** Does it take many times what a step takes? Searches check such laws in some states only. */
  readonly costly: boolean;
  /**
   * Does it run statements on values? Compiled code that has seen values is slower on words, so a
   * search checks such laws when it is over.
   */
  readonly onValues?: true;
  /** Why it cannot be checked for this model, as a sentence; undefined if it can. */
  missing(model: LawfulModel): string | undefined;
  /** Throws ModelError where the law is broken; false if it says nothing of this state. */
  check(seen: Observation): boolean;
}
