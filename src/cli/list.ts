/** `vmcheck list`: everything that has a name, with a sentence about it. */

import { findSystem } from '../counterexample/spec.ts';
import { type Command, chosenReporter, outputOptions, reportersOf, stdoutPage } from './command.ts';
import { EXIT } from './exit.ts';
import type { Given } from './given.ts';
import { toolVersion } from './version.ts';
import type { World } from './world.ts';

const able = reportersOf('listing');

export const list: Command = {
  name: 'list',
  usage: 'list [system]',
  sentence: 'name the systems, scenarios, operations, invariants, fixes, hardware and options',
  positionals: { system: { describe: 'only this system' } },
  options: outputOptions(able),
  examples: [],
  run,
};

async function run(given: Given, world: World): Promise<number> {
  const reporter = chosenReporter(given, able);
  const page = stdoutPage(given, world);
  const name = given.positional('system');
  const systems = name === undefined ? world.systems : [findSystem(world.systems, name)];
  world.stdout.write(reporter.listing?.({ toolVersion, systems }, page) ?? '');
  return EXIT.fine;
}
