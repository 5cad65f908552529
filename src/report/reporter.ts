/**
 * The data of reports, and the interface of a reporter. A reporter is a value in `reporters.ts`; it
 * has a member for each thing that it can report, and the commands offer it for these. It returns
 * text and prints nothing.
 */

import type { CitationCheck } from '../core/citations.ts';
import type { DoctorReport } from '../core/doctor.ts';
import type { Trace } from '../core/trace.ts';
import type { Spec, System } from '../system.ts';
import type { Terminal } from './terminal.ts';
import type { Result, Run } from './run.ts';

/** A saved trace, possibly only part of it. */
export interface SavedTrace {
  readonly toolVersion: string;
  readonly system: System;
  readonly spec: Spec;
  /** Empty where the system is not at hand. */
  readonly summary: string;
  readonly revision: string;
  readonly trace: Trace;
  /** Only the steps of this thread are shown. */
  readonly thread: string | undefined;
  /** All threads of the scenario. */
  readonly threads: readonly string[];
  /** The states before the first step and after each one, as text; undefined to omit them. */
  readonly states: readonly (readonly string[])[] | undefined;
}

/** Everything that has a name. */
export interface Listing {
  readonly toolVersion: string;
  readonly systems: readonly System[];
}

/** What came of the laws of models. */
export interface Examined extends DoctorReport {
  readonly toolVersion: string;
}

/** Which of the lines that a system cites are as they were. */
export interface CheckedCitations extends CitationCheck {
  readonly toolVersion: string;
  readonly system: System;
  /** The folder with the source, as it was named. */
  readonly source: string;
}

/** Reports results one by one, and a summary at the end. */
export interface Series {
  each(result: Result, terminal: Terminal, planned: number): string;
  end(run: Run, terminal: Terminal): string;
}

/** A way to report: `--format` chooses it by its name. */
export interface Reporter {
  readonly name: string;
  readonly sentence: string;
  /** `explore`, of one scenario and of several. */
  readonly searches?: Series;
  /** `gate` and `replay`. */
  readonly checks?: Series;
  /** `show`. */
  readonly savedTrace?: (saved: SavedTrace, terminal: Terminal) => string;
  /** Cannot show the whole state after each step. */
  readonly noStates?: true;
  /** `doctor`. */
  readonly examination?: (examined: Examined, terminal: Terminal) => string;
  /** `cite`. */
  readonly citations?: (checked: CheckedCitations, terminal: Terminal) => string;
  /** `list`. */
  readonly listing?: (listing: Listing, terminal: Terminal) => string;
}
