/** `vmcheck explore`: search a scenario, or all of a system, for a breach. */

import { prepareFolder } from '../counterexample/save.ts';
import { counted } from '../report/numbers.ts';
import type { Exploration } from '../report/reporter.ts';
import { type Command, chosenReporter, outputOptions, reportersOf, stdoutPage } from './command.ts';
import { exitCode } from './exit.ts';
import { runExploration } from './exploration.ts';
import type { Given } from './given.ts';
import { chosenLimits, searchOptions } from './limits.ts';
import { chosenScenarios, chosenSystem, chosenVariant, specOptions } from './variant.ts';
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
    save: {
      kind: 'value',
      group: 'Output:',
      describe: 'write each breach as a counterexample file below this folder',
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
  const folder = given.one('save');
  if (folder !== undefined) prepareFolder(folder, world.cwd);
  const saving = { folder, command: savingCommand(given.words) };
  const specs = scenarios.map(specOf);

  const told: Exploration[] = [];
  const several = scenarios.length > 1 ? reporter.survey : undefined;
  for (const spec of specs) {
    const exploration = await runExploration(system, spec, limits, world, saving);
    told.push(exploration);
    const text = several?.each(exploration, page) ?? reporter.exploration?.(exploration, page);
    world.stdout.write(text ?? '');
    if (exploration.verdict.limit === 'interrupted') break;
  }
  const left = specs.length - told.length;
  if (left > 0) world.stderr.write(`vmcheck: interrupted: ${counted(left, 'scenario')} not run\n`);
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
