/**
 * Rules about the text of files: files in, offences out. Like the rules of `modules.ts` and
 * `functions.ts` these read no files, so that the test can show on a few lines
 * what each of them finds.
 */

import type { SourceFile } from './tree.ts';

/** What breaks a rule: its name in the list of exceptions, and where it is or how bad. */
export interface Offence {
  readonly subject: string;
  readonly found: string;
}

export const COLUMNS = 100;
export const FILE_LINES = 250;

/**
 * Lines that are too long, by file. Not in tables of Markdown, nor where an
 * address stands in the line.
 */
export function longLines(files: readonly SourceFile[]): Offence[] {
  return files.flatMap(({ path, text }) => {
    const long = text.split('\n').flatMap((line, i) => {
      const excepted = line.includes('://') || (path.endsWith('.md') && line.startsWith('|'));
      return !excepted && [...line].length > COLUMNS ? [i + 1] : [];
    });
    return long.length === 0 ? [] : [{ subject: path, found: `line ${long.join(', ')}` }];
  });
}

/** Code files that are too long, all lines counted. */
export function longFiles(files: readonly SourceFile[]): Offence[] {
  return files.flatMap(({ path, text }) => {
    const lines = text.trimEnd().split('\n').length;
    return lines > FILE_LINES ? [{ subject: path, found: `${lines} lines` }] : [];
  });
}

/** Old words, with the word of the field beside each. */
export type BannedWords = readonly (readonly [word: RegExp, instead: string])[];

export function bannedWords(files: readonly SourceFile[], words: BannedWords): Offence[] {
  return files.flatMap(({ path, text }) =>
    words.flatMap(([word, instead]) => {
      const found = word.exec(`${path}\n${text}`);
      if (found === null) return [];
      const line = `${path}\n${text}`.slice(0, found.index).split('\n').length - 1;
      return [{ subject: `${path} ${found[0]}`, found: `line ${line}; write ${instead}` }];
    }),
  );
}
