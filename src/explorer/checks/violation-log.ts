/**
 * The violations found so far. Without keep-going only the first counts, in order of discovery, and
 * the first of each invariant that is deferred.
 *
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
  /** In order of discovery. */
  readonly found: FoundViolation[] = [];

  private readonly keepGoing: boolean;
  private readonly deferred: ReadonlySet<string>;
  /** With keep-going: what was found, by its key. */
  private readonly keys = new Set<number>();
  /** Without: the deferred invariants that were found violated. */
  private readonly noted = new Set<string>();
  /** Index of the violation that ends the search; -1: there is none. */
  private first = -1;

  constructor(keepGoing: boolean, deferred: ReadonlySet<string>) {
    this.keepGoing = keepGoing;
    this.deferred = deferred;
  }

  /** Was a violation found that ends the search? */
  get ends(): boolean {
    return this.first >= 0;
  }

  /** Would such a violation be kept, after so many steps? */
  takes(invariant: string, key: number, length: number): boolean {
    if (this.keepGoing) return !this.keys.has(key);
    if (this.deferred.has(invariant)) return !this.noted.has(invariant);
    return this.wouldBeFirst(length);
  }

  /** Unless it does not take it. */
  add(violation: FoundViolation, key: number): void {
    const { invariant, length } = violation;
    if (!this.takes(invariant, key, length)) return;
    let at = this.found.length;
    if (this.keepGoing) this.keys.add(key);
    else if (this.deferred.has(invariant)) this.noted.add(invariant);
    else if (this.first < 0) this.first = at;
    else at = this.first;
    this.found[at] = violation;
  }

  /**
   * Without keep-going: would a violation after so many steps come first? Only a deadlock can be
   * found one level earlier than a violation, while the level of the violation is completed.
   */
  private wouldBeFirst(length: number): boolean {
    return this.first < 0 || length < this.found[this.first].length;
  }

  /** The first `count` violations, for a checkpoint. With keep-going each has added one key. */
  save(count: number): { readonly found: FoundViolation[]; readonly known: number[] } {
    return { found: this.found.slice(0, count), known: [...this.keys].slice(0, count) };
  }

  restore(found: readonly FoundViolation[], known: readonly number[]): void {
    for (const key of known) this.keys.add(key);
    for (const violation of found) {
      if (!this.keepGoing) {
        if (this.deferred.has(violation.invariant)) this.noted.add(violation.invariant);
        else if (this.first < 0) this.first = this.found.length;
      }
      this.found.push(violation);
    }
  }
}
