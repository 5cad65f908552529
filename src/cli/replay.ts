/** `vmcheck replay`: does every saved counterexample still do what it was saved for? */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { type Loaded, findFiles, load } from '../counterexample/load.ts';
import { replay as replaySaved } from '../counterexample/replay.ts';
import { InputError } from '../errors.ts';
import type { Check } from '../report/reporter.ts';
import { runChecks } from './checking.ts';
import { type Command, chosenReporter, outputOptions, reportersOf, stdoutPage } from './command.ts';
import { COUNTEREXAMPLES } from './explore.ts';
import type { Given } from './given.ts';
import type { World } from './world.ts';

const able = reportersOf('checks');

export const replay: Command = {
  name: 'replay',
  usage: 'replay [files..]',
  sentence: 'run saved counterexamples again, on their variant and on the fixed one',
  positionals: { files: { describe: `files or folders; ${COUNTEREXAMPLES} by default` } },
  options: outputOptions(able),
  examples: [[`$0 replay ${COUNTEREXAMPLES}`, 'every counterexample ever saved']],
  run,
};

async function run(given: Given, world: World): Promise<number> {
  const reporter = chosenReporter(given, able);
  const page = stdoutPage(given, world);
  const named = given.many('files') ?? [COUNTEREXAMPLES];
  if (given.many('files') === undefined && !existsSync(resolve(world.cwd, COUNTEREXAMPLES))) {
    throw new InputError(`there is no folder ${COUNTEREXAMPLES} here: name files or folders`);
  }
  const files = findFiles(named, world.cwd);
  // All are read before the first is run: a damaged file is found at once.
  const loaded = files.map((file) => load(resolve(world.cwd, file), file, world.systems));
  const planned = loaded.map((counterexample) => async () => replayCheck(counterexample, world.now));
  return runChecks(planned, reporter, page, world);
}

/** One counterexample as a line of a report. */
export function replayCheck(loaded: Loaded, now: () => number): Check {
  const begin = now();
  const { ok, sentence, remarks } = replaySaved(loaded);
  const seconds = (now() - begin) / 1000;
  return { name: loaded.shown, ok, seconds, sentence, remarks, exploration: undefined };
}
