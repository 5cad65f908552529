/** Operations that run one after the other, without a search: `vmcheck run`. */

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
