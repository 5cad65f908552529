/** How traces word a state, from its schema alone: what is declared says what is in it. */

import type { Wording } from '../machine/replay.ts';
import type { Schema } from '../state/schema.ts';
import type { Change } from '../system.ts';

type Path = readonly (string | number)[];

/** `hidden` are fields of the state that are not reported, such as call stacks. */
export function wordingOf<K>(schema: Schema<K>, hidden: readonly string[]): Wording<K> {
  return {
    change: (path, before, after) => changeOf(schema, path, before, after, hidden),
    describe: (state) => describe(schema, state, hidden),
  };
}

/** The change of the smallest part that is reported by itself. */
function changeOf<K>(
  whole: Schema<K>,
  path: Path,
  before: K,
  after: K,
  hidden: readonly string[],
): Change | undefined {
  if (hidden.includes(String(path[0]))) return undefined;
  let schema: Schema<unknown> = whole as Schema<unknown>;
  const place: (string | number)[] = [];
  for (const key of path) {
    const below = schema.below(key);
    if (below === undefined) break;
    schema = below;
    place.push(key);
  }
  const tell = (state: K): string => schema.tell(valueAt(state, place));
  return { path: textOf(place), from: tell(before), to: tell(after) };
}

function textOf(path: Path): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`))
    .join('')
    .replace(/^\./, '');
}

/** A line for each field, and for each row of a table. */
function describe<K>(schema: Schema<K>, state: K, hidden: readonly string[]): string[] {
  return Object.entries(state as Record<string, unknown>).flatMap(([key, value]) => {
    if (hidden.includes(key)) return [];
    const field = schema.below(key) as Schema<unknown>;
    const row = Array.isArray(value) ? field.below(0) : undefined;
    if (row === undefined) return [`${key}: ${field.tell(value)}`];
    return (value as unknown[]).map((one, i) => `${key}[${i}]: ${row.tell(one)}`);
  });
}

function valueAt(state: unknown, path: Path): unknown {
  let value = state;
  for (const key of path) value = (value as Record<string | number, unknown>)[key];
  return value;
}
