/**
 * What a system supplies so that it can be explored, replayed, listed and gated. `systems.ts` is
 * the table of them; `cli/` and `report/` know a system only through this file.
 */

import type { ModelFactory } from './explorer/model-factory.ts';
import type { ViolatedInvariant, Rerun } from './explorer/rerun.ts';
import type { Step } from './explorer/statement.ts';
import type { ReducibleModel } from './reduction/capabilities.ts';

export type { ViolatedInvariant } from './explorer/rerun.ts';

/** One thing `vmcheck list` names, with one sentence. */
export interface Named {
  readonly name: string;
  readonly sentence: string;
}

export interface InvariantInfo extends Named {
  /** When it is asked: always, when nothing is under way, at a step ... */
  readonly when: string;
  /**
   * frames, ptes, lists, control, content, discipline, ... : `--invariant
   * GROUP` takes them together.
   */
  readonly group: string;
}

export interface OperationInfo extends Named {
  readonly file: string;
  /** First and last line of the function in `file`. */
  readonly lines: readonly [number, number];
  /** Where it is in each of several revisions, in place of the above: `file.c:155-191`. */
  readonly revisions?: readonly (readonly [revision: string, place: string])[];
}

/** A semantic choice that the sources do not show, with its default. */
export interface OptionInfo extends Named {
  readonly values: readonly (string | number | boolean)[];
  readonly default: string | number | boolean;
}

export type OptionValue = string | number | boolean;

/** A scope: plain JSON, so that it can be written to a counterexample and read from a file. */
export interface Scenario {
  readonly name: string;
  /** The question it asks, in a sentence. */
  readonly purpose: string;
  /** Invariants or groups that answer it: checked unless others are asked for. Absent: all. */
  readonly about?: readonly string[];
}

/** Everything that decides a verdict, as plain JSON. */
export interface Spec {
  readonly system: string;
  readonly scenario: Scenario;
  /** Names of the fixes applied to the as-written operations; empty is as written. */
  readonly fixes: readonly string[];
  readonly hardware: string;
  /** Every option of the system, also those left at their default. */
  readonly options: Readonly<Record<string, OptionValue>>;
  /** Names of the invariants checked. */
  readonly invariants: readonly string[];
}

/**
 * One cell that a step changed, in the kernel's notation: `gpt[P@c0][4].locked`, `false`, `true`.
 */
export interface Change {
  readonly path: string;
  readonly from: string;
  readonly to: string;
}

export interface Replayed<State> {
  readonly state: State;
  /** The statement that ran. */
  readonly statement: number;
  readonly changes: readonly Change[];
  /** Functions entered and left by the step, as in `vmm_handle_page_fault(4)` and `return 0`. */
  readonly notes: readonly string[];
  /** Step invariants that it broke. */
  readonly violated: readonly ViolatedInvariant[];
}

/** Runs steps one at a time on immutable values (the same step code, on immer drafts). */
export interface Replayer<State = unknown> extends Rerun<State> {
  step(state: State, step: Step): Replayed<State> | undefined;
  /** The steps possible in this state, in the order of the search. */
  possible(state: State): readonly Step[];
  /** The state for people: one line per thing, nothing hidden. */
  describe(state: State): readonly string[];
  /** The state in words, as in `Model.scratch`. */
  pack(state: State): Int32Array;
}

/** A system, a scenario and a variant put together. */
export interface Subject extends ReducibleModel {
  readonly spec: Spec;
  /** `2 clusters × 3 frames, 2 processes, 3 threads`. */
  readonly summary: string;
  readonly replayer: Replayer;
}

/** Operations to perform one after the other, each run to its end (`vmcheck run`). */
export interface Script {
  readonly name: string;
  readonly layout: Readonly<Record<string, unknown>>;
  readonly options: Readonly<Record<string, unknown>>;
  /** One operation a line, in the script language of the system. */
  readonly operations: readonly string[];
}

