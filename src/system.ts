/**
 * What a system supplies so that it can be explored, replayed, listed and checked by a gate.
 * `systems.ts` is the table of systems; `cli/` and `report/` know a system only through this file.
 *
 * Every system has what `Identity`, `Choices` and `Builder` ask for. The rest is optional, each
 * part for one command or for one kind of system.
 */

import type { ModelFactory } from './explorer/model-factory.ts';
import type { Defect, Unmended } from './system/defects.ts';
import type {
  FixInfo,
  HardwareInfo,
  InvariantInfo,
  OperationInfo,
  OptionInfo,
} from './system/lists.ts';
import type { Observation, Script, ScriptLanguage } from './system/scripts.ts';
import type { Scenario, Spec } from './system/spec.ts';
import type { Subject } from './system/subject.ts';

export type { ViolatedInvariant } from './explorer/rerun.ts';
export { needs } from './system/defects.ts';
export type * from './system/defects.ts';
export type * from './system/lists.ts';
export type * from './system/scripts.ts';
export type * from './system/spec.ts';
export type * from './system/subject.ts';

/**
 * Everything that the commands know of a system. `defineSystem` makes one; a system that is written
 * by hand needs the members of `Identity`, `Choices` and `Builder`.
 */
export interface System
  extends
    Identity,
    Choices,
    Builder,
    Partial<RecognisesScenarios>,
    Partial<RunsScripts>,
    Partial<KnowsDefects>,
    Partial<FromSource> {}

/** How reports call the system. */
export interface Identity {
  readonly name: string;
  /** `ALMOS-MKH`. */
  readonly title: string;
  /** Revision of the source under check: `r632`. */
  readonly revision: string;
  readonly sentence: string;
}

/** What the names in a spec can be, and those that it has if none are named. */
export interface Choices {
  readonly defaultScenario: string;
  readonly scenarios: readonly Scenario[];
  readonly invariants: readonly InvariantInfo[];
  readonly operations: readonly OperationInfo[];
  readonly fixes: readonly FixInfo[];
  readonly hardware: readonly HardwareInfo[];
  readonly defaultHardware: string;
  readonly options: readonly OptionInfo[];
}

/** From a scenario to a model: all that a search needs. */
export interface Builder {
  /** Validates a scenario from outside; throws InputError that names the place in it. */
  parseScenario(json: unknown): Scenario;
  /**
   * Builds the model; throws InputError for an unknown fix, option, hardware profile or invariant.
   */
  build(spec: Spec): Subject;
}

/** The form of its scenario files: without it, they have to be used with the name of the system. */
export interface RecognisesScenarios {
  /** The fields of a scenario file, by which it is recognised as one of this system. */
  readonly scenarioFields: readonly string[];
  /** The form of a scenario, as a JSON Schema. */
  readonly scenarioSchema: Readonly<Record<string, unknown>>;
}

/** `vmcheck run`. A system has both members or neither. */
export interface RunsScripts {
  readonly scripts: ScriptLanguage;
  /** Runs a script; stops after an operation that never returns. Throws InputError. */
  run(script: Script): readonly Observation[];
}

/** The page of the system in `docs/defects/`. */
export interface KnowsDefects {
  readonly defects: readonly Defect[];
  readonly unmended: readonly Unmended[];
}

/** A system that was made from a file of the user: a module, or the IR of C. */
export interface FromSource {
  /** The file from which the system was made; absent for built-in systems. */
  readonly source: string;
  /** How a worker thread builds a subject; built-in systems are found there by name. */
  remake(spec: Spec): ModelFactory;
  /**
   * Called when a search has ended with this error. Returns true if the system has learnt from it,
   * so that a new search with a rebuilt subject can get further.
   */
  learns(error: unknown, spec: Spec): boolean;
}
