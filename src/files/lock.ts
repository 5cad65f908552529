/**
 * Locks a checkpoint or a folder for one search. A lock is a file that names its owner. It appears
 * completely, as a hard link to a finished file; the lock of a process that has ended is taken
 * over.
 */

import { randomUUID } from 'node:crypto';
import {
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import process from 'node:process';

import { fileError, readText } from './read.ts';
import { InputError } from '../errors.ts';

const FORMAT = 'vmcheck lock 1';

interface Owner {
  readonly format: typeof FORMAT;
  readonly process: number;
  /** The start time of the process since boot, because process numbers are reused. */
  readonly started: string;
  readonly host: string;
  readonly boot: string;
  /** The namespace of the process numbers. */
  readonly space: string;
}

/** Locks until the returned function is called; `subject` begins the error message. */
export function lock(path: string, subject: string): () => void {
  const own = JSON.stringify(ownerHere());
  const written = `${path}.${randomUUID().slice(0, 8)}`;
  try {
    writeFileSync(written, own, { flag: 'wx' });
    while (!tryLink(written, path)) removeStale(path, subject);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(fileError(error, subject));
  } finally {
    rmSync(written, { force: true });
  }
  return () => {
    // Does not remove a lock that was created in the meantime.
    if (textOf(path) === own) rmSync(path, { force: true });
  };
}

function tryLink(written: string, path: string): boolean {
  try {
    linkSync(written, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    // On file systems without links, a lock may be visible before it is complete.
    if (code !== 'EPERM' && code !== 'ENOTSUP') throw error;
    if (existsSync(path)) return false;
    copyFileSync(written, path, constants.COPYFILE_EXCL);
    return true;
  }
}

/** Removes the lock of a process that has ended; refuses if it runs, or if this is unknown. */
function removeStale(path: string, subject: string): void {
  const text = textOf(path);
  if (text === undefined) return;
  checkEnded(text, path, subject);
  // Only one process at a time removes a lock, and only the lock that it has inspected.
  const release = lock(`${path}.old`, subject);
  try {
    if (textOf(path) === text) rmSync(path);
  } finally {
    release();
  }
}

/** Undefined if there is none. */
function textOf(path: string): string | undefined {
  try {
    return readText(path, path);
  } catch (error) {
    if (!existsSync(path)) return undefined;
    throw error;
  }
}

function checkEnded(text: string, path: string, subject: string): void {
  const owner = ownerIn(text);
  if (owner === undefined) {
    const why = `${path} exists and is not a lock of vmcheck`;
    throw new InputError(`${subject} cannot be locked: ${why}`);
  }
  const here = ownerHere();
  if (owner.host !== here.host || (owner.boot === here.boot && owner.space !== here.space)) {
    throw new InputError(
      `${subject} is locked by process ${owner.process} on ${owner.host}, which cannot be seen ` +
        `from here: if it has ended, remove ${path}`,
    );
  }
  if (owner.boot !== here.boot || !runs(owner)) return;
  throw new InputError(
    `${subject} is in use by another search (process ${owner.process}): ` +
      'name another, or wait for it',
  );
}

function ownerIn(text: string): Owner | undefined {
  try {
    const owner = JSON.parse(text) as Owner | null;
    return owner?.format === FORMAT ? owner : undefined;
  } catch {
    return undefined;
  }
}

function ownerHere(): Owner {
  return {
    format: FORMAT,
    process: process.pid,
    started: startOf('self') ?? '',
    host: hostname(),
    boot: onLinux(() => readText('/proc/sys/kernel/random/boot_id', 'boot').trim()),
    space: onLinux(() => readlinkSync('/proc/self/ns/pid')),
  };
}

/** Reads a file that exists only on Linux; empty elsewhere. */
function onLinux(ask: () => string): string {
  try {
    return ask();
  } catch {
    return '';
  }
}

function runs({ process: number, started }: Owner): boolean {
  try {
    process.kill(number, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const now = startOf(number);
  return now === undefined || now === started;
}

/**
 * The start time of a process; undefined if it is unknown, another value if the process has ended.
 */
function startOf(number: number | 'self'): string | undefined {
  const text = onLinux(() => readText(`/proc/${number}/stat`, 'stat'));
  if (text === '') return undefined;
  // The second field is the name in brackets, which may have brackets and blanks in it.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  return state === 'Z' || state === 'X' ? 'ended' : fields[19];
}
