/**
 * A module as a real process: the program with the toys, unless another one is named. Node 20 does
 * not run TypeScript, so it is compiled into a folder of its own, laid out like the package.
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

export interface Compiled {
  readonly entry: string;
  remove(): void;
}

/** `source`: the module to run, from the root. */
export function compile(source = 'test/cli/entry.ts'): Compiled {
  const folder = mkdtempSync(join(tmpdir(), 'vmcheck-cli-'));
  for (const name of ['docs', 'node_modules', 'package.json']) {
    symlinkSync(join(root, name), join(folder, name));
  }
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      allowImportingTsExtensions: false,
      noCheck: true,
      rootDir: root,
      outDir: folder,
      typeRoots: [join(root, 'node_modules/@types')],
    },
    include: [],
    files: [join(root, source)],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder]);
  return {
    entry: join(folder, source.replace(/ts$/, 'js')),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
