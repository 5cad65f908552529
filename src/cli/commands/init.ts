/** `vmcheck init`: writes a system to start from into a folder. */

import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { InputError } from '../../errors.ts';
import { filesBelow } from '../../files/list.ts';
import { readBytes } from '../../files/read.ts';
import { prepareFolder, writeNew } from '../../files/write.ts';
import type { Args } from '../args.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit.ts';
import type { Host } from '../host.ts';

/** What is written, with the names that it has there. */
const START = fileURLToPath(new URL('../../../templates/start/', import.meta.url));

/** Kept as it is where there is one: the folder may be that of a package already. */
const PACKAGE = 'package.json';

export const init: Command = {
  name: 'init',
  usage: 'init [folder]',
  sentence: 'write a system of your own to start from: model, scenario, C, configuration, test, CI',
  positionals: { folder: { describe: 'where to; default: this folder' } },
  options: {},
  examples: [['$0 init my-kernel', 'then: vmcheck explore, in that folder']],
  run,
};

async function run(args: Args, { cwd, stdout }: Host): Promise<number> {
  const shown = args.positional('folder') ?? '.';
  const target = resolve(cwd, shown);
  prepareFolder(target, shown);
  const all = filesBelow(START).map((path) => relative(START, path));
  const names = all.filter((name) => name !== PACKAGE || !existsSync(join(target, PACKAGE)));
  const there = names.find((name) => existsSync(join(target, name)));
  if (there !== undefined) {
    throw new InputError(
      `${join(shown, there)} exists already, and init overwrites nothing: name another folder`,
    );
  }
  for (const name of names) {
    const path = join(target, name);
    writeNew(path, join(shown, name), readBytes(join(START, name), name));
    stdout.write(`wrote ${join(shown, name)}\n`);
  }
  stdout.write(`\n${nextSteps(shown, target, names.includes(PACKAGE))}\n`);
  return EXIT.fine;
}

/** `named`: the package.json that was written names vmcheck. */
function nextSteps(shown: string, target: string, named: boolean): string {
  const enter = shown === '.' ? [] : [`cd ${shown}`];
  const installed = existsSync(join(target, 'node_modules/vmcheck'));
  const install = installed ? [] : [named ? 'npm install' : 'npm install --save-dev vmcheck'];
  const steps = [...enter, ...install, 'npx vmcheck explore'].join(' && ');
  return `next: ${steps}\n(node_modules/vmcheck/docs/your-kernel.md goes on from there)`;
}
