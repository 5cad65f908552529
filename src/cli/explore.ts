/** `vmcheck explore`: search a scenario, or all of a system, for a breach. */

import { prepareFolder, save } from '../counterexample/save.ts';
import { InputError } from '../errors.ts';
import { distinctBreaches } from '../report/distinct.ts';
import type { Exploration } from '../report/reporter.ts';
import { type Run, explorationsOf, verdictOf } from '../report/run.ts';
import { claimOf } from '../report/text/words.ts';
import { type Command, chosenReporter, outputOptions, reportersOf, stdoutPage } from './command.ts';
import { exitCode } from './exit.ts';
import { runExploration } from './exploration.ts';
import type { Given } from './given.ts';
import { checkpointOptions, chosenKeeping } from './keeping.ts';
import { chosenLimits, searchOptions } from './limits.ts';
import { type Found, type Job, runSeries } from './series.ts';
import { chosenStoring, storingOptions } from './storing.ts';
import { chosenScenarios, chosenSystem, chosenVariant, specOptions } from './variant.ts';
import { toolVersion } from './version.ts';
import type { World } from './world.ts';

const able = reportersOf('searches');

/** Where counterexamples live; `replay` looks there too. */
export const COUNTEREXAMPLES = 'counterexamples';

export const explore: Command = {
  name: 'explore',
  usage: 'explore [system]',
  sentence: 'explore every interleaving and check every invariant',
  positionals: { system: { describe: 'name of the system; the first one by default' } },
  options: {
    ...specOptions,
    ...searchOptions,
    ...storingOptions,
    ...checkpointOptions,
    save: {
      kind: 'value',
      group: 'Output:',
      describe: 'write each distinct breach as a counterexample file below this folder',
    },
    ...outputOptions(able),
  },
  examples: [
    ['$0 explore', 'the default scenario of the first system'],
    ['$0 explore --keep-going', 'every distinct breach in all scenarios'],
  ],
  run,
};

async function run(given: Given, world: World): Promise<number> {
  const begin = world.now();
  const reporter = chosenReporter(given, able);
  const page = stdoutPage(given, world);
  const system = chosenSystem(given, world);
  const scenarios = chosenScenarios(given, system, world);
  const specOf = chosenVariant(given, system);
  const limits = chosenLimits(given, world.memory);
  const storing = chosenStoring(given, limits);
  const keeping = chosenKeeping(given, scenarios.length, limits.strategy ?? 'bfs');
  const folder = given.one('save');
  if (folder !== undefined) prepareFolder(folder, world.cwd);
  const several = scenarios.length > 1;
  // Of several scenarios only the distinct breaches are saved, once all are known.
  const command = folder === undefined ? savingCommand(given.words) : undefined;
  const saving = { folder: several ? undefined : folder, command };
  const jobs = scenarios.map(specOf).map(
    (spec): Job => ({
      name: spec.scenario.name,
      system,
      spec,
      run: async () =>
        searched(await runExploration(system, spec, limits, world, saving, keeping, storing)),
    }),
  );
  const found = await runSeries('explore', jobs, reporter.searches, page, world, begin);
  const told = several && folder !== undefined ? saveDistinct(found, folder, world) : found;
  world.stdout.write(reporter.searches?.end(told, page) ?? '');
  const unsaved = explorationsOf(told.results).find((exploration) => exploration.unsaved)?.unsaved;
  // After the verdict, which is not lost with the file.
  if (unsaved !== undefined) throw new InputError(unsaved);
  return exitCode(verdictOf(told));
}

function searched(exploration: Exploration): Found {
  const { outcome } = exploration.verdict;
  const sentence = claimOf(exploration);
  return { outcome, ok: undefined, sentence, remarks: [], exploration, rerun: undefined };
}

/** Each breach of several scenarios once, where its trace is the shortest. */
function saveDistinct(run: Run, folder: string, { cwd }: World): Run {
  const distinct = distinctBreaches(explorationsOf(run.results));
  const results = run.results.map((result) => {
    const { exploration, system } = result;
    if (exploration === undefined) return result;
    const own = distinct.filter((found) => found.exploration === exploration);
    const traces = own.map(({ trace }) => trace);
    const files = save(folder, cwd, system, exploration.subject, traces, toolVersion);
    const saved = exploration.traces.map((trace) => files.saved[traces.indexOf(trace)]);
    return { ...result, exploration: { ...exploration, ...files, saved } };
  });
  return { ...run, results };
}

/** The same command, saving. */
function savingCommand(words: readonly string[]): string {
  const quoted = words.map((word) =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`,
  );
  return ['vmcheck', ...quoted, '--save', COUNTEREXAMPLES].join(' ');
}
