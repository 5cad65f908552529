/**
 * The violations found so far. Without keep-going only the first counts, in order of discovery.
 * With it there is one for each pair of invariant and statement: the same invariant made false by
 * the same statement is the same violation.
 */

import type { Step } from '../statement.ts';

/** A violation as a search notes it, before its trace is known. */
export interface FoundViolation {
  readonly kind: 'state' | 'step' | 'deadlock';
  readonly invariant: string;
  /** Index of the invariant among those of its kind. */
  readonly check: number;
  readonly sentence: string;
  /** The state that the violating step leaves; NONE for an initial state and for a deadlock. */
  readonly parent: number;
  /** The violating state; NONE for a step. */
  readonly state: number;
  /** The violating step, as found; undefined where `parent` is NONE. */
  readonly step: Step | undefined;
  /** The statement that every trace to it must end with; undefined if any will do. */
  readonly statement: number | undefined;
  /** Steps up to the violation on the path that the search took. */
  readonly length: number;
}

export class ViolationLog {
  readonly found: FoundViolation[] = [];

  private readonly keepGoing: boolean;
  private readonly keys = new Set<number>();

  constructor(keepGoing: boolean) {
    this.keepGoing = keepGoing;
  }

  /** With keep-going: was a violation with this key found before? */
  knows(key: number): boolean {
    return this.keys.has(key);
  }

  add(violation: FoundViolation, key: number): void {
    if (this.keepGoing) {
      this.keys.add(key);
      this.found.push(violation);
    } else if (this.wouldBeFirst(violation.length)) {
      this.found[0] = violation;
    }
  }

  /**
   * Without keep-going: would a violation after so many steps come first? Only a deadlock can be
   * found one level earlier than a violation, while the level of the violation is completed.
   */
  wouldBeFirst(length: number): boolean {
    return this.found.length === 0 || length < this.found[0].length;
  }

  /** The first `count` violations, for a checkpoint. With keep-going each has added one key. */
  save(count: number): { readonly found: FoundViolation[]; readonly known: number[] } {
    return { found: this.found.slice(0, count), known: [...this.keys].slice(0, count) };
  }

  restore(found: readonly FoundViolation[], known: readonly number[]): void {
    this.found.push(...found);
    for (const key of known) this.keys.add(key);
  }
}
