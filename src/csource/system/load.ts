/** From the name of a harness file to a system. This is all that commands know of C. */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { InputError } from '../../errors.ts';
import { readText } from '../../files/read.ts';
import { parseJson } from '../../json.ts';
import { parseHarness } from '../harness/harness.ts';
import { SourceSystem } from './system.ts';

/**
 * Throws InputError for a file that is none, with a key that is not known,
 * or without what it needs.
 */
export async function loadSource(file: string, cwd: string): Promise<SourceSystem> {
  const path = resolve(cwd, file);
  if (!existsSync(path)) throw new InputError(`there is no file ${file}`);
  if (/\.[cm]?js$/.test(file)) {
    const made = (await import(pathToFileURL(path).href)) as { readonly default?: unknown };
    if (made.default === undefined) {
      throw new InputError(`${file} has no default export, which is what the harness file says`);
    }
    return new SourceSystem(parseHarness(made.default, file), file, cwd);
  }
  const json = parseJson(readText(path, file), file);
  return new SourceSystem(parseHarness(json, file), file, cwd);
}
