/** What a trace is made of: places in the modelled source, and the steps that run there. */

export interface Statement {
  /** The C function, by its C name. */
  readonly operation: string;
  readonly file: string;
  /**
   * Line of `file` at the revision under check; 0 where there is no source (rules, user programs).
   */
  readonly line: number;
  /** The last line, if a section of several lines is one step. */
  readonly through?: number;
  /** A few characters that occur on that line, or the name of the rule. */
  readonly token: string;
  /** The fixes that added or changed the line, which then is none of `file`; absent: as written. */
  readonly fix?: string;
}

/** One step of a trace: enough to run it again. */
export interface Step {
  /** Indexes of the thread and the statement in the model. */
  readonly thread: number;
  readonly statement: number;
  /** Which outcome of the statement's `pick`s; 0 if it has none. */
  readonly choice: number;
}
