/** `vmcheck run`: runs a script of operations sequentially and reports what each one did. */

import { resolve } from 'node:path';

import { readText } from '../../files/read.ts';
import { InputError } from '../../errors.ts';
import { checkStates, difference } from '../../script/compare.ts';
import { readScript, systemOf } from '../../script/read.ts';
import { comparedAsJson, comparedAsText, runAsJson, runAsText } from '../../script/write.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit.ts';
import type { Args } from '../args.ts';
import { toolVersion } from '../../core/version.ts';
import type { Host } from '../host.ts';
import { inFolder, systemGiven } from '../known-systems.ts';

export const script: Command = {
  name: 'run',
  usage: 'run <script>',
  sentence: 'run a script of operations sequentially and print what each one did',
  positionals: {
    script: { describe: 'a conformance vector, or a text file with one operation per line' },
  },
  options: {
    format: {
      kind: 'value',
      byDefault: 'text',
      describe: 'text, or json (a vector; with --compare, the comparison)',
    },
    system: {
      kind: 'value',
      describe: 'the system of the script (a name or a module), if the file does not name it',
    },
    compare: {
      kind: 'flag',
      describe: 'compare with the results in the file; exit code 1 if they differ',
    },
  },
  examples: [['$0 run v.json --compare', 'does the model do what the real code did?']],
  run,
};

async function run(args: Args, given: Host): Promise<number> {
  const host = await inFolder(given);
  const shown = args.positional('script') ?? '';
  const format = args.choice('format', ['text', 'json'], 'text');
  const read = readScript(readText(resolve(host.cwd, shown), shown), shown);
  const named = args.one('system');
  const system =
    named === undefined
      ? systemOf(host.systems, read, shown)
      : (await systemGiven(named, host, '--system: ')).system;
  if (system.run === undefined) throw new InputError(`${system.name} has no script language`);
  if (read.unknown !== undefined) {
    if (args.flag('compare')) throw new InputError(`${shown}: ${read.unknown}`);
    host.stderr.write(`vmcheck: ${shown}: ${read.unknown}; it is ignored\n`);
  }
  // A script reports nothing before its end, so an interrupt ends it at once.
  await host.pause();
  host.leaveInterrupts();
  const done = system.run(read.script);
  if (!args.flag('compare')) {
    const family = system.scripts?.family;
    host.stdout.write(format === 'json' ? runAsJson(read.script, done, family) : runAsText(done));
    return EXIT.fine;
  }
  const { expected } = read;
  if (expected === undefined) {
    throw new InputError(`${shown} has no results, so there is nothing to compare with`);
  }
  checkStates(expected, shown);
  const found = difference(expected, done);
  const compared = { name: shown, system: system.name, operations: done.length, difference: found };
  const isJson = format === 'json';
  host.stdout.write(isJson ? comparedAsJson(compared, toolVersion) : comparedAsText(compared));
  return found === undefined ? EXIT.fine : EXIT.violated;
}
