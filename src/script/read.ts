/**
 * Reads scripts: a conformance vector (JSON with recorded results), or plain text with one
 * operation per line, `#system NAME`, `#layout {..}` and `#options {..}` lines, and comments.
 */

import { InputError } from '../errors.ts';
import { parseJson } from '../json.ts';
import { quote } from '../safe-text.ts';
import type { Observation, Script, System } from '../system.ts';

interface ReadScript {
  readonly script: Script;
  /** The recorded results of the real code; undefined if the file has none. */
  readonly expected: readonly Observation[] | undefined;
  /** The name of the system: the `family` of a vector, or the value of `#system`. */
  readonly family: string | undefined;
  /**
   * The first field that no vector has, as a sentence: a comparison refuses
   * it, a run remarks on it.
   */
  readonly unknown?: string | undefined;
}

/** Bounds of a script of any system. */
export const bounds = { operations: 2000, characters: 200 } as const;

type Json = Record<string, unknown>;

/** The fields of a vector and of its steps; `steps` is another name for `script`. */
const VECTOR = [
  '$schema',
  'name',
  'family',
  'purpose',
  'source',
  'seed',
  'layout',
  'options',
  'script',
  'steps',
];
const STEP = ['op', 'result', 'value', 'events', 'state'];

/** `shown` is the name of the file, for sentences. */
export function readScript(whole: string, shown: string): ReadScript {
  const text = whole.replace(/^\uFEFF/, '');
  return /^\s*\{/.test(text) ? readVector(text, shown) : readPlain(text, shown);
}

function readVector(text: string, shown: string): ReadScript {
  const vector = objectOf(text, shown);
  const { name = nameOf(shown), family } = vector;
  if (typeof name !== 'string') throw new InputError(`${shown}: "name" is not a string`);
  if (family !== undefined && typeof family !== 'string') {
    throw new InputError(`${shown}: "family" is not a string, but ${quote(family)}`);
  }
  if (vector['script'] !== undefined && vector['steps'] !== undefined) {
    throw new InputError(
      `${shown}: it has "script" and "steps", which mean the same: leave one out`,
    );
  }
  const steps = vector['script'] ?? vector['steps'];
  if (!Array.isArray(steps)) throw new InputError(`${shown}: "script" is not a list of steps`);
  const operations = steps.map((step: unknown, i) => {
    const op = typeof step === 'object' && step !== null ? (step as Json)['op'] : undefined;
    if (typeof op !== 'string') throw new InputError(`${shown}: step ${i} has no string "op"`);
    return op;
  });
  checkSize(operations, shown);
  return {
    script: {
      name,
      layout: part(vector, 'layout', shown),
      options: part(vector, 'options', shown),
      operations,
    },
    expected: expectedOf(steps as readonly Json[], shown),
    family,
    unknown: unknownField(vector, steps as readonly Json[]),
  };
}

/** An unknown field may be a misspelt one. */
function unknownField(vector: Json, steps: readonly Json[]): string | undefined {
  const lists = [vector, ...steps].map((part, i) => ({
    where: i === 0 ? 'the vector' : `step ${i - 1}`,
    known: i === 0 ? VECTOR : STEP,
    fields: Object.keys(part),
  }));
  for (const { where, known, fields } of lists) {
    const other = fields.find((field) => !known.includes(field));
    if (other === undefined) continue;
    return `${where} has an unknown field ${quote(other)}; known there: ${known.join(', ')}`;
  }
  return undefined;
}

/** The recorded results of the steps; undefined if there are none. */
function expectedOf(steps: readonly Json[], shown: string): readonly Observation[] | undefined {
  if (steps.every((step) => step['result'] === undefined)) return undefined;
  steps.forEach(({ result, value, events }, i) => {
    const refuse = (what: string, found: unknown): never => {
      const is = found === undefined ? 'is missing' : `is ${quote(found)}`;
      throw new InputError(`${shown}: step ${i}: ${what} is needed for the comparison, but ${is}`);
    };
    if (typeof result !== 'string') refuse('a string "result"', result);
    const isList = Array.isArray(events) && events.every((event) => typeof event === 'string');
    if (!isList) refuse('a list of strings "events"', events);
    if (value !== undefined && typeof value !== 'string' && typeof value !== 'number') {
      refuse('a string or number "value"', value);
    }
  });
  return steps as unknown as readonly Observation[];
}

/** Checks the bounds of a script: scripts are short, because each operation is run and shown. */
function checkSize(operations: readonly string[], shown: string): void {
  if (operations.length === 0) throw new InputError(`${shown}: it contains no operation`);
  const { operations: most, characters } = bounds;
  if (operations.length > most) {
    throw new InputError(
      `${shown}: a script has at most ${most} operations, but this one has ${operations.length}`,
    );
  }
  const long = operations.findIndex((op) => op.length > characters);
  if (long < 0) return;
  const length = `but that of step ${long} has ${operations[long].length}`;
  throw new InputError(`${shown}: an operation has at most ${characters} characters, ${length}`);
}

function part(vector: Json, key: string, shown: string): Json {
  const { [key]: value = {} } = vector;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InputError(`${shown}: "${key}" is not an object, but ${quote(value)}`);
  }
  return value as Json;
}

function objectOf(text: string, where: string): Json {
  const value = parseJson(text, where);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InputError(`${where}: a JSON object was expected`);
  }
  return value as Json;
}

function readPlain(text: string, shown: string): ReadScript {
  const marks = new Map<string, string>();
  const operations: string[] = [];
  text.split(/\r?\n/).forEach((line, i) => {
    const [, mark, value] = /^#(system|layout|options)\b(.*)$/.exec(line) ?? [];
    if (mark !== undefined) {
      const where = `${shown}, line ${i + 1}`;
      if (marks.has(mark)) throw new InputError(`${where}: #${mark} is given twice: give it once`);
      marks.set(mark, value.trim());
      if (mark !== 'system') objectOf(value, `${where}: what follows #${mark}`);
    } else if (line.trim() !== '' && !line.startsWith('#')) operations.push(line.trim());
  });
  checkSize(operations, shown);
  const markedJson = (mark: string): Json => objectOf(marks.get(mark) ?? '{}', shown);
  const [layout, options] = [markedJson('layout'), markedJson('options')];
  const script = { name: nameOf(shown), layout, options, operations };
  return { script, expected: undefined, family: marks.get('system') };
}

function nameOf(shown: string): string {
  return shown.replace(/^.*[/\\]/, '').replace(/\.[^.]*$/, '');
}

/** The system of a script: by the family of a vector, otherwise by the keys of its layout. */
export function systemOf(systems: readonly System[], read: ReadScript, shown: string): System {
  const able = systems.filter(({ scripts }) => scripts !== undefined);
  const { family, script } = read;
  const found = able.find(({ name, scripts }) =>
    family !== undefined
      ? scripts?.family === family || name === family
      : Object.keys(script.layout).every((key) => scripts?.layout.includes(key)),
  );
  if (found !== undefined) return found;
  const families = able.map(({ scripts }) => scripts?.family).join(', ');
  const why =
    family === undefined ? 'its layout fits no system' : `there is no family ${quote(family)}`;
  throw new InputError(`${shown}: ${why}; scripts can be run for ${families}`);
}
