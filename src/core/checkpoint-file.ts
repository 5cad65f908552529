/**
 * Checkpoint files: a breadth-first search that another process can continue. A file begins with a
 * line of JSON, continues with the words of states and columns, and ends with a digest of both.
 */

import { createHash } from 'node:crypto';
import { closeSync, fstatSync } from 'node:fs';

import { openRegular, readAt } from '../files/read.ts';
import { writeWhole } from '../files/write.ts';
import { InputError } from '../errors.ts';
import { parseJson } from '../json.ts';
import { quote } from '../safe-text.ts';
import type { CheckpointReader, Checkpoint } from '../explorer/checkpoint.ts';
import { isCheckpointHead } from './checkpoint-head.ts';

const FORMAT = 'vmcheck checkpoint 2';
/** The beginning of the file. */
const BEGIN = Buffer.from(JSON.stringify({ format: FORMAT }).slice(0, -1));
const DIGEST_BYTES = 32;
/** A head has a few numbers per level, statement and violation. */
const MOST_HEAD_BYTES = 2 ** 28;

/** The number of bytes read at once to check the digest and to find the end of the head. */
const PART_BYTES = 2 ** 20;
const LINE_BYTES = 2 ** 16;

/** What must be the same for a search to be resumed: version, spec, keep-going. */
export type CheckpointIdentity = Readonly<Record<string, unknown>>;

/**
 * `part` is the name of the file until it is complete. On an error of the file system the previous
 * file is kept.
 */
export function writeCheckpoint(
  file: string,
  identity: CheckpointIdentity,
  { head, blocks }: Checkpoint,
  part = `${file}.part`,
): void {
  writeWhole(file, part, (append) => {
    const hash = createHash('sha256');
    const add = (bytes: Uint8Array): void => {
      hash.update(bytes);
      append(bytes);
    };
    add(Buffer.from(`${JSON.stringify({ format: FORMAT, about: identity, head })}\n`));
    for (const { buffer, byteOffset, byteLength } of blocks) {
      add(Buffer.from(buffer, byteOffset, byteLength));
    }
    append(hash.digest());
  });
}

/** True if the file begins like a checkpoint of this version, as far as it goes. */
export function beginsAsCheckpoint(file: string, shown: string): boolean {
  const descriptor = openRegular(file, shown);
  try {
    const first = Buffer.alloc(BEGIN.length);
    const read = readAt(descriptor, first, 0, shown);
    return first.subarray(0, read).equals(BEGIN.subarray(0, read));
  } finally {
    closeSync(descriptor);
  }
}

/** Reads the head of a checkpoint; the search reads the states later. */
export function readCheckpoint(
  file: string,
  identity: CheckpointIdentity,
): CheckpointReader & { close(): void } {
  const descriptor = openRegular(file, file);
  try {
    return openResumed(descriptor, file, identity);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function openResumed(
  descriptor: number,
  file: string,
  identity: CheckpointIdentity,
): CheckpointReader & { close(): void } {
  // The digest is checked first, before any content is interpreted.
  const end = checkedLength(descriptor, file);
  const line = firstLine(descriptor, end, file);
  const { head, identity: found } = parsedHeader(line.toString(), file);
  for (const [name, value] of Object.entries(identity)) {
    const own = Object.hasOwn(found, name) ? found[name] : undefined;
    if (JSON.stringify(own) === JSON.stringify(value)) continue;
    const why = differing(name, own, value);
    throw new InputError(`${file} is a checkpoint of another search: ${why}`);
  }
  let at = line.length + 1;
  if (!isCheckpointHead(head, end - at)) throw damaged(file);
  return {
    head,
    read({ buffer, byteOffset, byteLength }) {
      if (at + byteLength > end) throw damaged(file);
      fill(descriptor, Buffer.from(buffer, byteOffset, byteLength), at, file);
      at += byteLength;
    },
    close() {
      closeSync(descriptor);
      if (at !== end) throw damaged(file);
    },
  };
}

/** The number of bytes of head and blocks, after their digest is verified. */
function checkedLength(descriptor: number, file: string): number {
  const end = fstatSync(descriptor).size - DIGEST_BYTES;
  if (end <= BEGIN.length) throw damaged(file);
  const part = Buffer.alloc(Math.min(PART_BYTES, end));
  const hash = createHash('sha256');
  for (let at = 0; at < end; at += part.length) {
    const bytes = part.subarray(0, Math.min(part.length, end - at));
    fill(descriptor, bytes, at, file);
    // A large file of another kind is not read to its end.
    if (at === 0 && !bytes.subarray(0, BEGIN.length).equals(BEGIN)) throw damaged(file);
    hash.update(bytes);
  }
  const digest = Buffer.alloc(DIGEST_BYTES);
  fill(descriptor, digest, end, file);
  if (!digest.equals(hash.digest())) throw damaged(file);
  return end;
}

/** Reads as many bytes as there is room for, from this position on. */
function fill(descriptor: number, bytes: Uint8Array, from: number, file: string): void {
  for (let done = 0; done < bytes.length;) {
    const read = readAt(descriptor, bytes.subarray(done), from + done, file);
    if (read === 0) throw damaged(file);
    done += read;
  }
}

/** Values are quoted if they are short enough for a sentence. */
function differing(name: string, found: unknown, here: unknown): string {
  const isLong = [found, here].some((value) => typeof value === 'object' || value === undefined);
  const values = isLong ? '' : ` (${quote(found)} there, ${quote(here)} here)`;
  return `its ${name} differs${values}; resume it with the options it was started with`;
}

/** The line of JSON without its line break. */
function firstLine(descriptor: number, end: number, file: string): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < Math.min(end, MOST_HEAD_BYTES); at += LINE_BYTES) {
    const part = Buffer.alloc(Math.min(LINE_BYTES, end - at));
    fill(descriptor, part, at, file);
    const stop = part.indexOf('\n');
    parts.push(stop < 0 ? part : part.subarray(0, stop));
    if (stop >= 0) return Buffer.concat(parts);
  }
  throw damaged(file);
}

function parsedHeader(line: string, file: string): { head: unknown; identity: CheckpointIdentity } {
  const { head, about: identity } = parseJson(line, file) as { head?: unknown; about?: unknown };
  if (!isObject(identity)) throw damaged(file);
  return { head, identity };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function damaged(file: string): InputError {
  return new InputError(
    `${file} is not a complete checkpoint of this version: it cannot be resumed`,
  );
}
