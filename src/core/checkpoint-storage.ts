/**
 * Keeps the checkpoints of a search in a file. The file is checked and locked before the search
 * starts, and each checkpoint is written completely or not at all.
 */

import { existsSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';

import { fileError } from '../files/read.ts';
import { fileToWrite } from '../files/write.ts';
import { InputError } from '../errors.ts';
import { beginsAsCheckpoint, readCheckpoint, writeCheckpoint } from './checkpoint-file.ts';
import { identityOf } from './checkpoint-identity.ts';
import type { CheckpointStorage, OpenCheckpoints, SearchIdentity } from './checkpointing.ts';
import { lock } from '../files/lock.ts';

/** File names as the user wrote them, relative to the folder `cwd`. */
interface CheckpointFiles {
  readonly cwd: string;
  /** The file to write. */
  readonly checkpoint: string;
  /** The file to read first. */
  readonly resume: string | undefined;
  /** Seconds from one checkpoint to the next. */
  readonly interval: number;
}

export function checkpointStorage(files: CheckpointFiles): CheckpointStorage {
  const { checkpoint: name, interval } = files;
  return { name, interval, open: (identity) => openFiles(files, identity) };
}

/** Locks a checkpoint file or an unused name; throws InputError. */
function openFiles(files: CheckpointFiles, search: SearchIdentity): OpenCheckpoints {
  const { cwd, checkpoint: shown, resume } = files;
  const identity = identityOf(search);
  const file = fileToWrite(resolve(cwd, shown), shown);
  const part = `${file}.part`;
  checkOurs(file, shown);
  checkOurs(part, `${shown}.part`);
  const release = lock(`${file}.lock`, shown);
  return {
    read: () => (resume === undefined ? undefined : readCheckpoint(resolve(cwd, resume), identity)),
    write(take) {
      try {
        // A search that was killed while writing leaves this file.
        rmSync(part, { force: true });
        writeCheckpoint(file, identity, take(), part);
        return undefined;
      } catch (error) {
        return fileError(error, shown);
      }
    },
    close() {
      try {
        rmSync(part, { force: true });
      } finally {
        release();
      }
    },
  };
}

/** An empty file was reserved by the user, or its writer was killed. */
function checkOurs(file: string, shown: string): void {
  if (!existsSync(file) || beginsAsCheckpoint(file, shown)) return;
  throw new InputError(
    `${shown} is not a checkpoint of this version of vmcheck, so it is not overwritten: ` +
      'name another file',
  );
}
