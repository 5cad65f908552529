/** Which files a folder has. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { InputError } from '../errors.ts';
import { fileError } from './read.ts';

/** The paths of the JSON files of a folder, by name; an error is a sentence. */
export function jsonFilesIn(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
    return names.toSorted().map((name) => join(folder, name));
  } catch (error) {
    throw new InputError(fileError(error, folder));
  }
}
