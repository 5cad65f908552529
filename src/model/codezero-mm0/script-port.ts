/**
 * The port through which a script drives the requests that the search explores: which allocation of
 * a request fails, and what it answers. Nothing here is part of a state.
 */

import type { Budgets } from './scenario.ts';

/** The n-th request for this thing fails. */
export interface Failure {
  readonly kind: keyof Budgets;
  readonly nth: number;
}

export class ScriptPort {
  /** What the request answered: 0 or more, or an error below 0. */
  answer = 0;
  /** What a read found, as the value is called in the script. */
  value: string | undefined;
  /** The failure that was asked for has happened. */
  reached = false;
  private failure: Failure | undefined;
  private left = 0;

  begin(failure: Failure | undefined): void {
    this.answer = 0;
    this.value = undefined;
    this.reached = false;
    this.failure = failure;
    this.left = failure?.nth ?? 0;
  }

  fails(kind: keyof Budgets): boolean {
    if (this.reached || kind !== this.failure?.kind) return false;
    this.left -= 1;
    this.reached = this.left === 0;
    return this.reached;
  }
}
