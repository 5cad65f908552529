/**
 * A state as a value or as a draft, in replays, as strict as a view: what the state does not have
 * is an error where it is read or written, and lists and stacks offer only what views of them do.
 */

import { ModelError } from '../errors.ts';
import type { Schema } from '../state/schema.ts';
import { isUsual, noField, noRow } from '../state/strict.ts';
import { OFFERED as OFFERED_BY_STACKS } from '../state/stack-view.ts';
import { OFFERED as OFFERED_BY_LISTS } from '../state/list.ts';
import { isTable } from '../state/table.ts';

/** What either offers: which of them an array is, is not known below a case. */
const OFFERED: ReadonlySet<PropertyKey> = new Set([...OFFERED_BY_LISTS, ...OFFERED_BY_STACKS]);

/** What strict objects stand for. */
const originals = new WeakMap<object, object>();

/** `schema` is that of the value; undefined below a case or a frame. */
export function strict<K extends object>(value: K, schema: Schema<unknown> | undefined): K {
  return new Strict().wrap(value, schema, '') as K;
}

class Strict {
  private readonly made = new WeakMap<object, object>();

  wrap(value: unknown, schema: Schema<unknown> | undefined, path: string): unknown {
    if (typeof value !== 'object' || value === null) return value;
    const known = this.made.get(value);
    if (known !== undefined) return known;
    const made = new Proxy(value, this.handlerFor(value, schema, path));
    this.made.set(value, made);
    originals.set(made, value);
    return made;
  }

  private handlerFor(
    value: object,
    schema: Schema<unknown> | undefined,
    path: string,
  ): ProxyHandler<object> {
    if (!Array.isArray(value)) {
      const { in: tag } = value as { readonly in?: string };
      return this.recordHandler(schema, tag === undefined ? path : `${path}.${tag}`);
    }
    return schema !== undefined && isTable(schema)
      ? this.tableHandler(schema, path)
      : this.listHandler(path);
  }

  private recordHandler(schema: Schema<unknown> | undefined, path: string): ProxyHandler<object> {
    const fail = (record: object, key: PropertyKey): never => {
      const known = Object.keys(record).filter((name) => name !== 'in');
      throw new ModelError(noField(path, String(key), known));
    };
    return {
      get: (record, key) => {
        if (typeof key === 'string' && !Object.hasOwn(record, key)) {
          if (isUsual(key)) return Reflect.get(record, key) as unknown;
          fail(record, key);
        }
        const below = typeof key === 'string' ? schema?.below(key) : undefined;
        return this.wrap(Reflect.get(record, key), below, pathTo(path, key));
      },
      set(record, key, value: unknown) {
        if (!Object.hasOwn(record, key)) fail(record, key);
        return Reflect.set(record, key, original(value));
      },
      deleteProperty: fail,
    };
  }

  private tableHandler(schema: Schema<unknown>, path: string): ProxyHandler<object> {
    const fail = (rows: object, key: PropertyKey): never => {
      throw new ModelError(noRow(path, String(key), (rows as unknown[]).length));
    };
    return {
      get: (rows, key) => {
        if (typeof key === 'string' && !(key in rows) && !isUsual(key)) fail(rows, key);
        return this.wrap(Reflect.get(rows, key), schema.below(0), `${path}[${String(key)}]`);
      },
      set(rows, key) {
        if (!Object.hasOwn(rows, key)) fail(rows, key);
        throw new ModelError(`${path}[${String(key)}]: rows are not replaced: write their fields`);
      },
      deleteProperty: fail,
    };
  }

  private listHandler(path: string): ProxyHandler<object> {
    const fail = (_list: object, key: PropertyKey): never => {
      throw new ModelError(noField(path, String(key), [...OFFERED].map(String)));
    };
    return {
      get: (list, key) => {
        const value: unknown = Reflect.get(list, key);
        if (!OFFERED.has(key)) return isUsual(key) ? value : fail(list, key);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          const answer: unknown = Reflect.apply(value, list, args.map(original));
          return this.wrap(answer, undefined, `${path}[${args.join(', ')}]`);
        };
      },
      set: fail,
      deleteProperty: fail,
    };
  }
}

function pathTo(path: string, key: PropertyKey): string {
  return path === '' ? String(key) : `${path}.${String(key)}`;
}

/** What may be put into a draft. */
function original(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? (originals.get(value) ?? value) : value;
}
