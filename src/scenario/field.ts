/**
 * What a scenario may hold, declared once: from these fields come its type, its validation with the
 * place of every mistake, and a JSON Schema for editors. Each has a sentence that documents it.
 */

import { ModelError } from '../errors.ts';
import { quote, wayOut } from '../suggest.ts';
import type { Mistake, Path } from '../mistakes.ts';

/** A JSON Schema, or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Collects what is wrong while a scenario is read. */
export class Reading {
  readonly mistakes: Mistake[] = [];
  /** What is asked once everything has been read: is a name one of another list? */
  readonly later: ((scenario: Readonly<Record<string, unknown>>) => void)[] = [];

  complain(path: Path, sentence: string): void {
    this.mistakes.push({ path, sentence });
  }

  expected(path: Path, what: string, found: unknown): void {
    const text = found === undefined ? 'nothing' : quote(found);
    this.complain(path, `expected ${what}, found ${text}`);
  }
}

/** A part of a scenario; `T` is what it is read as. */
export abstract class Field<T> {
  readonly sentence: string;
  /** What is taken where it is left out; undefined: it may not be. */
  readonly usual: { readonly value: T } | undefined;

  constructor(sentence: string, usual?: { readonly value: T }) {
    this.sentence = sentence;
    this.usual = usual;
  }

  /** Reads a value; what does not fit is complained of, and then the answer is of no use. */
  abstract read(value: unknown, path: Path, reading: Reading): T;
  /** Without its description. */
  protected abstract ownSchema(): JsonSchema;

  get schema(): JsonSchema {
    const { usual, sentence } = this;
    const described = sentence === '' ? {} : { description: sentence };
    return {
      ...this.ownSchema(),
      ...described,
      ...(usual === undefined ? {} : { default: usual.value }),
    };
  }
}

export type Fields = Readonly<Record<string, Field<unknown>>>;
/** What an object of these fields is read as. */
export type ValuesOf<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never;
};

export class Whole extends Field<number> {
  private readonly min: number;
  private readonly max: number;

  constructor(min: number, max: number, sentence: string) {
    super(sentence);
    if (!Number.isInteger(min) || !Number.isInteger(max) || min > max) {
      throw new ModelError(`field.whole: needs whole numbers min <= max, found ${min}, ${max}`);
    }
    this.min = min;
    this.max = max;
  }

  read(value: unknown, path: Path, reading: Reading): number {
    const { min, max } = this;
    if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) {
      reading.expected(path, `a whole number from ${min} to ${max}`, value);
    }
    return value as number;
  }

  protected ownSchema(): JsonSchema {
    return { type: 'integer', minimum: this.min, maximum: this.max };
  }
}

export class Truth extends Field<boolean> {
  read(value: unknown, path: Path, reading: Reading): boolean {
    if (typeof value !== 'boolean') reading.expected(path, 'true or false', value);
    return value as boolean;
  }

  protected ownSchema(): JsonSchema {
    return { type: 'boolean' };
  }
}

export class Text extends Field<string> {
  read(value: unknown, path: Path, reading: Reading): string {
    if (typeof value !== 'string' || value === '') reading.expected(path, 'a text', value);
    return value as string;
  }

  protected ownSchema(): JsonSchema {
    return { type: 'string', minLength: 1 };
  }
}

export class Choice<T extends string> extends Field<T> {
  private readonly names: readonly T[];

  constructor(names: readonly T[], sentence: string) {
    super(sentence);
    if (!Array.isArray(names) || names.length === 0) {
      throw new ModelError(`field.oneOf: needs a list of names, found ${quote(names)}`);
    }
    this.names = names;
  }

  read(value: unknown, path: Path, reading: Reading): T {
    if (!this.names.includes(value as T)) {
      const hint = typeof value === 'string' ? `: ${wayOut(value, this.names)}` : '';
      reading.expected(path, `one of ${this.names.join(', ')}`, value);
      if (hint.includes('did you mean')) amend(reading, hint);
    }
    return value as T;
  }

  protected ownSchema(): JsonSchema {
    return { enum: this.names };
  }
}

/** Adds to what was complained of last. */
function amend(reading: Reading, hint: string): void {
  const last = reading.mistakes.pop()!;
  reading.complain(last.path, last.sentence + hint);
}

export class ListOf<T> extends Field<readonly T[]> {
  private readonly each: Field<T>;
  private readonly min: number;
  private readonly max: number;

  constructor(each: Field<T>, min: number, max: number, sentence: string) {
    super(sentence);
    demandField('field.list', each);
    this.each = each;
    this.min = min;
    this.max = max;
  }

  read(value: unknown, path: Path, reading: Reading): readonly T[] {
    const { each, min, max } = this;
    if (!Array.isArray(value) || value.length < min || value.length > max) {
      const found = Array.isArray(value) ? `${value.length} of them` : value;
      reading.expected(path, `a list of ${min} to ${max}`, found);
      if (!Array.isArray(value)) return [];
    }
    return value.slice(0, max).map((one, i) => each.read(one, [...path, i], reading));
  }

  protected ownSchema(): JsonSchema {
    return { type: 'array', items: this.each.schema, minItems: this.min, maxItems: this.max };
  }
}

export class ObjectOf<F extends Fields> extends Field<ValuesOf<F>> {
  readonly fields: F;

  constructor(fields: F, sentence: string) {
    super(sentence);
    for (const [name, field] of Object.entries(fields)) demandField(`the field ${name}`, field);
    this.fields = fields;
  }

  read(value: unknown, path: Path, reading: Reading): ValuesOf<F> {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      reading.expected(path, 'an object', value);
      return {} as ValuesOf<F>;
    }
    const given = value as Readonly<Record<string, unknown>>;
    const names = Object.keys(this.fields);
    for (const name of Object.keys(given)) {
      if (names.includes(name)) continue;
      reading.complain([...path, name], `there is no such field: ${wayOut(name, names)}`);
    }
    const read = Object.entries(this.fields).flatMap(([name, field]) => {
      const here = Object.hasOwn(given, name) ? given[name] : undefined;
      if (here !== undefined) return [[name, field.read(here, [...path, name], reading)]];
      if (field.usual === undefined) reading.complain(path, `the field ${name} is missing`);
      else if (field.usual.value !== undefined) return [[name, field.usual.value]];
      return [];
    });
    return Object.fromEntries(read) as ValuesOf<F>;
  }

  protected ownSchema(): JsonSchema {
    const { fields } = this;
    const entries = Object.entries(fields);
    const needed = entries.filter(([, field]) => field.usual === undefined).map(([name]) => name);
    return {
      type: 'object',
      required: needed,
      additionalProperties: false,
      properties: Object.fromEntries(entries.map(([name, field]) => [name, field.schema])),
    };
  }
}

export function demandField(who: string, field: unknown): void {
  if (field instanceof Field) return;
  throw new ModelError(
    `${who} must be a field such as field.whole(0, 3, '...'), found ${quote(field)}`,
  );
}
