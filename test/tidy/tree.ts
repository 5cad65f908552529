/**
 * The files that the tidy test looks at: code and prose that people write, and none that a program
 * writes.
 */

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** A file by its path from the root of the repository, with slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

const root = join(import.meta.dirname, '../..');

const folders = ['src', 'test', 'examples', 'bench', 'scripts', 'templates', 'docs', '.github'];

/** Programs of this project write these pages, and decide there how they look. */
const written = /^docs\/(defects|verdicts)\//;

/** The same of code: its first line says so. */
const isWritten = (text: string): boolean => text.split('\n', 1)[0].includes('do not edit');

/** JSON is data: it cannot break a string, and prettier holds the rest. */
const kinds = /\.(ts|m?js|c|md|ya?ml)$/;

export function readTree(): SourceFile[] {
  const inFolders = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(
      (path) => `${folder}/${path.replaceAll('\\', '/')}`,
    ),
  );
  return [...readdirSync(root), ...inFolders]
    .filter((path) => kinds.test(path) && !written.test(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
    .filter(({ text }) => !isWritten(text));
}

export const isCode = ({ path }: SourceFile): boolean => /\.(ts|m?js)$/.test(path);
