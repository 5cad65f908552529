/** Known defects of a system, for its page in `docs/defects/`. */

import type { OptionValue } from './lists.ts';

/** The condition under which a defect shows. A failing device counts as a failing allocation. */
export type Need = 'nothing' | 'a failing allocation' | 'an odd caller';

/** In the order of the page. */
export const needs: readonly Need[] = ['nothing', 'a failing allocation', 'an odd caller'];

/**
 * A distinct defect of a system, for its page in `docs/defects/`; kept in `defects/<system>.json`.
 */
export interface Defect {
  /** `child-exit-frees-parent-frame`. */
  readonly name: string;
  readonly needs: Need;
  /** The consequence for a user of the kernel. */
  readonly consequence: string;
  /** The lines of C at fault: `vmm.c:1302-1307`. */
  readonly lines: string;
  /** Name of the fix. */
  readonly fix: string;
  /** What the authors say about it, and where. */
  readonly acknowledged?: string;
  /** The searches that find it; the page shows the trace of the first one. */
  readonly shown: readonly [Showing, ...Showing[]];
}

/** A search that finds a defect, and the file with its shortest trace. */
export interface Showing {
  /** Counterexample below `counterexamples/<system>/`, without `.json`. */
  readonly counterexample: string;
  readonly scenario: string;
  readonly invariant: string;
  /**
   * `vmm_handle_cow:2281`: the violating statement, unless it is the one with the shortest trace.
   */
  readonly at?: string;
  /** Fixes to apply because other defects hide it in the source as written. */
  readonly fixes?: readonly string[] | 'all but its own';
  /** Options that differ from their defaults. */
  readonly options?: Readonly<Record<string, OptionValue>>;
}

/** An option value with which some scenario is violated even with all fixes. */
export interface Unmended {
  readonly option: string;
  readonly value: OptionValue;
  /** The invariants that are then violated. */
  readonly invariants: readonly string[];
  /** The reason why no fix prevents this. */
  readonly why: string;
}
