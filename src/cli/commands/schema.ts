/** `vmcheck schema`: prints the JSON Schema of the scenarios of a system, for editors. */

import { InputError } from '../../errors.ts';
import { jsonText } from '../../safe-text.ts';
import { enumerate } from '../../suggest.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit.ts';
import { sourceOption } from '../options/source.ts';
import type { Args } from '../args.ts';
import type { Host } from '../host.ts';
import { inFolder, systemGiven } from '../known-systems.ts';

export const schema: Command = {
  name: 'schema',
  usage: 'schema [system]',
  sentence: 'print the JSON Schema of the scenario files of a system, for editors',
  positionals: { system: { describe: 'a system, or a module that exports one' } },
  options: sourceOption,
  examples: [
    ['$0 schema ./my-kernel.js > my-kernel.schema.json', 'then name it as "$schema" in scenarios'],
  ],
  run,
};

async function run(args: Args, bareHost: Host): Promise<number> {
  if (args.one('source') !== undefined) {
    throw new InputError(
      '--source: C has no scenario files: its scenarios are in the harness file, which ' +
        'docs/your-c-code.md describes',
    );
  }
  const host = await inFolder(bareHost);
  const name = args.positional('system');
  if (name === undefined) {
    const names = host.systems.map((system) => system.name);
    throw new InputError(`schema needs a system: ${enumerate(names)}, or a module`);
  }
  const { system } = await systemGiven(name, host);
  if (system.scenarioSchema === undefined) {
    throw new InputError(
      `${system.name} does not say what its scenarios may hold: it has no scenarioSchema, which ` +
        'defineSystem would give it',
    );
  }
  host.stdout.write(`${jsonText(system.scenarioSchema, 2)}\n`);
  return EXIT.fine;
}
