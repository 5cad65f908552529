/** The tutorial, taken apart: its blocks of code, and its commands with what they print. */

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

/** A file of the package. */
export function read(name: string): string {
  return readFileSync(join(root, name), 'utf8');
}

export const tutorial = read('docs/your-kernel.md');

/** The blocks in a language. */
export function blocks(text: string, language: string): string[] {
  const found = text.matchAll(/^```(\w+)\n([^]*?)^```$/gm);
  return [...found].filter(([, name]) => name === language).map(([, , block = '']) => block);
}

/** What is typed, and what the page shows of what is printed. */
export interface Command {
  readonly words: string;
  /** A line of three dots stands for any lines. */
  readonly shown: string;
}

export function commandsOf(text: string): Command[] {
  const all = blocks(text, 'console').join('').split(/^\$ /m);
  return all.slice(1).map((one) => {
    const [words = '', ...shown] = one.split('\n');
    return { words, shown: shown.join('\n') };
  });
}
