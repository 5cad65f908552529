/** Requirements on every published schema, and nearly valid files. */

import { expect } from 'vitest';
import { InputError } from '../src/errors.ts';

interface Schema {
  readonly description?: string;
  readonly const?: unknown;
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly [key: string]: unknown;
}

/** Fields without a description, by their place; those with one fixed value describe themselves. */
export function undescribed(schema: Schema, place = ''): string[] {
  return Object.entries(schema).flatMap(([key, value]) => {
    if (typeof value !== 'object' || value === null) return [];
    if (key !== 'properties') return undescribed(value as Schema, `${place}/${key}`);
    return Object.entries(value as Record<string, Schema>).flatMap(([name, field]) => {
      const at = `${place}/${name}`;
      const described = field.description !== undefined || field.const !== undefined;
      return [...(described ? [] : [at]), ...undescribed(field, at)];
    });
  });
}

interface Agreement {
  /** Throws InputError. */
  readonly read: (json: unknown) => unknown;
  readonly fits: (json: unknown) => boolean;
}

/** Reader and schema refuse the same files: valid files with one change. */
export function expectToAgree(files: readonly unknown[], { read, fits }: Agreement): void {
  const reads = (json: unknown): boolean => {
    try {
      read(json);
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      return false;
    }
  };
  let refused = 0;
  for (const { what, json, named } of spoiled(files)) {
    const found = { what, read: reads(json), fits: fits(json) };
    // Only the reader checks whether names exist and fields fit together.
    const expected = named && found.fits ? found.read : found.fits;
    expect(found).toEqual({ what, read: expected, fits: found.fits });
    if (!found.read) refused += 1;
  }
  expect(refused).toBeGreaterThan(20);
}

interface Spoiled {
  /** `threads[].program[] read.page: 99`. */
  readonly what: string;
  readonly json: unknown;
  /** True if a name is changed or a field is left out. */
  readonly named: boolean;
}

/** The files with one change, once for every kind of place. */
function* spoiled(files: readonly unknown[]): Generator<Spoiled> {
  const seen = new Set<string>();
  for (const file of files) {
    for (const { path, shape, value } of nodes(file)) {
      if (seen.has(shape)) continue;
      seen.add(shape);
      const changed = (to: unknown, named = false): Spoiled => ({
        what: `${shape}: ${JSON.stringify(to)}`,
        json: replaced(file, path, to),
        named,
      });
      if (typeof value === 'number') for (const to of [-99, 99, 0.3, 'one']) yield changed(to);
      else if (typeof value === 'boolean') yield changed('true');
      else if (typeof value === 'string') for (const to of ['', 3]) yield changed(to, to === '');
      else yield changed(Array.isArray(value) ? {} : []);
      if (path.length > 0) yield changed(null);
      if (path.length > 0) yield changed(undefined, true);
      if (isObject(value)) yield changed({ ...value, colour: 'red' });
    }
  }
}

type Path = readonly (string | number)[];
type Node = { readonly path: Path; readonly shape: string; readonly value: unknown };

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Places in a list have the same shape, except for the action. */
function* nodes(value: unknown, path: Path = [], shape = ''): Generator<Node> {
  yield { path, shape, value };
  if (Array.isArray(value)) {
    for (const [i, one] of value.entries()) yield* nodes(one, [...path, i], `${shape}[]`);
  } else if (isObject(value)) {
    const kind = typeof value['do'] === 'string' ? ` ${value['do']}` : '';
    for (const [key, one] of Object.entries(value)) {
      yield* nodes(one, [...path, key], `${shape}${kind}.${key}`);
    }
  }
}

/** The value with another one at that place; a field that becomes undefined is left out. */
function replaced(value: unknown, [first, ...rest]: Path, to: unknown): unknown {
  if (first === undefined) return to;
  if (Array.isArray(value)) return value.map((v, i) => (i === first ? replaced(v, rest, to) : v));
  const changed = Object.entries(value as object).map(([key, v]) => {
    return [key, key === first ? replaced(v, rest, to) : v] as const;
  });
  return Object.fromEntries(changed.filter(([, v]) => v !== undefined));
}
