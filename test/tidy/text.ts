/**
 * Rules about the text of files: files in, offences out. Like the rules of `modules.ts` and
 * `functions.ts` these read no files, so that the test can show on a few lines
 * what each of them finds.
 */

import { parseSync, Visitor } from 'rolldown/utils';
import { isCode } from './tree.ts';
import type { SourceFile } from './tree.ts';

/** What breaks a rule: its name in the list of exceptions, and where it is or how bad. */
export interface Offence {
  readonly subject: string;
  readonly found: string;
}

export const COLUMNS = 100;
export const FILE_LINES = 250;

/**
 * Lines that are too long, by file. Exempt are tables of Markdown, lines with an address, and the
 * text of templates: what is printed has the columns that it has.
 */
export function longLines(files: readonly SourceFile[]): Offence[] {
  return files.flatMap((file) => {
    const lines = file.text.split('\n');
    const long = [...lines.keys()].filter((i) => [...lines[i]].length > COLUMNS);
    const exempt = long.length === 0 ? () => true : exemption(file, lines);
    const found = long.filter((i) => !exempt(i)).map((i) => i + 1);
    return found.length === 0 ? [] : [{ subject: file.path, found: `line ${found.join(', ')}` }];
  });
}

function exemption(file: SourceFile, lines: readonly string[]): (line: number) => boolean {
  const texts = new Set(isCode(file) ? linesOfTemplates(file) : []);
  const isTable = (line: string): boolean => file.path.endsWith('.md') && line.startsWith('|');
  return (i) => texts.has(i) || lines[i].includes('://') || isTable(lines[i]);
}

/** The lines that begin inside of a template, counted from 0. */
function linesOfTemplates({ path, text }: SourceFile): number[] {
  const found: number[] = [];
  const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length - 1;
  new Visitor({
    TemplateElement({ start, end }) {
      for (let line = lineOf(start) + 1; line <= lineOf(end); line++) found.push(line);
    },
  }).visit(parseSync(path, text).program);
  return found;
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
