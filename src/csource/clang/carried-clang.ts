/**
 * Runs the clang that a package carries as WebAssembly, as a program of its own: its interface
 * cannot be waited for. The words are those of clang; files are read from the folder in which it is
 * started and from the folders of `-I`, and what `-o` and `-MF` name is written.
 */

import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';

interface Tree {
  [name: string]: Tree | Uint8Array | string;
}

type Run = (
  words: readonly string[],
  files: Tree,
  options: {
    readonly stdout: null;
    readonly stderr: (bytes: Uint8Array | null) => void;
  },
) => Promise<Tree> | undefined;

/** More than that belongs to no include path. */
const MOST_FILES = 20_000;

const words = process.argv.slice(2);
const tree: Tree = {};
let count = 0;

function branch(path: string): Tree {
  let at = tree;
  for (const part of path.split('/').filter((name) => name !== '')) {
    const next = at[part];
    if (next === undefined || typeof next === 'string' || next instanceof Uint8Array) at[part] = {};
    at = at[part] as Tree;
  }
  return at;
}

function add(folder: string): void {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return;
  const into = branch(folder);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules') {
      add(path);
    } else if (/\.(c|h|inc|def|S)$/.test(entry.name) && count < MOST_FILES && entry.isFile()) {
      into[entry.name] = readFileSync(path);
      count++;
    }
  }
}

const here = process.cwd();
add(here);
const absolute = words.map((word, i) => {
  if (word.startsWith('-I')) {
    const folder = resolve(here, word.slice(2));
    add(folder);
    return `-I${folder}`;
  }
  if (words[i - 1] === '-o' || words[i - 1] === '-MF') return `/out${words[i - 1]}`;
  if (word.endsWith('.c') && !word.startsWith('-')) {
    const path = resolve(here, word);
    add(resolve(path, '..'));
    return path;
  }
  return word;
});
const outputs = words.flatMap((word, i) => {
  const before = words[i - 1];
  return before === '-o' || before === '-MF' ? [[before, word] as const] : [];
});

const name = '@yowasp/clang';
const { commands } = (await import(name)) as { readonly commands: Readonly<Record<string, Run>> };
let said = '';
const stderr = (bytes: Uint8Array | null): void => {
  if (bytes !== null) said += new TextDecoder().decode(bytes);
};
try {
  const prefix = `-ffile-prefix-map=${here}/=`;
  const made = await commands['clang'](['clang', ...absolute, prefix].slice(1), tree, {
    stdout: null,
    stderr,
  });
  for (const [option, path] of outputs) {
    const file = made?.[`out${option}`];
    if (file !== undefined) writeFileSync(path, file as Uint8Array);
  }
} catch (error) {
  process.stderr.write(
    said === '' ? `${(error as Error).message}\n` : said.replaceAll(`${here}/`, ''),
  );
  process.exitCode = 1;
}
