/**
 * Scripts from outside: a conformance vector (JSON, whose results are what to compare with), or plain
 * text with one operation a line, `#system NAME`, `#layout {..}` and `#options {..}` lines, and
 * comments.
 */

import { InputError } from '../errors.ts';
import type { Observation, Script, System } from '../system.ts';

export interface ReadScript {
  readonly script: Script;
  /** What the real code answered; undefined if the file does not say. */
  readonly expected: readonly Observation[] | undefined;
  /** The `family` of a vector, or what `#system` says: it names the system. */
  readonly family: string | undefined;
}

type Json = Record<string, unknown>;

/** `shown` is the name of the file, for sentences. */
export function readScript(text: string, shown: string): ReadScript {
  return /^\s*\{/.test(text) ? readVector(text, shown) : readPlain(text, shown);
}

function readVector(text: string, shown: string): ReadScript {
  const vector = objectOf(text, shown);
  const name = vector['name'] ?? nameOf(shown);
  if (typeof name !== 'string') throw new InputError(`${shown}: "name" is not a text`);
  const steps = vector['script'] ?? vector['steps'];
  if (!Array.isArray(steps)) throw new InputError(`${shown}: "script" is not a list of steps`);
  const operations = steps.map((step: unknown, i) => {
    const op = typeof step === 'object' && step !== null ? (step as Json)['op'] : undefined;
    if (typeof op !== 'string') throw new InputError(`${shown}: step ${i} has no text "op"`);
    return op;
  });
  const answered = steps.every((step: Json) => typeof step['result'] === 'string');
  const { family } = vector as { family?: unknown };
  return {
    script: {
      name,
      layout: part(vector, 'layout', shown),
      options: part(vector, 'options', shown),
      operations,
    },
    expected: answered ? (steps as unknown as readonly Observation[]) : undefined,
    family: typeof family === 'string' ? family : undefined,
  };
}

function part(vector: Json, key: string, shown: string): Json {
  const value = vector[key] ?? {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InputError(`${shown}: "${key}" is not an object`);
  }
  return value as Json;
}

function objectOf(text: string, where: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${where}: this is not JSON (${(error as Error).message})`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InputError(`${where}: a JSON object was expected`);
  }
  return value as Json;
}

function readPlain(text: string, shown: string): ReadScript {
  let layout: Json = {};
  let options: Json = {};
  let family: string | undefined;
  const operations: string[] = [];
  text.split(/\r?\n/).forEach((line, i) => {
    const where = `${shown}, line ${i + 1}`;
    const marked = /^#(system|layout|options)\s+(.*)$/.exec(line);
    if (marked?.[1] === 'system') family = marked[2].trim();
    else if (marked?.[1] === 'layout') layout = objectOf(marked[2], where);
    else if (marked?.[1] === 'options') options = objectOf(marked[2], where);
    else if (line.trim() !== '' && !line.startsWith('#')) operations.push(line.trim());
  });
  if (operations.length === 0) throw new InputError(`${shown}: there is no operation in it`);
  const script = { name: nameOf(shown), layout, options, operations };
  return { script, expected: undefined, family };
}

function nameOf(shown: string): string {
  return shown.replace(/^.*[/\\]/, '').replace(/\.[^.]*$/, '');
}

/** The system whose script it is: by the family of a vector, else by the keys of its layout. */
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
  const why = family === undefined ? 'its layout fits no system' : `there is no family ${family}`;
  throw new InputError(`${shown}: ${why}; scripts can be run for ${families}`);
}
