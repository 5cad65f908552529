/**
 * What is kept between runs, by content: the LLVM IR of sources, and plans of programs. A folder
 * that cannot be written is no error: the next run makes everything again.
 */

import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import process from 'node:process';

import { writeWhole } from '../../files/write.ts';

interface Kept {
  /** Absolute names and hashes of all files that were read. */
  readonly files: readonly (readonly [string, string])[];
}

export function hashOf(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    hash.update(String(part.length)).update(':').update(part);
  }
  return hash.digest('hex').slice(0, 32);
}

/** Where compiled things are kept; undefined if nothing can be written. */
export function cacheFolder(): string | undefined {
  const { env } = process;
  if (env['VMCHECK_CACHE'] === 'none') return undefined;
  const base = env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const folder = env['VMCHECK_CACHE'] ?? join(base, 'vmcheck');
  if (!isAbsolute(folder)) return undefined;
  try {
    mkdirSync(folder, { recursive: true });
    return folder;
  } catch {
    return undefined;
  }
}

/** What was made under a key, if all files that it was made of are as they were. */
export function keptIr(cache: string, key: string): string | undefined {
  const list = readKept(join(cache, `${key}.json`));
  if (list === undefined) return undefined;
  try {
    const { files } = JSON.parse(list) as Kept;
    const same = files.every(([file, hash]) => hashOf([readFileSync(file)]) === hash);
    return same ? readKept(join(cache, `${key}.ll`)) : undefined;
  } catch {
    return undefined;
  }
}

export function readKept(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Keeps what was made, with the files that it was made of. */
export function keepIr(cache: string, key: string, ir: string, includes: readonly string[]): void {
  const files = includes.map((file) => [file, hashOf([readFileSync(file)])]);
  writeKept(join(cache, `${key}.ll`), ir);
  writeKept(join(cache, `${key}.json`), JSON.stringify({ files }));
}

/** That nothing can be kept is no error. */
export function writeKept(file: string, text: string): void {
  try {
    writeWhole(file, `${file}.${randomUUID().slice(0, 8)}`, (append) => append(Buffer.from(text)));
  } catch {
    // The next run compiles again.
  }
}
