/** The user's files: hashes, as counterexamples record them, and lines, as traces show them. */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { InputError } from '../../errors.ts';
import { readBytes, readText } from '../../files/read.ts';
import { INCLUDE } from './builds.ts';
import { hashOf } from '../clang/cache.ts';

/** More than that is cut off. */
const COLUMNS = 72;

export class SourceFiles {
  private readonly shown: string;
  private readonly folder: string;
  private readonly texts = new Map<string, readonly string[]>();

  /** `shown` is the name of the harness file, and its names begin in `folder`. */
  constructor(shown: string, folder: string) {
    this.shown = shown;
    this.folder = folder;
  }

  /** Throws InputError if there is no such file. */
  hashOf(name: string): string {
    const path = resolve(this.folder, name);
    if (!existsSync(path)) throw new InputError(`${this.shown}: there is no file ${name}`);
    return hashOf([readBytes(path, name)]).slice(0, 16);
  }

  /** Empty for a line that there is not. */
  line(file: string, line: number): string {
    const text = (this.linesOf(file)[line - 1] ?? '').trim().replaceAll(/\s+/g, ' ');
    return text.length > COLUMNS ? `${text.slice(0, COLUMNS - 1)}…` : text;
  }

  private linesOf(file: string): readonly string[] {
    let lines = this.texts.get(file);
    if (lines === undefined) {
      const path = [this.folder, INCLUDE].map((from) => resolve(from, file)).find(existsSync);
      lines = path === undefined ? [] : readText(path, file).split('\n');
      this.texts.set(file, lines);
    }
    return lines;
  }
}
