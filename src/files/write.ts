/**
 * Writes files completely or not at all: under another name, flushed to disk, and then renamed.
 * Only regular files are overwritten.
 */

import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

import { InputError } from '../errors.ts';
import { fileError, otherKind } from './read.ts';

/** Takes bytes to the end of a file. */
type Append = (bytes: Uint8Array) => void;

/**
 * `part` is the name until the file is complete: a file in the same folder that does not exist yet.
 * On an error of the file system the previous file is kept.
 */
export function writeWhole(path: string, part: string, fill: (append: Append) => void): void {
  const descriptor = openSync(part, 'wx');
  try {
    try {
      fill((bytes) => {
        for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
      });
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/** Writes a file that does not exist yet, in a folder that may not; never overwrites one. */
export function writeNew(path: string, shown: string, bytes: Uint8Array): void {
  try {
    makeFolder(dirname(path));
    writeFileSync(path, bytes, { flag: 'wx', flush: true });
  } catch (error) {
    throw new InputError(fileError(error, shown));
  }
}

/** The file behind links with this name; refused unless it is a regular file or new. */
export function fileToWrite(path: string, shown: string): string {
  try {
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return path;
    const kind = otherKind(statSync(path));
    if (kind === undefined) return realpathSync(path);
    throw new InputError(`${shown} is ${kind}, but a file was expected`);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(fileError(error, shown));
  }
}

/** Node's own recursive mkdir never returns if the kernel returns ENOENT, as in /proc. */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

/** Creates a folder if needed, so that a long search does not fail at its end. */
export function prepareFolder(path: string, shown: string): void {
  try {
    makeFolder(path);
    accessSync(path, constants.W_OK);
    if (!statSync(path).isDirectory()) throw new InputError(`${shown} is not a folder`);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(fileError(error, shown));
  }
}
