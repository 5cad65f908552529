/** Interchangeable things of a pool, and the names that they have got so far. */

import type { Rows } from './pool.ts';

/** Things of a pool that may be renamed. */
export interface Classes {
  readonly pool: string;
  /** Each is a set of things that may swap their names; the others keep theirs. */
  readonly classes: readonly (readonly number[])[];
  /**
   * For pools of which steps take "the free one of lowest number": which things could be taken in
   * the state in scratch. Lowest number first is not symmetric, unless it makes no difference: so
   * these have to be equal and unknown to everything else. Those of one rank are taken before those
   * of a higher one; 0 is not to be had. Left out if the number of a thing never matters.
   */
  readonly rank?: (index: number) => number;
  /** Besides doing without, what to do where it matters which is taken: `let it take any`. */
  readonly wayOut?: string;
}

export const UNNAMED = -1;
export const FIXED = -1;

export class Names {
  readonly declared: Classes;
  /** What each thing becomes, or UNNAMED. */
  readonly to: number[];
  /** The same for comparisons: those without one have the name 0. */
  readonly shown: number[];
  /** Class of each thing, or FIXED if it keeps its name. */
  readonly classOf: readonly number[];
  /** How many names of each class are used. */
  readonly used: number[];
  readonly tables: { readonly rows: Rows; readonly at: number }[] = [];

  constructor(declared: Classes, size: number) {
    this.declared = declared;
    this.to = new Array<number>(size).fill(UNNAMED);
    this.shown = new Array<number>(size).fill(0);
    this.classOf = this.to.map((_, i) => declared.classes.findIndex((each) => each.includes(i)));
    this.used = declared.classes.map(() => 0);
  }
}