/** How a script is recognised as one of a system. */
export interface ScriptLanguage {
  /** The word that vectors carry as `family`. */
  readonly family: string;
  /** Keys that a layout may have. */
  readonly layout: readonly string[];
}

/** What one operation of a script did. */
export interface Observation {
  readonly op: string;
  /** One word: ok, error, user-error, panic, assert, ... */
  readonly result: string;
  /** What a read returned. */
  readonly value?: string | number;
  readonly events: readonly string[];
  /** The complete state afterwards; missing if the operation never returned. */
  readonly state?: unknown;
}

/** What it takes for a defect to show. A device that fails counts as an allocation that does. */
export const needs = ['nothing', 'a failing allocation', 'an odd caller'] as const;

/**
 * A distinct defect of a system, for its page in `docs/defects/`; kept in `defects/<system>.json`.
 */
export interface Defect {
  /** `child-exit-frees-parent-frame`. */
  readonly name: string;
  readonly needs: (typeof needs)[number];
  /** What follows from it for a user of the kernel. */
  readonly consequence: string;
  /** The lines of C at fault: `vmm.c:1302-1307`. */
  readonly lines: string;
  /** Name of the fix. */
  readonly fix: string;
  /** What the authors say of it, and where. */
  readonly acknowledged?: string;
  /** The searches that find it; the trace of the first is told. */
  readonly shown: readonly [Showing, ...Showing[]];
}

/** A search that finds a defect, and the file that keeps its shortest trace. */
export interface Showing {
  /** Counterexample below `counterexamples/<system>/`, without `.json`. */
  readonly counterexample: string;
  readonly scenario: string;
  readonly invariant: string;
  /**
   * `vmm_handle_cow:2281`: the statement that breaks it, if not the one with the shortest trace.
   */
  readonly at?: string;
  /** Fixes applied, because other defects hide it as written. */
  readonly fixes?: readonly string[] | 'all but its own';
  /** Options that are not the default. */
  readonly options?: Readonly<Record<string, OptionValue>>;
}

/** A value of an option with which all fixes together leave some scenario violated. */
export interface Unmended {
  readonly option: string;
  readonly value: OptionValue;
  /** What is then violated. */
  readonly invariants: readonly string[];
  /** Why no fix mends it. */
  readonly why: string;
}

/** A named change of the source under check. */
export interface FixInfo extends Named {
  /** The change as one would send it to the maintainer, as a diff. */
  readonly diff?: string;
}

export interface System {
  readonly name: string;
  /** `ALMOS-MKH`. */
  readonly title: string;
  /** Revision of the source under check: `r632`. */
  readonly revision: string;
  readonly sentence: string;
  readonly defaultScenario: string;
  readonly scenarios: readonly Scenario[];
  readonly invariants: readonly InvariantInfo[];
  readonly operations: readonly OperationInfo[];
  readonly fixes: readonly FixInfo[];
  readonly hardware: readonly Named[];
  readonly defaultHardware: string;
  readonly options: readonly OptionInfo[];
  /** Fields that a scenario file may have: by them it is recognised as one of this system. */
  readonly scenarioFields?: readonly string[];
  /** Checks a scenario that came from outside; throws InputError naming the place in it. */
  parseScenario(json: unknown): Scenario;
  /**
   * Puts it together; throws InputError for a fix, option, hardware or invariant it does not have.
   */
  build(spec: Spec): Subject;
  /** Supplied together with `run`. */
  readonly scripts?: ScriptLanguage;
  /** Performs a script; stops after an operation that never returns. Throws InputError. */
  run?(script: Script): readonly Observation[];
  /** The file that it was made from; left out by those that are built in. */
  readonly source?: string;
  /**
   * How another thread makes a subject again; those that are built in are
   * found there by their names.
   */
  remake?(spec: Spec): ModelFactory;
  /**
   * A search has ended with this error. Has the system learnt from it, so that a search which
   * begins again, with a subject built anew, comes further?
   */
  learns?(error: unknown, spec: Spec): boolean;
  readonly defects?: readonly Defect[];
  readonly unmended?: readonly Unmended[];
}
