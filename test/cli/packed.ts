/** The package as it is published: packed, and unpacked in a folder outside of this repository. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { folder } from './folder.ts';

const root = resolve(import.meta.dirname, '../..');

/**
 * A folder with the package in its node_modules. Its dependencies are those of this repository, so
 * that no registry is asked.
 */
export function unpacked(): string {
  const place = folder();
  const packing = ['pack', '--silent', '--pack-destination', place];
  execFileSync('npm', packing, { cwd: root, stdio: 'ignore' });
  const tarball = readdirSync(place).find((name) => name.endsWith('.tgz')) ?? '';
  const modules = join(place, 'node_modules');
  const home = join(modules, 'vmcheck');
  mkdirSync(home, { recursive: true });
  execFileSync('tar', ['-xzf', join(place, tarball), '-C', home, '--strip-components=1']);
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name !== 'vmcheck') symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  return place;
}
