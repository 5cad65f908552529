/** The kinds of fields that a scenario is declared with, such as `field.whole(1, 8, 'Frames.')`. */

import { ModelError } from '../errors.ts';
import { quote, wayOut } from '../suggest.ts';
import { Choice, demandField, Field, type Fields, type JsonSchema, ListOf } from './field.ts';
import { ObjectOf, type Reading, Text, Truth, type ValuesOf, Whole } from './field.ts';
import type { Path } from '../mistakes.ts';

/** One of several objects, distinguished by the field `do`. */
class Command<C extends Readonly<Record<string, Fields>>> extends Field<CommandOf<C>> {
  private readonly kinds: ReadonlyMap<string, ObjectOf<Fields>>;

  constructor(kinds: C, sentence: string) {
    super(sentence);
    this.kinds = new Map(
      Object.entries(kinds).map(([name, fields]) => {
        const own = new Choice([name], 'What is done.');
        return [name, new ObjectOf({ do: own, ...fields }, '')];
      }),
    );
    if (this.kinds.size === 0) throw new ModelError('field.command: needs at least one command');
  }

  read(value: unknown, path: Path, reading: Reading): CommandOf<C> {
    const names = [...this.kinds.keys()];
    const name = (value as { do?: unknown } | null | undefined)?.do;
    const kind = typeof name === 'string' ? this.kinds.get(name) : undefined;
    if (kind === undefined) {
      const hint = typeof name === 'string' ? wayOut(name, names) : `one of ${names.join(', ')}`;
      if (typeof value !== 'object' || value === null) reading.expected(path, 'an object', value);
      else reading.complain([...path, 'do'], `there is no command ${quote(name)}: ${hint}`);
      return {} as CommandOf<C>;
    }
    return kind.read(value, path, reading) as CommandOf<C>;
  }

  protected ownSchema(): JsonSchema {
    return { oneOf: [...this.kinds.values()].map(({ schema }) => schema) };
  }
}

/** `{ do: 'write', page: 3 }`: a discriminated union over the names of the commands. */
export type CommandOf<C extends Readonly<Record<string, Fields>>> = {
  [N in keyof C & string]: { readonly do: N } & ValuesOf<C[N]>;
}[keyof C & string];

/** The name of an element of another list of the scenario. */
class NameIn extends Field<string> {
  private readonly list: string;

  constructor(list: string, sentence: string) {
    super(sentence);
    this.list = list;
  }

  read(value: unknown, path: Path, reading: Reading): string {
    if (typeof value !== 'string' || value === '') {
      reading.expected(path, `a name of ${this.list}`, value);
      return '';
    }
    reading.later.push((scenario) => {
      const there = scenario[this.list];
      const names = (Array.isArray(there) ? (there as unknown[]) : []).flatMap((one) => {
        const name = typeof one === 'string' ? one : (one as { name?: unknown } | null)?.name;
        return typeof name === 'string' ? [name] : [];
      });
      if (names.includes(value)) return;
      reading.complain(path, `${this.list} has no ${quote(value)}: ${wayOut(value, names)}`);
    });
    return value;
  }

  protected ownSchema(): JsonSchema {
    return { type: 'string', minLength: 1 };
  }
}

/** The same field with a value for where it is left out. */
class Usual<T> extends Field<T> {
  private readonly inner: Field<T>;

  constructor(inner: Field<T>, value: T) {
    super(inner.sentence, { value });
    this.inner = inner;
  }

  read(value: unknown, path: Path, reading: Reading): T {
    return this.inner.read(value, path, reading);
  }

  override get schema(): JsonSchema {
    const { value } = this.usual!;
    return value === undefined ? this.inner.schema : { ...this.inner.schema, default: value };
  }

  protected ownSchema(): JsonSchema {
    return this.inner.schema;
  }
}

/** A whole number from `min` to `max`, both included. */
export function whole(min: number, max: number, sentence: string): Field<number> {
  return new Whole(min, max, sentence);
}

export function truth(sentence: string): Field<boolean> {
  return new Truth(sentence);
}

export function text(sentence: string): Field<string> {
  return new Text(sentence);
}

/** One of some names. */
export function oneOf<const T extends string>(names: readonly T[], sentence: string): Field<T> {
  return new Choice(names, sentence);
}

/** A list of `min` to `max` elements. */
export function list<T>(
  each: Field<T>,
  [min, max]: readonly [min: number, max: number],
  sentence: string,
): Field<readonly T[]> {
  return new ListOf(each, min, max, sentence);
}

export function object<const F extends Fields>(fields: F, sentence: string): Field<ValuesOf<F>> {
  return new ObjectOf(fields, sentence);
}

/** A step of a program: `{ "do": "write", "page": 0 }`. By its name, the fields of each command. */
export function command<const C extends Readonly<Record<string, Fields>>>(
  commands: C,
  sentence: string,
): Field<CommandOf<C>> {
  return new Command(commands, sentence);
}

/** The `name` of an element of another list of the scenario. */
export function nameIn(list: string, sentence: string): Field<string> {
  return new NameIn(list, sentence);
}

/** The field, or `value` where it is left out. */
export function optional<T>(field: Field<T>, value: T): Field<T> {
  demandField('field.optional', field);
  return new Usual(field, value);
}
