/**
 * Reads all files from outside: only regular files, up to a maximum size. Reading a pipe or a
 * device could wait forever or never end.
 */

import { closeSync, constants, fstatSync, openSync, readSync, statSync, type Stats } from 'node:fs';

import { InputError } from '../errors.ts';

const MEGABYTE = 2 ** 20;

/** Larger than any file that vmcheck writes, except checkpoints. */
const LARGEST_MEGABYTES = 16;

/** The text of a file; every error is a sentence that starts with its name. */
export function readText(path: string, shown: string): string {
  return readBytes(path, shown).toString('utf8');
}

/** The content of a file; errors as those of `readText`. */
export function readBytes(path: string, shown: string): Buffer {
  const file = openRegular(path, shown);
  try {
    const most = LARGEST_MEGABYTES * MEGABYTE;
    const { size } = fstatSync(file);
    if (size > most) throw tooLarge(shown, `${Math.round(size / MEGABYTE)} MB long`);
    // Files that the kernel generates, as in /proc, report size 0 and may be endless.
    const bytes = Buffer.alloc((size === 0 ? most : size) + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read) {
      read = readSync(file, bytes, length, bytes.length - length, null);
    }
    if (length === bytes.length) throw tooLarge(shown, 'longer than it says');
    return bytes.subarray(0, length);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(fileError(error, shown));
  } finally {
    closeSync(file);
  }
}

function tooLarge(shown: string, how: string): InputError {
  return new InputError(
    `${shown} is ${how}, but vmcheck reads files up to ${LARGEST_MEGABYTES} MB: ` +
      'is it the right file?',
  );
}

/** Opens a regular file for reading, and refuses anything else with a sentence. */
export function openRegular(path: string, shown: string): number {
  try {
    // Checked before it is opened, because opening a pipe or a device already has an effect.
    const kind = otherKind(statSync(path));
    if (kind !== undefined) {
      throw new InputError(`${shown} is ${kind}, but a file was expected`);
    }
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(fileError(error, shown));
  }
}

/** How many bytes were read, from this position on; throws InputError. */
export function readAt(file: number, bytes: Uint8Array, position: number, shown: string): number {
  try {
    return readSync(file, bytes, 0, bytes.length, position);
  } catch (error) {
    throw new InputError(fileError(error, shown));
  }
}

/** The kind of file, if it is not a regular one. */
export function otherKind(stats: Stats): string | undefined {
  if (stats.isFile()) return undefined;
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a pipe';
  if (stats.isSocket()) return 'a socket';
  return 'a device';
}

/** Describes an error of the operating system. */
export function fileError(error: unknown, shown: string): string {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  const reasons: Record<string, string> = {
    ENOENT: 'does not exist',
    EISDIR: 'is a folder, but a file was expected',
    ENOTDIR: 'has a file in its path where a folder is needed',
    EACCES: 'is not accessible: permission denied',
    EPERM: 'is not accessible: permission denied',
    EEXIST: 'exists and is not a folder',
    EROFS: 'is on a file system that cannot be written',
    ENOSPC: 'does not fit: the disk is full',
    EDQUOT: 'does not fit: the quota is used up',
    EFBIG: 'does not fit: no file may be that large here',
    EIO: 'cannot be read: the device reports an error',
    ELOOP: 'is a link that leads back to itself',
    ENAMETOOLONG: 'has too long a name',
  };
  return `${shown} ${Object.hasOwn(reasons, code) ? reasons[code] : `cannot be used (${code})`}`;
}
