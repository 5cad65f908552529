/** `vmcheck cite`: check that the lines that a model cites still say what they said. */

import { resolve } from 'node:path';

import { checkCitations, citationsOf } from '../../core/citations.ts';
import { toolVersion } from '../../core/version.ts';
import { InputError } from '../../errors.ts';
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
import { inFolder, systemGiven } from '../known-systems.ts';
import { systemOfFolder } from '../options/spec.ts';

const able = reportersOf('citations');

export const cite: Command = {
  name: 'cite',
  usage: 'cite [system]',
  sentence: 'check that the lines of C that a model cites still carry the cited text',
  positionals: {
    system: { describe: 'a system, or a module that exports one; default: the first system' },
  },
  options: {
    source: { kind: 'value', describe: 'the folder of the source; files are found by their name' },
    ...outputOptions(able),
  },
  examples: [['$0 cite ./my-kernel.js --source kernel', 'each cited line below kernel/']],
  run,
};

async function run(args: Args, bareHost: Host): Promise<number> {
  const reporter = chosenReporter(args, able);
  const terminal = stdoutTerminal(args, bareHost);
  const source = args.one('source');
  if (source === undefined) throw new InputError('cite needs --source: name the source folder');
  const knowing = await inFolder(bareHost);
  const name = args.positional('system');
  const system =
    name === undefined ? systemOfFolder(knowing) : (await systemGiven(name, knowing)).system;
  const check = checkCitations(citationsOf(system), resolve(bareHost.cwd, source), source);
  bareHost.stdout.write(
    reporter.citations?.({ toolVersion, system, source, ...check }, terminal) ?? '',
  );
  return check.drifts.length === 0 ? EXIT.fine : EXIT.violated;
}
