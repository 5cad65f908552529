/**
 * What a state does not have is an error where it is read or written, not `undefined`: a misspelt
 * field or a row too far would otherwise let an invariant hold. Views are made strict by the end of
 * their prototype chain, where only what is not found arrives; so what is found costs nothing.
 */

import { ModelError } from '../errors.ts';

/** Most names in a message. */
const MOST_NAMED = 12;
/** What JavaScript itself asks any object for. */
const ASKED = new Set(['toJSON', 'then']);

/** Says what is wrong with a key, such as `frames[9]: there is no such row: there are 4`. */
export type Missing = (key: string, receiver: object) => string;

/** The end of a prototype chain: throws ModelError for each name that is looked up in vain. */
export function strictEnd(missing: Missing): object {
  return new Proxy(Object.prototype, {
    get(target, key, receiver): unknown {
      if (isUsual(key)) return Reflect.get(target, key, receiver) as unknown;
      throw new ModelError(missing(key, receiver as object));
    },
    set(_target, key, _value, receiver) {
      throw new ModelError(missing(String(key), receiver as object));
    },
  });
}

/** Is it something that any object may be asked for? */
export function isUsual(key: string | symbol): key is symbol {
  return typeof key === 'symbol' || ASKED.has(key) || key in Object.prototype;
}

/** `threads[1].lokced: there is no such field: there are pc, locked`. */
export function noField(path: string, key: string, known: readonly string[]): string {
  const names = known.slice(0, MOST_NAMED).join(', ') || 'none';
  const others = known.length > MOST_NAMED ? ', ...' : '';
  const place = path === '' ? key : `${path}.${key}`;
  return `${place}: there is no such field: there are ${names}${others}`;
}

/** `frames[9]: there is no such row: there are 4`. */
export function noRow(path: string, key: string, count: number): string {
  const row = /^-?\d+$/.test(key);
  const place = row ? `${path}[${key}]` : `${path}.${key}`;
  return `${place}: there is no such row: there are ${count}, from 0 on`;
}

/** Where the paths of tables are kept: a row that does not exist cannot say to which it belongs. */
const paths = new WeakMap<object, string>();

/** What arrays inherit, and then the end of the chain. */
const rowsPrototype = Object.create(
  strictEnd((key, rows) => {
    return noRow(paths.get(rows) ?? '', key, (rows as readonly unknown[]).length);
  }),
  Object.getOwnPropertyDescriptors<unknown>(Array.prototype) as PropertyDescriptorMap,
) as object;

/** The views of the rows of a table. They are not frozen, which would make searches slower. */
export function strictRows(rows: readonly object[], path: string): readonly object[] {
  paths.set(rows, path);
  return Object.setPrototypeOf(rows, rowsPrototype) as readonly object[];
}
