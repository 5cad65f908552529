/** `vmcheck doctor`: check the laws of a model on random walks, and say which it keeps. */

import { doctorReport, examineScenario } from '../../core/doctor.ts';
import { toolVersion } from '../../core/version.ts';
import type { Examination } from '../../laws/examine.ts';
import {
  type Command,
  chosenReporter,
  outputOptions,
  reportersOf,
  stdoutTerminal,
} from '../command.ts';
import { EXIT } from '../exit.ts';
import type { Args } from '../args.ts';
import type { Host } from '../host.ts';
import { inFolder } from '../known-systems.ts';
import { sourceOption, withSource } from '../options/source.ts';
import { chosenSystem, chosenScenarios, chosenVariant, specOptions } from '../options/spec.ts';

const able = reportersOf('examination');

const WALKS = 10;
const DEPTH = 100;
const SEED = 1;

const group = 'How it is examined:';

export const doctor: Command = {
  name: 'doctor',
  usage: 'doctor [system]',
  sentence: 'check that a model keeps the laws of models, on random walks',
  positionals: {
    system: { describe: 'a system, or a module that exports one; default: the first system' },
  },
  options: {
    ...sourceOption,
    ...specOptions,
    walks: {
      kind: 'value',
      group,
      byDefault: `${WALKS}`,
      describe: 'random walks through each scenario',
    },
    depth: { kind: 'value', group, byDefault: `${DEPTH}`, describe: 'maximum steps of a walk' },
    seed: {
      kind: 'value',
      group,
      byDefault: `${SEED}`,
      describe: 'seed of the walks; the same seed gives the same walks',
    },
    ...outputOptions(able),
  },
  examples: [['$0 doctor ./my-kernel.js', 'all scenarios of your own system']],
  run,
};

async function run(args: Args, bareHost: Host): Promise<number> {
  const reporter = chosenReporter(args, able);
  const terminal = stdoutTerminal(args, bareHost);
  const knowing = await withSource(args, await inFolder(bareHost));
  const { system, host } = await chosenSystem(args, knowing);
  const settings = {
    walks: args.whole('walks', 1, 1e6) ?? WALKS,
    depth: args.whole('depth', 0, 1e6) ?? DEPTH,
    seed: args.whole('seed', 0, 2 ** 32 - 1) ?? SEED,
  };
  const all = args.one('scenario') === undefined;
  const scenarios = all ? system.scenarios : chosenScenarios(args, system, host);
  const specOf = chosenVariant(args, system);
  const specs = scenarios.map(specOf);
  const examined: [string, Examination][] = [];
  let interrupted = false;
  const stopListening = host.onInterrupt(() => (interrupted = true));
  for (const spec of specs) {
    // Interrupts are handled between two scenarios.
    await host.pause();
    if (interrupted || host.interrupted()) break;
    examined.push([spec.scenario.name, examineScenario(system, spec, settings)]);
  }
  stopListening();
  const report = doctorReport(system, settings, specs.length, examined);
  host.stdout.write(reporter.examination?.({ toolVersion, ...report }, terminal) ?? '');
  if (report.laws.some(({ broken }) => broken !== undefined)) return EXIT.model;
  return examined.length < specs.length ? EXIT.limited : EXIT.fine;
}
