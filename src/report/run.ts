/**
 * The results of a command that runs a series of jobs, and their combined verdict, which
 * corresponds to the exit code.
 */

import type { SearchResult } from '../core/run-search.ts';
import type { ReproducedTrace } from '../counterexample/replay.ts';
import type { Outcome } from '../explorer/verdict.ts';
import type { Spec, System } from '../system.ts';
import type { RequiredCoverage } from './required-coverage.ts';

/** The commands that run a series of jobs. */
export type SeriesName = 'explore' | 'gate' | 'replay';

/**
 * The outcome of one job: of a search; of a counterexample (`violated` or `not-reproduced`); of the
 * lines that a system cites (`cited` as they are, or `drifted`);
 * `refused` if the input is not accepted; `wrong-model` for an error in the model; `failed` for an
 * error in vmcheck.
 */
export type ResultOutcome =
  Outcome | 'not-reproduced' | 'cited' | 'drifted' | 'refused' | 'wrong-model' | 'failed';

/** One finished search, with the files of its traces. */
export interface ReportedSearch extends SearchResult {
  readonly toolVersion: string;
  /** The files of saved violations, in the same order; undefined or missing if not saved. */
  readonly saved: readonly (string | undefined)[];
  /** Why not all of them could be saved, as a sentence. */
  readonly unsaved?: string | undefined;
  /** The command that would save them, if there is one. */
  readonly saveWith: string | undefined;
  /** If it alone has to cover a part of the statements: how far it does. */
  readonly required?: RequiredCoverage | undefined;
}

/** The result of one search or of one replayed counterexample. */
export interface Result {
  /** The name of the scenario or file, or a description of the entry of a configuration. */
  readonly name: string;
  /** The index in the matrix of a configuration. */
  readonly entry: number | undefined;
  readonly system: System;
  readonly spec: Spec;
  readonly outcome: ResultOutcome;
  /** Whether the result is as expected; undefined if nothing is expected. */
  readonly ok: boolean | undefined;
  /** The result in a few words. */
  readonly sentence: string;
  readonly remarks: readonly string[];
  readonly seconds: number;
  /** The search, if the job was a search and ran. */
  readonly search: ReportedSearch | undefined;
  /** The counterexample, if the job was a replay and still ends in its violation. */
  readonly reproduced: ReproducedTrace | undefined;
}

/** One word for the whole run; each word has an exit code. */
export type RunVerdict =
  | Outcome
  | 'not-covered'
  | 'as-expected'
  | 'not-as-expected'
  | 'refused'
  | 'wrong-model'
  | 'failed';

/** A command that has ended or was interrupted. */
export interface Run {
  readonly command: SeriesName;
  readonly toolVersion: string;
  readonly results: readonly Result[];
  /** The number of planned jobs. */
  readonly planned: number;
  /** Wall-clock time since the start of the command. */
  readonly seconds: number;
  /** If a part of the statements has to be covered: how far all searches together do. */
  readonly required?: RequiredCoverage | undefined;
}

/**
 * The most serious outcome decides: an error in vmcheck or in a model, then violations, then
 * refused jobs, then too few statements that ran. A violation counts even if a limit was reached or
 * another scenario was refused. For a gate, what is refused is not as expected; for the other
 * commands it is bad input.
 */
export function verdictOf(run: Omit<Run, 'seconds'>): RunVerdict {
  const { command, results, planned, required } = run;
  const some = (outcome: ResultOutcome): boolean =>
    results.some((result) => result.outcome === outcome);
  const complete = results.length === planned;
  if (some('failed')) return 'failed';
  if (some('wrong-model')) return 'wrong-model';
  if (command !== 'explore') {
    const missed = results.filter(({ ok }) => ok !== true);
    const isMissed = ({ outcome }: Result): boolean => command === 'gate' || outcome !== 'refused';
    if (missed.some(isMissed)) return 'not-as-expected';
    if (missed.length > 0) return 'refused';
    return complete ? 'as-expected' : 'limited';
  }
  if (some('violated')) return 'violated';
  if (some('refused')) return 'refused';
  if (required?.enough === false) return 'not-covered';
  return complete && !some('limited') ? 'holds' : 'limited';
}

/** The searches that ran. */
export function searchesOf(results: readonly Result[]): ReportedSearch[] {
  return results.flatMap(({ search }) => (search === undefined ? [] : [search]));
}
