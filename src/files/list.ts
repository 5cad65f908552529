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

/** The paths of all files of a folder and of those in it, by name. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}
