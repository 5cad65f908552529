/**
 * The types of the JSON output; `docs/<command>.schema.json` publishes them. `explore` (of one or
 * several scenarios), `gate` and `replay` print one kind of object with one kind of results. Only
 * `measured` can differ between two runs of the same command.
 */

import type { Earlier } from '../../core/trace.ts';
import type { Collisions, Coverage, Limit } from '../../explorer/verdict.ts';
import type { Change, Spec, System } from '../../system.ts';
import type { ResultOutcome, RunVerdict } from '../run.ts';

/** The version of every object; renaming or removing a field increments it. */
export const VERSION = 1;

/** `explore`, `gate` and `replay`. */
export interface JsonRun {
  readonly format: 'vmcheck-explore' | 'vmcheck-gate' | 'vmcheck-replay';
  readonly version: typeof VERSION;
  readonly toolVersion: string;
  /** One word for the whole run; corresponds to the exit code. */
  readonly verdict: RunVerdict;
  /** The number of planned results; an interrupt leaves fewer. */
  readonly planned: number;
  /** `gate` and `replay`. */
  readonly asExpected?: number;
  readonly notAsExpected?: number;
  readonly results: readonly JsonResult[];
  /** `explore`: each distinct violation once, with the scenario of its shortest trace. */
  readonly distinct?: readonly JsonDistinct[];
  /** `explore --require-coverage`: of all searches together; `enough` is null if not proved. */
  readonly requiredCoverage?: {
    readonly percent: number;
    readonly statements: number;
    readonly ran: number;
    readonly enough: boolean | null;
  };
  readonly measured: {
    /** Wall-clock time from the start of the command to its end. */
    readonly seconds: number;
    /** In the order of `results`. */
    readonly results: readonly JsonMeasured[];
  };
}

/** The result of one search or of one replayed counterexample; missing values are null. */
export interface JsonResult {
  /** The scenario, the entry of the configuration, or the file. */
  readonly name: string;
  /** Index in the matrix of the configuration. */
  readonly entry: number | null;
  readonly outcome: ResultOutcome;
  /** Whether the result is as expected; null if nothing is expected. */
  readonly ok: boolean | null;
  readonly sentence: string;
  readonly remarks: readonly string[];
  /**
   * System, scenario, fixes, hardware, options, invariants: everything that determines the outcome.
   */
  readonly spec: Spec;
  /** Revision of the source under check. */
  readonly revision: string;
  /** `as written`, `fixed`, `fixed without x`. */
  readonly variant: string;
  readonly summary: string | null;
  /** The limit that ended the search early. */
  readonly limit: Limit | null;
  readonly strategy: string | null;
  /** `exact`, or the probability that fingerprints hid a state. */
  readonly storage: 'exact' | Collisions | null;
  /** The reductions used: `symmetry`, ... */
  readonly reductions: readonly string[];
  readonly counts: {
    readonly states: number;
    readonly transitions: number;
    readonly depth: number;
    /** The number of states found but not expanded. */
    readonly frontier: number;
  } | null;
  /** For a counterexample, the violation in which it still ends. */
  readonly breaches: readonly JsonViolation[];
  readonly coverage: JsonCoverage | null;
}

/** Null for a replay. */
export interface JsonMeasured {
  readonly seconds: number;
  readonly bytes: number | null;
  /** States that were on disk when the search ended. */
  readonly spilled: number | null;
}

export interface JsonViolation {
  readonly invariant: string;
  readonly sentence: string;
  /** True if no trace has fewer steps; null for a counterexample, which is not searched. */
  readonly shortest: boolean | null;
  /** Invariants violated earlier on the same trace. */
  readonly after: readonly string[];
  readonly initial: number;
  /**
   * The first violation of the same invariant, if it is before the end; step 0 is the initial
   * state.
   */
  readonly earlier: Earlier | null;
  readonly steps: readonly JsonStep[];
  /** The file that contains it; null if it was not saved. */
  readonly saved: string | null;
}

export interface JsonStep {
  readonly number: number;
  readonly thread: string;
  readonly operation: string;
  readonly file: string;
  readonly line: number;
  /** The last line, if a section of several lines is one step; otherwise null. */
  readonly through: number | null;
  readonly token: string;
  /** The fixes that added or changed the line; null if it is as written. */
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
  readonly ended: Coverage['ended'];
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
  /**
   * The first violation of the same invariant, if it is before the end; step 0 is the initial
   * state.
   */
  readonly earlier: Earlier | null;
  readonly thread: string | null;
  readonly steps: readonly (JsonStep & { readonly state?: readonly string[] })[];
}

/** `list`: the systems as `System` declares them, text fields only. */
export interface JsonListing {
  readonly format: 'vmcheck-list';
  readonly version: typeof VERSION;
  readonly toolVersion: string;
  readonly systems: readonly Omit<
    System,
    'parseScenario' | 'build' | 'scripts' | 'run' | 'defects'
  >[];
}

/** `vmcheck doctor --format json`. */
export interface JsonDoctor {
  readonly format: 'vmcheck-doctor';
  readonly version: typeof VERSION;
  readonly toolVersion: string;
  readonly verdict: 'lawful' | 'wrong-model' | 'interrupted';
  readonly system: string;
  readonly walks: number;
  readonly depth: number;
  readonly seed: number;
  readonly scenarios: number;
  readonly planned: number;
  readonly states: number;
  readonly laws: readonly {
    readonly name: string;
    readonly sentence: string;
    readonly states: number;
    readonly notChecked: string | null;
    readonly broken: {
      readonly scenario: string;
      readonly sentence: string;
      readonly trace: readonly string[];
    } | null;
  }[];
}

/** `vmcheck cite --format json`. */
export interface JsonCitations {
  readonly format: 'vmcheck-cite';
  readonly version: typeof VERSION;
  readonly toolVersion: string;
  readonly verdict: 'as-expected' | 'not-as-expected';
  readonly system: string;
  readonly revision: string;
  readonly source: string;
  /** Cited lines that were checked. */
  readonly cited: number;
  readonly drifts: readonly {
    readonly operation: string;
    readonly at: string;
    readonly token: string;
    readonly sentence: string;
  }[];
}
