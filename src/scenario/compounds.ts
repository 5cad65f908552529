/** Fields that consist of others: lists and objects. */

import { ModelError } from '../errors.ts';
import type { Path } from '../mistakes.ts';
import { wayOut } from '../suggest.ts';
import { demandField, Field } from './field.ts';
import type { Definitions, Fields, JsonSchema, Reading, Values, ValuesOf } from './field.ts';

export class ListOf<T> extends Field<readonly T[]> {
  private readonly each: Field<T>;
  private readonly min: number;
  private readonly max: number;

  constructor(each: Field<T>, [min, max]: readonly [number, number], sentence: string) {
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

  protected ownSchema(definitions: Definitions): JsonSchema {
    const { each, min, max } = this;
    return {
      type: 'array',
      items: each.schema(definitions),
      ...(min > 0 && { minItems: min }),
      maxItems: max,
    };
  }
}

/** A list without repetitions, of the elements themselves or of their names. */
export class Distinct<T> extends Field<readonly T[]> {
  private readonly list: Field<readonly T[]>;
  private readonly key: 'name' | undefined;

  constructor(list: Field<readonly T[]>, key?: 'name') {
    super(list.sentence);
    this.list = list;
    this.key = key;
  }

  read(value: unknown, path: Path, reading: Reading): readonly T[] {
    const { key } = this;
    const elements = this.list.read(value, path, reading);
    const keys = elements.map((one): unknown => (key === undefined ? one : (one as Values)[key]));
    for (const [i, one] of keys.entries()) {
      if (one === undefined || keys.indexOf(one) === i) continue;
      const place = key === undefined ? [...path, i] : [...path, i, key];
      reading.expected(place, `each ${key ?? 'value'} once`, one);
    }
    return elements;
  }

  protected ownSchema(definitions: Definitions): JsonSchema {
    return {
      ...this.list.schema(definitions),
      ...(this.key === undefined && { uniqueItems: true }),
    };
  }
}

/** Where an array stands, it is a list of which any one is meant. */
export class OneOrSeveral<T> extends Field<T | readonly T[]> {
  private readonly each: Field<T>;
  private readonly several: ListOf<T>;

  constructor(each: Field<T>, several: ListOf<T>) {
    super('');
    this.each = each;
    this.several = several;
  }

  read(value: unknown, path: Path, reading: Reading): T | readonly T[] {
    return (Array.isArray(value) ? this.several : this.each).read(value, path, reading);
  }

  protected ownSchema(definitions: Definitions): JsonSchema {
    return { anyOf: [this.each.schema(definitions), this.several.schema(definitions)] };
  }
}

/** How many unknown fields of one object are reported. */
const MOST_UNKNOWN = 20;

export class ObjectOf<F extends Fields> extends Field<ValuesOf<F>> {
  readonly fields: F;

  constructor(fields: F, sentence: string) {
    super(sentence);
    for (const [name, field] of Object.entries(fields)) demandField(`the field ${name}`, field);
    this.fields = fields;
  }

  read(value: unknown, path: Path, reading: Reading): ValuesOf<F> {
    const read: Values = {};
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      reading.expected(path, 'an object', value);
      return read as ValuesOf<F>;
    }
    const given = value as Values;
    const names = Object.keys(this.fields);
    const unknown = Object.keys(given).filter((name) => !names.includes(name));
    for (const name of unknown.slice(0, MOST_UNKNOWN)) {
      reading.unknown([...path, name], `there is no such field: ${wayOut(name, names)}`);
    }
    const { owner } = reading;
    reading.owner = read;
    for (const [name, field] of Object.entries(this.fields)) {
      const here = Object.hasOwn(given, name) ? given[name] : undefined;
      const place = [...path, name];
      if (here === undefined) field.leftOut(read, name, place, reading);
      // What may be left out is left out, as the published form has it.
      else if (here === null) reading.expected(place, 'a value, or no such field', here);
      else setUnlessUndefined(read, name, field.read(here, place, reading));
    }
    reading.owner = owner;
    return read as ValuesOf<F>;
  }

  protected ownSchema(definitions: Definitions): JsonSchema {
    const entries = Object.entries(this.fields);
    const needed = entries.filter(([, field]) => field.isNeeded).map(([name]) => name);
    return {
      type: 'object',
      ...(needed.length > 0 && { required: needed }),
      additionalProperties: false,
      properties: Object.fromEntries(
        entries.map(([name, field]) => [name, field.schema(definitions)]),
      ),
    };
  }
}

/** An object that may be left out, as each of its fields may be. */
export class Settings<F extends Fields> extends ObjectOf<F> {
  constructor(fields: F, sentence: string) {
    super(fields, sentence);
    const [needed] = Object.entries(fields).filter(([, field]) => field.isNeeded);
    if (needed === undefined) return;
    throw new ModelError(`field.settings: the field ${needed[0]} may not be left out`);
  }

  override get isNeeded(): boolean {
    return false;
  }

  override leftOut(owner: Values, name: string, path: Path, reading: Reading): void {
    owner[name] = this.read({}, path, reading);
  }
}

function setUnlessUndefined(values: Values, name: string, value: unknown): void {
  if (value !== undefined) values[name] = value;
}

/** A part that stands once in the JSON Schema, however often it is referred to. */
export class Defined<T> extends Field<T> {
  private readonly name: string;
  private readonly each: Field<T>;

  constructor(name: string, each: Field<T>) {
    super('');
    this.name = name;
    this.each = each;
  }

  read(value: unknown, path: Path, reading: Reading): T {
    return this.each.read(value, path, reading);
  }

  protected ownSchema(definitions: Definitions): JsonSchema {
    if (!definitions.has(this.name)) {
      definitions.set(this.name, {});
      definitions.set(this.name, this.each.schema(definitions));
    }
    return { $ref: `#/$defs/${this.name}` };
  }
}
