/**
 * What a system supplies so that it can be explored, replayed, listed and checked by a gate.
 * `systems.ts` is the table of systems; `cli/` and `report/` know a system only through this file.
 */

import type { ModelFactory } from './explorer/model-factory.ts';
import type { ViolatedInvariant, Rerun } from './explorer/rerun.ts';
import type { Step } from './explorer/statement.ts';
import type { ReducibleModel } from './reduction/capabilities.ts';

export type { ViolatedInvariant } from './explorer/rerun.ts';

/** An entry of `vmcheck list`: a name and a sentence. */
export interface Named {
  readonly name: string;
  readonly sentence: string;
}

export interface InvariantInfo extends Named {
  /** When it applies: always, when no operation is under way, at a certain step ... */
  readonly when: string;
  /**
   * frames, ptes, lists, control, content, discipline, ... : `--invariant GROUP` selects the whole
   * group.
   */
  readonly group: string;
}

export interface OperationInfo extends Named {
  readonly file: string;
  /** First and last line of the function in `file`. */
  readonly lines: readonly [number, number];
  /** Its place in each of several revisions, instead of the above: `file.c:155-191`. */
  readonly revisions?: readonly (readonly [revision: string, place: string])[];
}

/** A semantic choice that the sources do not show, with its default. */
export interface OptionInfo extends Named {
  readonly values: readonly (string | number | boolean)[];
  readonly default: string | number | boolean;
}

export type OptionValue = string | number | boolean;

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

/**
 * One field that a step changed, in the notation of the kernel: `gpt[P@c0][4].locked`, `false`,
 * `true`.
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
  /** Functions that the step calls and returns from: `vmm_handle_page_fault(4)`, `return 0`. */
  readonly notes: readonly string[];
  /** Step invariants that it violated. */
  readonly violated: readonly ViolatedInvariant[];
}

/** Runs steps one at a time on immutable values (the same step code, on immer drafts). */
export interface Replayer<State = unknown> extends Rerun<State> {
  step(state: State, step: Step): Replayed<State> | undefined;
  /** The steps possible in this state, in the order of the search. */
  possible(state: State): readonly Step[];
  /** The whole state as text, one line per object. */
  describe(state: State): readonly string[];
  /** The state as packed words, as in `Model.scratch`. */
  pack(state: State): Int32Array;
}

/** A model of a system, built from a scenario and a variant. */
export interface Subject extends ReducibleModel {
  readonly spec: Spec;
  /** `2 clusters × 3 frames, 2 processes, 3 threads`. */
  readonly summary: string;
  readonly replayer: Replayer;
}

/** Operations to run sequentially, each one to its end (`vmcheck run`). */
export interface Script {
  readonly name: string;
  readonly layout: Readonly<Record<string, unknown>>;
  readonly options: Readonly<Record<string, unknown>>;
  /** One operation per line, in the script language of the system. */
  readonly operations: readonly string[];
}

/** How to recognise a script of this system. */
export interface ScriptLanguage {
  /** The word that vectors carry as `family`. */
  readonly family: string;
  /** Keys that a layout may have. */
  readonly layout: readonly string[];
}

/** The result of one operation of a script. */
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

/** The condition under which a defect shows. A failing device counts as a failing allocation. */
export const needs = ['nothing', 'a failing allocation', 'an odd caller'] as const;

/**
 * A distinct defect of a system, for its page in `docs/defects/`; kept in `defects/<system>.json`.
 */
export interface Defect {
  /** `child-exit-frees-parent-frame`. */
  readonly name: string;
  readonly needs: (typeof needs)[number];
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

/** A named change of the source under check. */
export interface FixInfo extends Named {
  /** The diff that one would send to the maintainer. */
  readonly diff?: string;
}

/** A machine that the kernel can be put on. */
export interface HardwareInfo extends Named {
  /** Fixes of what the source lacks on this machine only: elsewhere they are not to be had. */
  readonly fixes?: readonly FixInfo[];
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
  readonly hardware: readonly HardwareInfo[];
  readonly defaultHardware: string;
  readonly options: readonly OptionInfo[];
  /** The fields of a scenario file, by which it is recognised as one of this system. */
  readonly scenarioFields?: readonly string[];
  /** The form of a scenario, as a JSON Schema. */
  readonly scenarioSchema?: Readonly<Record<string, unknown>>;
  /** Validates a scenario from outside; throws InputError that names the place in it. */
  parseScenario(json: unknown): Scenario;
  /**
   * Builds the model; throws InputError for an unknown fix, option, hardware profile or invariant.
   */
  build(spec: Spec): Subject;
  /** Supplied together with `run`. */
  readonly scripts?: ScriptLanguage;
  /** Runs a script; stops after an operation that never returns. Throws InputError. */
  run?(script: Script): readonly Observation[];
  /** The file from which the system was made; absent for built-in systems. */
  readonly source?: string;
  /** How a worker thread builds a subject; built-in systems are found there by name. */
  remake?(spec: Spec): ModelFactory;
  /**
   * Called when a search has ended with this error. Returns true if the system has learnt from it,
   * so that a new search with a rebuilt subject can get further.
   */
  learns?(error: unknown, spec: Spec): boolean;
  readonly defects?: readonly Defect[];
  readonly unmended?: readonly Unmended[];
}
