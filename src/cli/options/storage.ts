/** The options that say how states are kept, and the file that takes those that memory cannot. */

import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { fileError } from '../../files/read.ts';
import { prepareFolder } from '../../counterexample/save.ts';
import { InputError } from '../../errors.ts';
import type { Disk, Spill } from '../../explorer/visited/spill.ts';
import type { SearchOptions } from '../../explorer/options.ts';
import type { OptionDeclaration } from '../command.ts';
import type { Args } from '../args.ts';
import { lock } from '../../files/lock.ts';
import type { Host } from '../../core/host.ts';

const group = 'How it is searched:';

export const storageOptions: Readonly<Record<string, OptionDeclaration>> = {
  storage: {
    kind: 'value',
    group,
    usual: 'exact',
    describe:
      'exact, or fingerprint: 64 bits of hash per state, and the verdict says how sure it is',
  },
  spill: {
    kind: 'value',
    group,
    describe: 'move states to files in this folder when memory is used up; one worker',
  },
};

/** How states are kept, as asked for. */
export interface StorageOptions {
  readonly storage: 'exact' | 'fingerprint';
  /** Folder for states that memory has no room for. */
  readonly spill: string | undefined;
}

export function chosenStorage(args: Args, { strategy, workers }: SearchOptions): StorageOptions {
  const storage = args.choice('storage', ['exact', 'fingerprint'], 'exact');
  const spill = args.one('spill');
  if (storage === 'fingerprint' && strategy !== 'bfs') {
    throw new InputError(
      '--storage fingerprint is for --strategy bfs, which never needs an expanded state again',
    );
  }
  if (spill === undefined) return { storage, spill };
  if (strategy !== 'bfs') throw new InputError('--spill is for --strategy bfs: drop one of them');
  if ((workers ?? 1) > 1) {
    throw new InputError('--spill is for one worker: leave --workers out, or make it 1');
  }
  return { storage, spill };
}

/** The files of one search. */
export interface Spilling extends Spill {
  close(): void;
}

/**
 * New files in a folder, which have no names any more once they are open: whatever ends the process,
 * they are gone. A lock keeps other searches out: each counts on the room that there is.
 */
export function openSpill(folder: string, host: Host): Spilling {
  prepareFolder(folder, host.cwd, '--spill');
  const release = lock(join(resolve(host.cwd, folder), 'vmcheck.lock'), `--spill: ${folder}`);
  const open = new Set<Disk>();
  return {
    open(what) {
      const file = openFile(folder, what, host, () => open.delete(file));
      open.add(file);
      return file;
    },
    close() {
      for (const file of open) file.close();
      release();
    },
  };
}

function openFile(folder: string, what: string, { cwd, stderr }: Host, closed: () => void): Disk {
  const file = join(resolve(cwd, folder), `vmcheck-${randomUUID()}`);
  let descriptor: number;
  try {
    descriptor = openSync(file, 'wx+');
  } catch (error) {
    throw new InputError(`--spill: ${fileError(error, folder)}`);
  }
  rmSync(file, { force: true });
  let told = false;
  const bytesOf = ({ buffer, byteOffset, byteLength }: Int32Array): Uint8Array =>
    new Uint8Array(buffer, byteOffset, byteLength);
  return {
    write(at, words) {
      const bytes = bytesOf(words);
      try {
        for (let done = 0; done < bytes.length;) {
          done += writeSync(descriptor, bytes, done, bytes.length - done, 4 * at + done);
        }
      } catch (error) {
        if (!told) stderr.write(`vmcheck: --spill: ${fileError(error, folder)}\n`);
        told = true;
        throw error;
      }
    },
    read(at, words) {
      const bytes = bytesOf(words);
      for (let done = 0; done < bytes.length;) {
        const read = readSync(descriptor, bytes, done, bytes.length - done, 4 * at + done);
        if (read === 0) throw new Error(`The ${what} spilled to ${folder} end too early.`);
        done += read;
      }
    },
    close() {
      closeSync(descriptor);
      closed();
    },
  };
}
