/**
 * Where a search writes its checkpoints. While it runs, the file is its own: it is checked and
 * locked before the search starts, and each time written whole or not at all.
 */

import { existsSync, rmSync } from 'node:fs';

import { fileToWrite } from '../files/write.ts';
import { InputError } from '../errors.ts';
import type { Checkpoint } from '../explorer/checkpoint.ts';
import { type CheckpointIdentity, beginsAsCheckpoint, writeCheckpoint } from './checkpoint-file.ts';
import { lock } from '../files/lock.ts';

export interface Place {
  /** Throws what the file system throws, and then the file that was there before is still there. */
  write(about: CheckpointIdentity, checkpoint: Checkpoint): void;
  /** Leaves it to others, without what a killed search has left beside it. */
  close(): void;
}

/** Takes possession of a file that is ours, or of a name where there is none; throws InputError. */
export function openPlace(path: string, shown: string): Place {
  const file = fileToWrite(path, shown);
  const part = `${file}.part`;
  checkOurs(file, shown);
  checkOurs(part, `${shown}.part`);
  const release = lock(`${file}.lock`, shown);
  return {
    write(about, checkpoint) {
      // What a search has left that was killed in the middle of writing it.
      rmSync(part, { force: true });
      writeCheckpoint(file, about, checkpoint, part);
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

/** An empty file is a name that was set aside, or one whose writer was killed. */
function checkOurs(file: string, shown: string): void {
  if (!existsSync(file) || beginsAsCheckpoint(file, shown)) return;
  throw new InputError(
    `${shown} is not a checkpoint of this version of vmcheck, and is not written over: ` +
      'name another file',
  );
}
