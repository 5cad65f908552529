/**
 * What the combinators demand of their arguments. TypeScript says it to its users; in plain
 * JavaScript a schema that is none would fail later, and somewhere else.
 */

import { ModelError } from '../errors.ts';

/** Most characters of a value in a message. */
const MOST_SHOWN = 60;

/** `table: expected a pool, found {...}`. */
function refuse(who: string, expected: string, found: unknown): never {
  throw new ModelError(`${who}: expected ${expected}, found ${shown(found)}`);
}

export function demand(who: string, expected: string, fits: boolean, found: unknown): void {
  if (!fits) refuse(who, expected, found);
}

export function demandPool(who: string, value: unknown): void {
  const { name, size, at } = (value ?? {}) as Record<string, unknown>;
  const fits = typeof name === 'string' && typeof size === 'number' && typeof at === 'function';
  demand(who, "a pool, such as pool('frame', 3)", fits, value);
}

export function demandText(who: string, value: unknown): void {
  demand(who, 'a text', typeof value === 'string', value);
}

export function demandList(who: string, value: unknown): void {
  demand(who, 'a list', Array.isArray(value), value);
}

export function demandFunction(who: string, value: unknown): void {
  demand(who, 'a function', typeof value === 'function', value);
}

/** An asynchronous function would write after it has answered, when nobody looks any more. */
export function demandNoPromise(who: string, answer: unknown): void {
  if (answer instanceof Promise) {
    throw new ModelError(`${who}: returns a promise: it must be done when it returns`);
  }
}

/** An object that has at least these members. */
export function demandMembers(who: string, value: unknown, names: readonly string[]): void {
  const expected = `an object with ${names.join(', ')}`;
  demand(who, expected, typeof value === 'object' && value !== null, value);
  const missing = names.filter((name) => (value as Record<string, unknown>)[name] === undefined);
  if (missing.length === 0) return;
  throw new ModelError(`${who}: expected ${expected}; missing: ${missing.join(', ')}`);
}

/** A plain object, such as `{ count: upTo(3) }`. */
export function demandFields(who: string, value: unknown): void {
  const plain = typeof value === 'object' && value !== null && !Array.isArray(value);
  const expected = 'an object of fields, such as { count: upTo(3) }';
  demand(who, expected, plain && Object.getPrototypeOf(value) === Object.prototype, value);
}

/** In a message: what kind of thing it is, for what has no short text. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'function') return `the function ${value.name || 'without a name'}`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? String(value);
  const kind = Object.getPrototypeOf(value)?.constructor?.name as string | undefined;
  if (kind !== undefined && kind !== 'Object' && kind !== 'Array')
    return `${/^[AEIOU]/.test(kind) ? 'an' : 'a'} ${kind}`;
  const text = JSON.stringify(value) ?? 'an object';
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}...` : text;
}

const has = (value: unknown, method: string): boolean =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as Record<string, unknown>)[method] === 'function';

/** What a field can be. */
export function demandSchema(who: string, value: unknown): void {
  demand(who, 'a schema, such as upTo(3) or record({...})', has(value, 'install'), value);
}

/** What has fields or rows: a record, a table, a list or a stack. */
export function demandComposite(who: string, value: unknown): void {
  demand(who, 'a record, such as record({ count: upTo(3) })', has(value, 'viewer'), value);
}

export function demandScalar(who: string, value: unknown): void {
  demand(who, 'a scalar, such as upTo(3) or ref(pool)', has(value, 'decode'), value);
}
