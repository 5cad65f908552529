/**
 * The files that a module consists of: itself, and what it imports by a relative path, and so on.
 * Packages are left out: they have versions.
 */

import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** More are not looked at: no model has as many. */
const MOST = 1000;

/** `from './helper.js'`, `import './helper.js'`, `import('./helper.js')`. */
const IMPORTS = /(?:\bfrom\s*|\bimport\s*\(?\s*)['"](\.{1,2}\/[^'"]+)['"]/g;

/** The paths of the files, in the order in which they are found. */
export function filesOfModule(file: string): readonly string[] {
  const found = new Set([file]);
  for (const path of found) {
    if (!/\.[cm]?[jt]s$/.test(path)) continue;
    for (const [, name = ''] of readFileSync(path, 'utf8').matchAll(IMPORTS)) {
      const imported = resolve(dirname(path), name);
      const isThere = existsSync(imported) && statSync(imported).isFile();
      if (isThere && found.size < MOST) found.add(imported);
    }
  }
  return [...found];
}
