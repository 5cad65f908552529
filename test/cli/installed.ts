/** A folder in which the package is installed: what is built for the tests, under its name. */

import { mkdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { spawnSync } from 'node:child_process';
import { inject } from 'vitest';
import { folder } from './folder.ts';
import { programOf } from './child.ts';

const root = resolve(import.meta.dirname, '../..');

export function withPackage(): string {
  const place = folder();
  const home = join(place, 'node_modules/vmcheck');
  mkdirSync(home, { recursive: true });
  symlinkSync(join(root, 'package.json'), join(home, 'package.json'));
  symlinkSync(join(inject('bundled'), 'src'), join(home, 'dist'));
  return place;
}

/** Runs the command there, as a process of its own. */
export function installedCommand(place: string, words: readonly string[]) {
  return started(place, [programOf('src/cli/main.ts'), ...words]);
}

/** Runs Node there. */
export function started(place: string, words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, words, {
    cwd: place,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { code: status, stdout, stderr };
}
