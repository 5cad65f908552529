/**
 * A module as a real program, built and started as the command is: the command with the toys, unless
 * another one is named. It has a folder of its own, laid out like the package.
 */

import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bundle, threads } from '../../scripts/bundle.js';

const root = resolve(import.meta.dirname, '../..');

export interface Compiled {
  /** The program, which can be run as it lies there. */
  readonly entry: string;
  remove(): void;
}

/** `source`: the module to run, from the root; `named`: others that are imported by name. */
export async function compile(
  source = 'test/cli/entry.ts',
  named: readonly string[] = [],
): Promise<Compiled> {
  const folder = mkdtempSync(join(tmpdir(), 'vmcheck-cli-'));
  for (const name of ['docs', 'node_modules', 'package.json']) {
    symlinkSync(join(root, name), join(folder, name));
  }
  const program = source.replace(/\.ts$/, '');
  const modules = [...named, ...threads.map((name) => `src/${name}`)];
  await bundle({ from: root, to: folder, programs: [program], modules });
  return {
    entry: join(folder, `${program}.js`),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
