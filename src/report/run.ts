/**
 * What a command that does one thing after the other reports in the end: what became of each,
 * and one verdict over all of them, which is also what its exit code says.
 */

import type { ReproducedTrace } from '../counterexample/replay.ts';
import type { Outcome } from '../explorer/verdict.ts';
import type { Spec, System } from '../system.ts';
import type { ReportedSearch } from './reporter.ts';

/** The commands that do one thing after the other. */
export type SeriesName = 'explore' | 'gate' | 'replay';

/**
 * What became of one thing: the outcome of a search; `violated` or `not-reproduced` of a
 * counterexample; `refused` where the input does not allow it; where something is wrong,
 * `wrong-model` if that is the model, and `failed` if it is vmcheck itself.
 */
export type ResultOutcome = Outcome | 'not-reproduced' | 'refused' | 'wrong-model' | 'failed';

/** One search, or the replay of one counterexample. */
export interface Result {
  /** The scenario, the entry of a configuration in words, or the file. */
  readonly name: string;
  /** Where it stands in the matrix of a configuration. */
  readonly entry: number | undefined;
  readonly system: System;
  readonly spec: Spec;
  readonly outcome: ResultOutcome;
  /** As expected; undefined where nothing is. */
  readonly ok: boolean | undefined;
  /** What was found, in a few words. */
  readonly sentence: string;
  readonly remarks: readonly string[];
  readonly seconds: number;
  /** The search, if it was one and ran. */
  readonly search: ReportedSearch | undefined;
  /** The counterexample, if it was one and still breaks what it was saved for. */
  readonly reproduced: ReproducedTrace | undefined;
}

/** One word for the whole; each has its exit code. */
export type RunVerdict =
  Outcome | 'as-expected' | 'not-as-expected' | 'refused' | 'wrong-model' | 'failed';

/** A command that has come to its end, or was interrupted. */
export interface Run {
  readonly command: SeriesName;
  readonly toolVersion: string;
  readonly results: readonly Result[];
  /** How many there were to be. */
  readonly planned: number;
  /** From the start of the command to now, on the clock. */
  readonly seconds: number;
}

/**
 * The gravest first: an error of ours or of a model, then what was found, then what could not be
 * done. A violation is a violation even if a limit was reached, or another scenario was refused.
 */
export function verdictOf({ command, results, planned }: Omit<Run, 'seconds'>): RunVerdict {
  const some = (outcome: ResultOutcome): boolean =>
    results.some((result) => result.outcome === outcome);
  const complete = results.length === planned;
  if (some('failed')) return 'failed';
  if (some('wrong-model')) return 'wrong-model';
  if (command !== 'explore') {
    if (results.some(({ ok }) => ok !== true)) return 'not-as-expected';
    return complete ? 'as-expected' : 'limited';
  }
  if (some('violated')) return 'violated';
  if (some('refused')) return 'refused';
  return complete && !some('limited') ? 'holds' : 'limited';
}

/** The searches that ran. */
export function searchesOf(results: readonly Result[]): ReportedSearch[] {
  return results.flatMap(({ search }) => (search === undefined ? [] : [search]));
}
