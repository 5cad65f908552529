/** `vmcheck list`: prints all names, each with a sentence about it. */

import {
  type Command,
  chosenReporter,
  outputOptions,
  reportersOf,
  stdoutTerminal,
} from '../command.ts';
import { EXIT } from '../exit.ts';
import { sourceOption, withSource } from '../options/source.ts';
import type { Args } from '../args.ts';
import { toolVersion } from '../../core/version.ts';
import type { Host } from '../host.ts';
import { inFolder, systemsGiven } from '../known-systems.ts';

const able = reportersOf('listing');

export const list: Command = {
  name: 'list',
  usage: 'list [system]',
  sentence: 'list the systems, scenarios, operations, invariants, fixes, hardware and options',
  positionals: { system: { describe: 'only this system, or those of this module' } },
  options: { ...sourceOption, ...outputOptions(able) },
  examples: [],
  run,
};

async function run(args: Args, bareHost: Host): Promise<number> {
  const host = await withSource(args, await inFolder(bareHost));
  const reporter = chosenReporter(args, able);
  const terminal = stdoutTerminal(args, host);
  const name = args.positional('system') ?? args.one('source');
  const systems = name === undefined ? host.systems : (await systemsGiven(name, host)).systems;
  host.stdout.write(reporter.listing?.({ toolVersion, systems }, terminal) ?? '');
  return EXIT.fine;
}
