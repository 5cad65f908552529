/** `vmcheck explore`: search a scenario, or all of a system, for a breach. */

import { prepareFolder, save } from '../counterexample/save.ts';
import { distinctBreaches } from '../report/distinct.ts';
import { counted } from '../report/numbers.ts';
import type { Exploration } from '../report/reporter.ts';
import { type Command, chosenReporter, outputOptions, reportersOf, stdoutPage } from './command.ts';
import { exitCode } from './exit.ts';
import { runExploration } from './exploration.ts';
import type { Given } from './given.ts';
import { checkpointOptions, chosenKeeping } from './keeping.ts';
import { chosenLimits, searchOptions } from './limits.ts';
import { chosenStoring, storingOptions } from './storing.ts';
import { chosenScenarios, chosenSystem, chosenVariant, specOptions } from './variant.ts';
import { toolVersion } from './version.ts';
import type { World } from './world.ts';

const able = reportersOf('exploration');

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
  const saving = { folder, command: savingCommand(given.words) };
  const specs = scenarios.map(specOf);

  let told: Exploration[] = [];
  const several = scenarios.length > 1 ? reporter.survey : undefined;
  // Of several scenarios only the distinct breaches are saved, once all are known.
  const each = scenarios.length > 1 ? { ...saving, folder: undefined } : saving;
  for (const spec of specs) {
    const exploration = await runExploration(system, spec, limits, world, each, keeping, storing);
    told.push(exploration);
    const text = several?.each(exploration, page) ?? reporter.exploration?.(exploration, page);
    world.stdout.write(text ?? '');
    if (exploration.verdict.limit === 'interrupted') break;
  }
  const left = specs.length - told.length;
  if (left > 0) world.stderr.write(`vmcheck: interrupted: ${counted(left, 'scenario')} not run\n`);
  if (scenarios.length > 1 && folder !== undefined) {
    const distinct = distinctBreaches(told);
    told = told.map((exploration) => {
      const own = distinct.filter((found) => found.exploration === exploration);
      const traces = own.map(({ trace }) => trace);
      const { subject } = exploration;
      return { ...exploration, saved: save(folder, world.cwd, system, subject, traces, toolVersion) };
    });
  }
  if (several !== undefined) world.stdout.write(several.end(told, page));
  return exitCode(told.map(({ verdict }) => verdict));
}

/** The same command, saving. */
function savingCommand(words: readonly string[]): string {
  const quoted = words.map((word) =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`,
  );
  return ['vmcheck', ...quoted, '--save', COUNTEREXAMPLES].join(' ');
}
