/** `vmcheck gate`: checks that verdicts and saved counterexamples are as expected. */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { checkCitations, citationsOf, driftText } from '../../core/citations.ts';
import { resolveSpec } from '../../core/spec.ts';
import { InputError } from '../../errors.ts';
import { counted } from '../../report/numbers.ts';
import type { ReportedSearch, Result } from '../../report/run.ts';
import { verdictOf } from '../../report/run.ts';
import { checkCoverage } from '../../report/required-coverage.ts';
import { shortVerdict, searchName } from '../../report/text/phrases.ts';
import {
  type Command,
  chosenReporter,
  outputOptions,
  reportersOf,
  stdoutTerminal,
} from '../command.ts';
import {
  type Expected,
  type PlannedCitations,
  type PlannedSearch,
  readConfig,
} from '../gate-config.ts';
import { exitCode } from '../exit.ts';
import { searchAndSave } from '../searches.ts';
import type { Args } from '../args.ts';
import { replayJob } from './replay.ts';
import { type JobResult, type Job, runSeries } from '../series.ts';
import { withSourcesOfConfig } from '../options/source.ts';
import { type Shard, partOf, shardOf } from '../shard.ts';
import type { Host } from '../host.ts';
import { CONFIG } from '../known-systems.ts';

const able = reportersOf('checks');

export const gate: Command = {
  name: 'gate',
  usage: 'gate',
  sentence: `run the searches of ${CONFIG} and replay the counterexamples it names`,
  positionals: {},
  options: {
    config: { kind: 'value', byDefault: CONFIG, describe: 'the configuration file' },
    shard: { kind: 'value', describe: 'run only part i of n, written i/n' },
    ...outputOptions(able),
  },
  examples: [['$0 gate --shard 1/4', 'the first quarter, on the first of four machines']],
  run,
};

async function run(args: Args, bareHost: Host): Promise<number> {
  const begin = bareHost.now();
  const reporter = chosenReporter(args, able);
  const terminal = stdoutTerminal(args, bareHost);
  const shard = shardOf(args);
  const file = args.one('config') ?? CONFIG;
  if (args.one('config') === undefined && !existsSync(resolve(bareHost.cwd, CONFIG))) {
    throw new InputError(`there is no ${CONFIG} here: name one with --config`);
  }
  const jobs = jobsOfShard(await gateJobs(file, bareHost), shard);
  const report = (result: Result): void => {
    bareHost.stdout.write(reporter.checks?.each(result, terminal, jobs.length) ?? '');
  };
  const finished = await runSeries('gate', jobs, report, bareHost, begin);
  bareHost.stdout.write(reporter.checks?.end(finished, terminal) ?? '');
  return exitCode(verdictOf(finished));
}

/** All checks of a configuration; throws InputError before the first one runs. */
export async function gateJobs(file: string, bareHost: Host): Promise<readonly Job[]> {
  const host = await withSourcesOfConfig(file, bareHost);
  const { matrix, counterexamples, citations } = await readConfig(file, host);
  return [
    ...matrix.map((plan, entry) => searchJob(plan, entry, host)),
    ...counterexamples.map(replayJob),
    ...citations.map(citationJob),
  ];
}

function jobsOfShard<T>(planned: readonly T[], shard: Shard | undefined): readonly T[] {
  if (shard === undefined) return planned;
  const mine = partOf(planned, shard);
  if (mine.length > 0) return mine;
  const sum = counted(planned.length, 'check');
  throw new InputError(`--shard ${shard.part}/${shard.of} is empty: there are only ${sum}`);
}

/** One search of the matrix. */
function searchJob(plan: PlannedSearch, entry: number, host: Host): Job {
  const { system, spec, limits, reductions, expected } = plan;
  const request = { system, spec, settings: { ...limits, reductions } };
  const saving = { folder: undefined, command: undefined };
  const name = searchName(system, spec, reductions);
  const run = async (): Promise<JobResult> => {
    const search = await searchAndSave(request, host, saving);
    const difference = differenceOf(expected, search);
    return {
      outcome: search.verdict.outcome,
      ok: difference === undefined,
      sentence: difference ?? shortVerdict(search),
      remarks: [],
      search,
      reproduced: undefined,
    };
  };
  return { name, entry, system, spec, run };
}

/** The lines that a system cites, held against the source. */
function citationJob({ system, source, folder }: PlannedCitations): Job {
  return {
    name: `${system.name} · cited lines below ${source}`,
    system,
    spec: resolveSpec(system, {}),
    run(): JobResult {
      const { cited, drifts } = checkCitations(citationsOf(system), folder, source);
      const kept = `${cited - drifts.length} of ${counted(cited, 'cited line')} unchanged`;
      return {
        outcome: drifts.length === 0 ? 'cited' : 'drifted',
        ok: drifts.length === 0,
        sentence: kept,
        remarks: drifts.map(driftText),
        search: undefined,
        reproduced: undefined,
      };
    },
  };
}

/** How the verdict differs from the expected one, as a sentence; undefined if it does not. */
function differenceOf(expected: Expected, search: ReportedSearch): string | undefined {
  const { verdict, traces } = search;
  const found = shortVerdict(search);
  if (verdict.outcome !== expected.outcome) return `expected ${expected.outcome}, found ${found}`;
  const trace = traces.find(
    ({ invariant }) => expected.invariant === undefined || invariant === expected.invariant,
  );
  if (expected.invariant !== undefined && trace === undefined) {
    return `expected ${expected.invariant} to be violated, found ${found}`;
  }
  if (expected.steps !== undefined && trace?.steps.length !== expected.steps) {
    return `expected ${counted(expected.steps, 'step')}, found ${found}`;
  }
  if (expected.states !== undefined && verdict.states !== expected.states) {
    const [wanted, states] = [expected.states, verdict.states].map((n) => counted(n, 'state'));
    return `${verdict.outcome} as expected, but expected ${wanted} and found ${states}`;
  }
  if (expected.coverage === undefined) return undefined;
  const { sentence } = checkCoverage(expected.coverage, [search]);
  return sentence && `${found}, ${sentence}`;
}
