/**
 * Do the lines that a model cites still say what they said? Each statement names a file, a line and
 * some text of that line; the source may have moved on since.
 */

import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

import { InputError } from '../errors.ts';
import type { Statement } from '../explorer/statement.ts';
import { readText } from '../files/read.ts';
import type { System } from '../system.ts';
import { build, resolveSpec } from './spec.ts';

/** Lines on either side among which a text is looked for that is not where it was. */
const NEARBY = 300;
/** Files of a source tree that are looked at for one of a given name. */
const MOST_FILES = 200_000;
const SKIPPED = new Set(['.git', 'node_modules']);

/** A line of C that a statement cites. */
export interface Cited extends Pick<Statement, 'operation' | 'file' | 'line' | 'token'> {
  readonly through: number | undefined;
}

/** A citation that no longer holds. */
export interface Drift extends Cited {
  /** `now on line 29`, `not found within 300 lines`, `there is no such file below kernel`. */
  readonly sentence: string;
}

/** How many lines were looked at, and those that are not as they were. */
export interface CitationCheck {
  /** Citations that were checked. */
  readonly cited: number;
  readonly drifts: readonly Drift[];
}

/**
 * What the system as written cites, in all of its scenarios; each citation once. Throws InputError
 * if there is nothing to compare.
 */
export function citationsOf(system: System): readonly Cited[] {
  const found = new Map<string, Cited>();
  for (const scenario of system.scenarios) {
    for (const statement of build(system, resolveSpec(system, { scenario })).statements) {
      const { operation, file, line, through, token, fix } = statement;
      if (file === '' || line < 1 || fix !== undefined) continue;
      const whole = Math.floor(line);
      const key = JSON.stringify([file, whole, token]);
      if (!found.has(key)) found.set(key, { operation, file, line: whole, through, token });
    }
  }
  if (found.size === 0) throw new InputError(`${system.name} cites no line of any file`);
  return [...found.values()].sort(
    (one, other) => one.file.localeCompare(other.file) || one.line - other.line,
  );
}

/** Compares citations with the files below a folder; `shown` is its name in messages. */
export function checkCitations(
  citations: readonly Cited[],
  folder: string,
  shown: string,
): CitationCheck {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new InputError(`${shown}: there is no such folder: name the one with the source`);
  }
  const tree = new SourceTree(folder, shown);
  const drifts = citations.flatMap((cited) => {
    const sentence = driftOf(cited, tree);
    return sentence === undefined ? [] : [{ ...cited, sentence }];
  });
  return { cited: citations.length, drifts };
}

/** `kalloc.c:27 kfree  ref == 0: now on line 29`. */
export function driftText({ operation, file, line, token, sentence }: Drift): string {
  return `${file}:${line} ${operation}  ${token}: ${sentence}`;
}

function driftOf(
  { file, line, through = line, token }: Cited,
  tree: SourceTree,
): string | undefined {
  const lines = tree.linesOf(file);
  if (typeof lines === 'string') return lines;
  const wanted = plain(token);
  const has = (at: number): boolean => lines[at - 1]?.includes(wanted) === true;
  for (let at = line; at <= through; at++) if (has(at)) return undefined;
  for (let away = 1; away <= NEARBY; away++) {
    const near = [line - away, through + away].filter(has);
    if (near.length > 0) return `now on line ${near.join(' or ')}`;
  }
  return `not found within ${NEARBY} lines`;
}

/** Blanks do not count. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** The files below a folder, found by their path or, if it is the only one, by their name. */
class SourceTree {
  private readonly folder: string;
  private readonly shown: string;
  private readonly known = new Map<string, readonly string[] | string>();
  private all: readonly string[] | undefined;

  constructor(folder: string, shown: string) {
    this.folder = folder;
    this.shown = shown;
  }

  /** The lines, each with single blanks; or why there are none, as a sentence. */
  linesOf(file: string): readonly string[] | string {
    let found = this.known.get(file);
    if (found === undefined) {
      found = this.read(file);
      this.known.set(file, found);
    }
    return found;
  }

  private read(file: string): readonly string[] | string {
    const direct = join(this.folder, file);
    const isBelow = !relative(this.folder, direct).startsWith('..');
    if (isBelow && existsSync(direct)) return linesOfFile(direct, `${this.shown}/${file}`);
    const same = this.files().filter((path) => `${sep}${path}`.endsWith(`${sep}${file}`));
    const [only, other] = same;
    if (only === undefined) return `there is no such file below ${this.shown}`;
    if (other === undefined) return linesOfFile(join(this.folder, only), only);
    return `there are several such files below ${this.shown}: ${only}, ${other}`;
  }

  private files(): readonly string[] {
    if (this.all !== undefined) return this.all;
    const found: string[] = [];
    const folders = [''];
    for (const at of folders) {
      for (const entry of readdirSync(join(this.folder, at), { withFileTypes: true })) {
        const path = join(at, entry.name);
        if (entry.isDirectory() && !SKIPPED.has(entry.name)) folders.push(path);
        else if (entry.isFile()) found.push(path);
      }
      if (found.length > MOST_FILES) {
        throw new InputError(
          `${this.shown} has more than ${MOST_FILES} files: name the folder of the cited ones`,
        );
      }
    }
    return (this.all = found.sort());
  }
}

function linesOfFile(path: string, shown: string): readonly string[] {
  return readText(path, shown).split('\n').map(plain);
}
