/**
 * Runs a series of jobs for `explore`, `gate` and `replay`. Each result is reported as soon as it
 * is known. A job that fails has its error as its result, and the others still run.
 */

import { authorsError, textOf } from '../author-errors.ts';
import { InputError, ModelError } from '../errors.ts';
import { counted } from '../report/numbers.ts';
import type { Result, Run, SeriesName } from '../report/run.ts';
import { sentence } from '../safe-text.ts';
import type { Spec, System } from '../system.ts';
import { internalError } from './internal-error.ts';
import { toolVersion } from '../core/version.ts';
import type { Host } from './host.ts';

/** One job. */
export interface Job {
  readonly name: string;
  readonly entry?: number;
  readonly system: System;
  readonly spec: Spec;
  run(): Promise<JobResult> | JobResult;
}

/** The result of a job. */
export type JobResult = Omit<Result, keyof Job | 'seconds'>;

/** The nouns for jobs that an interrupt leaves out. */
const NOUNS: Readonly<Record<SeriesName, string>> = {
  explore: 'scenario',
  gate: 'check',
  replay: 'check',
};

/** `begin`: when the command started, on the clock of the host. Prints no result. */
export async function runSeries(
  command: SeriesName,
  jobs: readonly Job[],
  report: (result: Result) => void,
  host: Host,
  begin: number,
): Promise<Run> {
  const { now, stderr } = host;
  const results: Result[] = [];
  for (const job of jobs) {
    await host.pause();
    // The first search handles the interrupt itself, so it has a verdict to report.
    if (host.interrupted() && (command !== 'explore' || results.length > 0)) break;
    const start = now();
    const found = await runJob(command, job, jobs.length, host);
    const interrupted = found.search?.verdict.limit === 'interrupted';
    // An interrupted search of a gate is neither as expected nor not.
    if (!interrupted || command === 'explore') {
      const { name, entry, system, spec } = job;
      const seconds = found.search?.seconds ?? (now() - start) / 1000;
      const result = { name, entry, system, spec, ...found, seconds };
      results.push(result);
      report(result);
    }
    if (interrupted) break;
  }
  const left = jobs.length - results.length;
  if (left > 0) stderr.write(`vmcheck: interrupted: ${counted(left, NOUNS[command])} not run\n`);
  const seconds = (now() - begin) / 1000;
  return { command, toolVersion, results, planned: jobs.length, seconds };
}

/** If the only scenario is refused, the command itself is refused. */
async function runJob(
  command: SeriesName,
  job: Job,
  planned: number,
  host: Host,
): Promise<JobResult> {
  try {
    return await job.run();
  } catch (thrown) {
    const error = authorsError(thrown);
    if (command === 'explore' && planned === 1) throw error;
    const outcome = outcomeOf(error);
    if (outcome !== 'refused') host.stderr.write(internalError(error, host.verbose));
    return {
      outcome,
      ok: command === 'explore' ? undefined : false,
      sentence: sentenceOf(error),
      remarks: [],
      search: undefined,
      reproduced: undefined,
    };
  }
}

function outcomeOf(error: unknown): 'refused' | 'wrong-model' | 'failed' {
  if (error instanceof InputError) return 'refused';
  return error instanceof ModelError ? 'wrong-model' : 'failed';
}

function sentenceOf(error: unknown): string {
  const message = sentence(error instanceof Error ? error.message : textOf(error));
  if (error instanceof InputError) return message;
  const whose = error instanceof ModelError ? 'an error in the model' : 'an error in vmcheck';
  return `${whose}: ${message}`;
}
