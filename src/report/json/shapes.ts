/**
 * What the reporter for programs writes, as types; `docs/<command>.schema.json` publishes the
 * same. `explore` (of one scenario or of many), `gate` and `replay` answer one kind of object with
 * one kind of results. What differs from run to run though nothing has changed, is in `measured`
 * alone.
 */

import type { Earlier } from '../../core/trace.ts';
import type { Collisions, Coverage, Limit } from '../../explorer/verdict.ts';
import type { Change, Spec, System } from '../../system.ts';
import type { ResultOutcome, RunVerdict } from '../run.ts';

/** Of every object here; a field that is renamed or goes away raises it. */
export const VERSION = 1;

/** `explore`, `gate` and `replay`. */
export interface JsonRun {
  readonly format: 'vmcheck-explore' | 'vmcheck-gate' | 'vmcheck-replay';
  readonly version: typeof VERSION;
  readonly toolVersion: string;
  /** One word for the whole; the exit code says the same. */
  readonly verdict: RunVerdict;
  /** How many results there were to be; there are fewer after an interrupt. */
  readonly planned: number;
  /** `gate` and `replay`. */
  readonly asExpected?: number;
  readonly notAsExpected?: number;
  readonly results: readonly JsonResult[];
  /** `explore`: each violation once, with the scenario where its trace is the shortest. */
  readonly distinct?: readonly JsonDistinct[];
  readonly measured: {
    /** From the start of the command to its end, on the clock. */
    readonly seconds: number;
    /** In the order of `results`. */
    readonly results: readonly JsonMeasured[];
  };
}

/** One search, or one counterexample replayed; null is what it does not have. */
export interface JsonResult {
  /** The scenario, the entry of the configuration, or the file. */
  readonly name: string;
  /** Index in the matrix of the configuration. */
  readonly entry: number | null;
  readonly outcome: ResultOutcome;
  /** As expected; null where nothing is. */
  readonly ok: boolean | null;
  readonly sentence: string;
  readonly remarks: readonly string[];
  /** System, scenario, fixes, hardware, options, invariants: all that decides the outcome. */
  readonly spec: Spec;
  /** Revision of the source under check. */
  readonly revision: string;
  /** `as written`, `fixed`, `fixed without x`. */
  readonly variant: string;
  readonly summary: string | null;
  /** What ended the search early. */
  readonly limit: Limit | null;
  readonly strategy: string | null;
  /** `exact`, or what fingerprints left to luck. */
  readonly storage: 'exact' | Collisions | null;
  /** What was searched in place of all states: `symmetry`, ... */
  readonly reductions: readonly string[];
  readonly counts: {
    readonly states: number;
    readonly transitions: number;
    readonly depth: number;
    /** States found and not expanded. */
    readonly frontier: number;
  } | null;
  /** Of a counterexample the one that it still breaks. */
  readonly breaches: readonly JsonViolation[];
  readonly coverage: JsonCoverage | null;
}

/** Null where nothing was searched. */
export interface JsonMeasured {
  readonly seconds: number;
  readonly bytes: number | null;
  /** States that lay on the disk when the search ended. */
  readonly spilled: number | null;
}

export interface JsonViolation {
  readonly invariant: string;
  readonly sentence: string;
  /** Is there no trace with fewer steps? Null for a counterexample, which is not searched. */
  readonly shortest: boolean | null;
  /** Invariants broken earlier on the same trace. */
  readonly after: readonly string[];
  readonly initial: number;
  /** Where the same invariant was broken first, if that was before the end; step 0: at first. */
  readonly earlier: Earlier | null;
  readonly steps: readonly JsonStep[];
  /** The file that it is in; null if it was not saved. */
  readonly saved: string | null;
}

export interface JsonStep {
  readonly number: number;
  readonly thread: string;
  readonly operation: string;
  readonly file: string;
  readonly line: number;
  /** The last line of a section that is one step; null: the line alone. */
  readonly through: number | null;
  readonly token: string;
  /** The fixes that added or changed the line; null: as written. */
  readonly fix: string | null;
  readonly choice: number;
  readonly changes: readonly Change[];
  readonly notes: readonly string[];
}

export interface JsonCoverage {
  readonly statements: number;
  readonly unreached: readonly {
    readonly operation: string;
    readonly file: string;
    readonly line: number;
    readonly token: string;
    readonly fix: string | null;
  }[];
  readonly neverStarted: Coverage['neverStarted'];
  readonly vacuous: Coverage['vacuous'];
}

export interface JsonDistinct {
  readonly invariant: string;
  readonly scenario: string;
  readonly operation: string | null;
  readonly file: string | null;
  readonly line: number | null;
  readonly token: string | null;
  readonly fix: string | null;
  readonly steps: number;
  readonly after: readonly string[];
}

/** `show`. */
export interface JsonSavedTrace {
  readonly format: 'vmcheck-show';
  readonly version: typeof VERSION;
  readonly toolVersion: string;
  readonly spec: Spec;
  readonly revision: string;
  readonly variant: string;
  readonly summary: string;
  readonly invariant: string;
  readonly sentence: string;
  readonly initial: number;
  /** Where the same invariant was broken first, if that was before the end; step 0: at first. */
  readonly earlier: Earlier | null;
  readonly thread: string | null;
  readonly steps: readonly (JsonStep & { readonly state?: readonly string[] })[];
}

/** `list`: systems as `System` declares them, without what is not text. */
export interface JsonListing {
  readonly format: 'vmcheck-list';
  readonly version: typeof VERSION;
  readonly toolVersion: string;
  readonly systems: readonly Omit<
    System,
    'parseScenario' | 'build' | 'scripts' | 'run' | 'defects'
  >[];
}
