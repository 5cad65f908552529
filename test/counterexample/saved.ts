/** Counterexamples of the toy systems, saved by the program, for tests that modify them. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Counterexample } from '../../src/counterexample/file.ts';
import { folder } from '../cli/folder.ts';
import { vmcheck } from '../cli/terminal.ts';

export interface Saved {
  readonly cwd: string;
  readonly file: string;
  readonly content: Counterexample;
  /** Writes other content to the file. */
  write(content: unknown): void;
}

/** Explores with these arguments and saves the first violation. */
export async function saved(words: readonly string[], file: string): Promise<Saved> {
  const cwd = folder();
  await vmcheck(['explore', ...words, '--save', 'found'], { cwd });
  const shown = join('found', file);
  const path = join(cwd, shown);
  return {
    cwd,
    file: shown,
    content: JSON.parse(readFileSync(path, 'utf8')),
    write: (content) =>
      writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content)),
  };
}

export function lostFrame(): Promise<Saved> {
  return saved(['--invariant', 'no-lost-frame'], 'refcount/no-lost-frame.two.json');
}
