/** `vmcheck explore`: search a scenario, or all of a system, for a violation. */

import { resolve } from 'node:path';

import { save } from '../../counterexample/save.ts';
import { InputError } from '../../errors.ts';
import { prepareFolder } from '../../files/write.ts';
import { distinctViolations } from '../../report/distinct.ts';
import type { ReportedSearch, Result } from '../../report/run.ts';
import { type Run, searchesOf, verdictOf } from '../../report/run.ts';
import { checkCoverage } from '../../report/required-coverage.ts';
import { shortVerdict } from '../../report/text/phrases.ts';
import {
  type Command,
  chosenReporter,
  outputOptions,
  reportersOf,
  stdoutTerminal,
} from '../command.ts';
import { exitCode } from '../exit.ts';
import { searchAndSave } from '../searches.ts';
import type { Args } from '../args.ts';
import { checkpointOptions } from '../options/checkpoint.ts';
import { chosenCoverage, demandOptions, searchOptions } from '../options/search.ts';
import { type JobResult, type Job, runSeries } from '../series.ts';
import { sourceOption, withSource } from '../options/source.ts';
import { storageOptions } from '../options/storage.ts';
import { searchRequests } from '../options/request.ts';
import { chosenSystem, specOptions } from '../options/spec.ts';
import { toolVersion } from '../../core/version.ts';
import type { Host } from '../host.ts';
import { CONFIG, inFolder } from '../known-systems.ts';

const able = reportersOf('searches');

/** The folder of counterexamples; `replay` searches it, too. */
export const COUNTEREXAMPLES = 'counterexamples';

export const explore: Command = {
  name: 'explore',
  usage: 'explore [system]',
  sentence: 'explore every interleaving of a scenario and check its invariants',
  positionals: {
    system: {
      describe: `a system, or a module that exports one; default: that of ${CONFIG}, or the first`,
    },
  },
  options: {
    ...sourceOption,
    ...specOptions,
    ...demandOptions,
    ...searchOptions,
    ...storageOptions,
    ...checkpointOptions,
    save: {
      kind: 'value',
      group: 'Output:',
      describe: 'write each distinct violation to a counterexample file in this folder',
    },
    ...outputOptions(able),
  },
  examples: [
    ['$0 explore', 'the default scenario of the system of the folder, or of the first one'],
    ['$0 explore --keep-going', 'every distinct violation in all scenarios'],
    ['$0 explore --source kernel.vmcheck.json', 'your own C: see docs/your-c-code.md'],
  ],
  run,
};

async function run(args: Args, bareHost: Host): Promise<number> {
  const begin = bareHost.now();
  const reporter = chosenReporter(args, able);
  const terminal = stdoutTerminal(args, bareHost);
  const knowing = await withSource(args, await inFolder(bareHost));
  const { system, host } = await chosenSystem(args, knowing);
  const requests = searchRequests(args, system, host);
  const percent = chosenCoverage(args);
  const folder = args.one('save');
  if (folder !== undefined) prepareFolder(resolve(host.cwd, folder), `--save: ${folder}`);
  const several = requests.length > 1;
  // With several scenarios, only the distinct violations are saved, at the end.
  const command = folder === undefined ? savingCommand(args.words) : undefined;
  const saving = { folder: several ? undefined : folder, command };
  const jobs = requests.map((request): Job => ({
    name: request.spec.scenario.name,
    system: request.system,
    spec: request.spec,
    run: async () => {
      const search = await searchAndSave(request, host, saving);
      // Several scenarios have to cover it together.
      if (several || percent === undefined) return searched(search);
      return searched({ ...search, required: checkCoverage(percent, [search]) });
    },
  }));
  const report = (result: Result): void => {
    host.stdout.write(reporter.searches?.each(result, terminal, jobs.length) ?? '');
  };
  const ended = await runSeries('explore', jobs, report, host, begin);
  const finished = percent === undefined ? ended : withCoverage(ended, percent);
  const reported =
    several && folder !== undefined ? saveDistinct(finished, folder, host) : finished;
  host.stdout.write(reporter.searches?.end(reported, terminal) ?? '');
  const unsaved = searchesOf(reported.results).find((search) => search.unsaved)?.unsaved;
  // The verdict is printed first, so that it is not lost with the file.
  if (unsaved !== undefined) throw new InputError(`--save: ${unsaved}`);
  return exitCode(verdictOf(reported));
}

/** Checks whether the searches together cover what is required. */
function withCoverage(run: Run, percent: number): Run {
  const complete = run.results.length === run.planned;
  return { ...run, required: checkCoverage(percent, searchesOf(run.results), complete) };
}

function searched(search: ReportedSearch): JobResult {
  const { outcome } = search.verdict;
  const sentence = shortVerdict(search);
  return { outcome, ok: undefined, sentence, remarks: [], search, reproduced: undefined };
}

/** Saves each distinct violation of several scenarios once, with its shortest trace. */
function saveDistinct(run: Run, folder: string, { cwd }: Host): Run {
  const distinct = distinctViolations(searchesOf(run.results));
  const results = run.results.map((result) => {
    const { search, system } = result;
    if (search === undefined) return result;
    const own = distinct.filter((found) => found.search === search);
    const traces = own.map(({ trace }) => trace);
    const files = save(folder, cwd, system, search.subject, traces, toolVersion);
    const saved = search.traces.map((trace) => files.saved[traces.indexOf(trace)]);
    return { ...result, search: { ...search, ...files, saved } };
  });
  return { ...run, results };
}

/** The same command with `--save`. */
function savingCommand(words: readonly string[]): string {
  const quoted = words.map((word) =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`,
  );
  return ['vmcheck', ...quoted, '--save', COUNTEREXAMPLES].join(' ');
}
