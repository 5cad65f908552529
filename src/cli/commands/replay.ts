/** `vmcheck replay`: checks that saved counterexamples still end in their violation. */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { type Loaded, findFiles, loadWithModule } from '../../counterexample/load.ts';
import { replay as replaySaved } from '../../counterexample/replay.ts';
import { InputError } from '../../errors.ts';
import { type Result, verdictOf } from '../../report/run.ts';
import {
  type Command,
  chosenReporter,
  outputOptions,
  reportersOf,
  stdoutTerminal,
} from '../command.ts';
import { exitCode } from '../exit.ts';
import { COUNTEREXAMPLES } from './explore.ts';
import type { Args } from '../args.ts';
import { withSourcesOf } from '../options/source.ts';
import { type JobResult, type Job, runSeries } from '../series.ts';
import type { Host } from '../host.ts';
import { inFolder } from '../known-systems.ts';

const able = reportersOf('checks');

export const replay: Command = {
  name: 'replay',
  usage: 'replay [files..]',
  sentence: 'replay saved counterexamples, on their variant and on the fixed one',
  positionals: { files: { describe: `files or folders (default: ${COUNTEREXAMPLES})` } },
  options: outputOptions(able),
  examples: [[`$0 replay ${COUNTEREXAMPLES}`, 'every counterexample ever saved']],
  run,
};

async function run(args: Args, bareHost: Host): Promise<number> {
  const begin = bareHost.now();
  const reporter = chosenReporter(args, able);
  const terminal = stdoutTerminal(args, bareHost);
  const named = args.many('files') ?? [COUNTEREXAMPLES];
  if (args.many('files') === undefined && !existsSync(resolve(bareHost.cwd, COUNTEREXAMPLES))) {
    throw new InputError(`there is no folder ${COUNTEREXAMPLES} here: name files or folders`);
  }
  const files = findFiles(named, bareHost.cwd);
  const host = await withSourcesOf(files, await inFolder(bareHost));
  // All files are read before the first one is run, so that a damaged file is found at once.
  const loaded = await loadAll(files, host);
  const jobs = loaded.map(replayJob);
  const report = (result: Result): void => {
    host.stdout.write(reporter.checks?.each(result, terminal, jobs.length) ?? '');
  };
  const finished = await runSeries('replay', jobs, report, host, begin);
  host.stdout.write(reporter.checks?.end(finished, terminal) ?? '');
  return exitCode(verdictOf(finished));
}

async function loadAll(files: readonly string[], { cwd, systems }: Host): Promise<Loaded[]> {
  const loaded: Loaded[] = [];
  for (const file of files) loaded.push(await loadWithModule(resolve(cwd, file), file, systems));
  return loaded;
}

/** The replay of one counterexample. */
export function replayJob(loaded: Loaded): Job {
  const { shown, system, spec } = loaded;
  const run = (): JobResult => {
    const { ok, sentence, remarks, reproduced } = replaySaved(loaded);
    const outcome = reproduced === undefined ? 'not-reproduced' : 'violated';
    return { outcome, ok, sentence, remarks, search: undefined, reproduced };
  };
  return { name: shown, system, spec, run };
}
