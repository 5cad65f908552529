/**
 * Parses JSON from outside; an error names the place. Deep nesting is refused before parsing,
 * because a parser accepts any depth but later code may not. Duplicate keys are refused, because a
 * parser silently uses the last one.
 */

import { InputError } from './errors.ts';
import { quote } from './safe-text.ts';

/** The maximum depth; no file of vmcheck is nested more than a dozen levels deep. */
const DEEPEST = 64;

/** Parses JSON; throws InputError with a message that begins with `shown`. */
export function parseJson(text: string, shown: string): unknown {
  const deep = tooDeep(text);
  if (deep !== undefined) {
    throw new InputError(
      `${shown} is nested more than ${DEEPEST} levels deep at ${lineAndColumn(text, deep)}: ` +
        'is it the right file?',
    );
  }
  const value = parsed(text, shown);
  const twice = repeatedKey(text);
  if (twice !== undefined) {
    throw new InputError(
      `${shown} has the field ${quote(twice.key)} twice in one object, again at ` +
        `${lineAndColumn(text, twice.at)}: leave one of them out`,
    );
  }
  return value;
}

function parsed(text: string, shown: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`${shown} ${syntaxError(text, (error as Error).message)}`);
  }
}

/** The first duplicate key of a JSON text; keys end with a colon. */
function repeatedKey(text: string): { readonly key: string; readonly at: number } | undefined {
  const open: Set<string>[] = [];
  const colon = /\s*:/y;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '{') open.push(new Set());
    if (text[at] === '}') open.pop();
    if (text[at] !== '"') continue;
    const start = at;
    for (at += 1; text[at] !== '"'; at++) if (text[at] === '\\') at += 1;
    colon.lastIndex = at + 1;
    if (!colon.test(text)) continue;
    const key = JSON.parse(text.slice(start, at + 1)) as string;
    const keys = open[open.length - 1];
    if (keys.has(key)) return { key, at: start };
    keys.add(key);
  }
  return undefined;
}

/**
 * The position where the nesting becomes too deep, or undefined. Brackets in strings do not count.
 */
function tooDeep(text: string): number | undefined {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (quoted && character === '\\') at += 1;
    else if (character === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth -= 1;
    if (depth > DEEPEST) return at;
  }
  return undefined;
}

function lineAndColumn(text: string, position: number): string {
  const { line, column } = placeAt(text, position);
  return `line ${line}, column ${column}`;
}

/** Both are counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

function placeAt(text: string, position: number): Place {
  const before = text.slice(0, position).split('\n');
  return { line: before.length, column: before[before.length - 1].length + 1 };
}

/**
 * Where the value at a path begins in a text that is JSON, or the name of its field. Where there is
 * no such value, it is the innermost one around it.
 */
export function placeOf(text: string, path: readonly (string | number)[], ofName = false): Place {
  const first = /\S/.exec(text);
  let at = first === null ? 0 : first.index;
  for (const [i, key] of path.entries()) {
    const part = partOf(text, at, key);
    if (part === undefined) break;
    at = ofName && i === path.length - 1 ? part.name : part.value;
  }
  return placeAt(text, at);
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** Where a field or an element of the object or list that begins at `start` has name and value. */
function partOf(
  text: string,
  start: number,
  key: string | number,
): { readonly name: number; readonly value: number } | undefined {
  const isList = text[start] === '[';
  if (!isList && text[start] !== '{') return undefined;
  let depth = 0;
  let index = 0;
  let name = start;
  let current: string | number | undefined = isList ? 0 : undefined;
  TOKEN.lastIndex = start;
  for (let found = TOKEN.exec(text); found !== null; found = TOKEN.exec(text)) {
    const { 0: token, index: at } = found;
    if (token === '}' || token === ']') depth -= 1;
    if (depth === 0 && at > start) return undefined;
    if (depth === 1 && token === ',') {
      index += 1;
      current = isList ? index : undefined;
    } else if (depth === 1 && current === undefined && token.startsWith('"')) {
      current = JSON.parse(token) as string;
      name = at;
    } else if (depth === 1 && current === key && !/^[:\]}]$/.test(token)) {
      return { name: isList ? at : name, value: at };
    }
    if (token === '{' || token === '[') depth += 1;
  }
  return undefined;
}

/** The place of a syntax error: the parser reports a position for some errors only. */
function syntaxError(text: string, message: string): string {
  const found = /at position (\d+)/.exec(message);
  const position = found === null ? undefined : Number(found[1]);
  const cut = message.startsWith('Unexpected end') || message.startsWith('Unterminated string');
  if (cut || (position !== undefined && position >= text.trimEnd().length)) {
    return 'ends in the middle: it is truncated, or was not written completely';
  }
  if (position === undefined) return `is not JSON: ${message}`;
  const what = message.replace(/ in JSON at position .*$/, '').replace(/ at position .*$/, '');
  return `is not JSON: ${lineAndColumn(text, position)}: ${what}`;
}
