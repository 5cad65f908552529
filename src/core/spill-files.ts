/** Files for spilled states. */

import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import { fileError } from '../files/read.ts';
import { prepareFolder } from '../files/write.ts';
import { InputError } from '../errors.ts';
import type { Disk, Spill } from '../explorer/visited/spill.ts';
import { lock } from '../files/lock.ts';

/** The files of one search. */
export interface OpenSpill extends Spill {
  close(): void;
}

/** Where a search spills states. */
export interface SpillStorage {
  /** Locks it for this search; `remark` is called if a file cannot be written. */
  open(remark: (sentence: string) => void): OpenSpill;
}

/** Creates files in the folder `path`, which messages call `shown`. */
export function spillStorage(path: string, shown: string): SpillStorage {
  return { open: (remark) => openFolder(path, shown, remark) };
}

/**
 * Files are unlinked once they are open, so they disappear when the process ends. A lock keeps
 * other searches out, because each search relies on the free space.
 */
function openFolder(path: string, shown: string, remark: (sentence: string) => void): OpenSpill {
  prepareFolder(path, shown);
  const release = lock(join(path, 'vmcheck.lock'), shown);
  const open = new Set<Disk>();
  return {
    open(what) {
      const descriptor = openNameless(join(path, `vmcheck-${randomUUID()}`), shown);
      const onError = (error: unknown): void => remark(fileError(error, shown));
      const file = new SpillFile(descriptor, what, onError, () => open.delete(file));
      open.add(file);
      return file;
    },
    close() {
      for (const file of open) file.close();
      release();
    },
  };
}

function openNameless(file: string, shown: string): number {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'wx+');
  } catch (error) {
    throw new InputError(fileError(error, shown));
  }
  rmSync(file, { force: true });
  return descriptor;
}

class SpillFile implements Disk {
  private readonly descriptor: number;
  private readonly what: string;
  private readonly onError: (error: unknown) => void;
  private readonly onClose: () => void;
  private failed = false;

  constructor(
    descriptor: number,
    what: string,
    onError: (error: unknown) => void,
    onClose: () => void,
  ) {
    this.descriptor = descriptor;
    this.what = what;
    this.onError = onError;
    this.onClose = onClose;
  }

  write(at: number, words: Int32Array): void {
    const bytes = bytesOf(words);
    try {
      for (let done = 0; done < bytes.length;) {
        done += writeSync(this.descriptor, bytes, done, bytes.length - done, 4 * at + done);
      }
    } catch (error) {
      if (!this.failed) this.onError(error);
      this.failed = true;
      throw error;
    }
  }

  read(at: number, words: Int32Array): void {
    const bytes = bytesOf(words);
    for (let done = 0; done < bytes.length;) {
      const read = readSync(this.descriptor, bytes, done, bytes.length - done, 4 * at + done);
      if (read === 0) throw new Error(`The ${this.what} moved to the disk end too early.`);
      done += read;
    }
  }

  close(): void {
    closeSync(this.descriptor);
    this.onClose();
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Int32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
