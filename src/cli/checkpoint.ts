/**
 * Checkpoints: a search between two levels, in a file. A file is written beside its name, flushed,
 * and renamed, so that whatever happens there is a whole one, the new or the old. It begins with a
 * line of JSON, goes on with the words of states and columns, and ends with a digest of all that.
 */

import { createHash, type Hash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';

import { openRegular } from '../counterexample/reading.ts';
import { InputError } from '../errors.ts';
import type { Resumed, Snapshot, SnapshotHead } from '../explorer/snapshot.ts';

const FORMAT = 'vmcheck checkpoint 1';
const DIGEST_BYTES = 32;
/** A head is some numbers per level, statement and breach. */
const MOST_HEAD_BYTES = 2 ** 28;

/** What has to be the same for a search to go on: version, spec, keep-going. */
export type About = Readonly<Record<string, unknown>>;

/** Throws what the file system throws, and then the file that was there before is still there. */
export function writeCheckpoint(file: string, about: About, { head, blocks }: Snapshot): void {
  const part = `${file}.part`;
  try {
    const descriptor = openSync(part, 'w');
    try {
      const hash = createHash('sha256');
      const line = JSON.stringify({ format: FORMAT, about, head });
      append(descriptor, Buffer.from(`${line}\n`), hash);
      for (const { buffer, byteOffset, byteLength } of blocks) {
        append(descriptor, Buffer.from(buffer, byteOffset, byteLength), hash);
      }
      append(descriptor, hash.digest());
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

function append(descriptor: number, bytes: Uint8Array, hash?: Hash): void {
  hash?.update(bytes);
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}

/** Reads the head of a checkpoint; its states follow as the search asks for them. */
export function readCheckpoint(file: string, about: About): Resumed & { close(): void } {
  const descriptor = openRegular(file, file);
  const hash = createHash('sha256');
  const line = firstLine(descriptor, file);
  hash.update(`${line}\n`);
  const { head, about: found } = parsed(line, file);
  for (const [name, value] of Object.entries(about)) {
    if (JSON.stringify(found[name]) === JSON.stringify(value)) continue;
    closeSync(descriptor);
    throw new InputError(`${file} is a checkpoint of another search: its ${name} differs`);
  }
  let at = Buffer.byteLength(line) + 1;
  const fill = (bytes: Uint8Array): void => {
    for (let done = 0; done < bytes.length; ) {
      const read = readSync(descriptor, bytes, done, bytes.length - done, at);
      if (read === 0) throw damaged(file);
      done += read;
      at += read;
    }
  };
  return {
    head,
    read({ buffer, byteOffset, byteLength }) {
      const bytes = Buffer.from(buffer, byteOffset, byteLength);
      fill(bytes);
      hash.update(bytes);
    },
    close() {
      const digest = Buffer.alloc(DIGEST_BYTES);
      fill(digest);
      closeSync(descriptor);
      if (!digest.equals(hash.digest())) throw damaged(file);
    },
  };
}

function firstLine(descriptor: number, file: string): string {
  const parts: Buffer[] = [];
  for (let at = 0; at < MOST_HEAD_BYTES; ) {
    const part = Buffer.alloc(2 ** 16);
    const read = readSync(descriptor, part, 0, part.length, at);
    if (read === 0) break;
    const end = part.subarray(0, read).indexOf('\n');
    if (end >= 0) return Buffer.concat([...parts, part.subarray(0, end)]).toString();
    parts.push(part.subarray(0, read));
    at += read;
  }
  throw damaged(file);
}

function parsed(line: string, file: string): { head: SnapshotHead; about: About } {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    throw damaged(file);
  }
  const { format, head, about } = json as { format?: unknown; head: SnapshotHead; about: About };
  if (format !== FORMAT) throw damaged(file);
  return { head, about };
}

function damaged(file: string): InputError {
  return new InputError(`${file} is not a whole checkpoint of this version: it cannot be resumed`);
}
