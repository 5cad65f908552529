/** Objects of several kinds. */

import { ModelError } from '../errors.ts';
import type { Path } from '../mistakes.ts';
import { quote } from '../suggest.ts';
import { ObjectOf } from './compounds.ts';
import { Field } from './field.ts';
import type { Definitions, Fields, JsonSchema, Reading, Values, ValuesOf } from './field.ts';
import { complainOfChoice, Fixed } from './scalars.ts';

/** By its name, what an object of a kind holds besides: fields, with a sentence or without. */
export type Kinds = Readonly<Record<string, Fields | Field<object>>>;

/** `{ do: 'write', page: 3 }`: a discriminated union over the names of the kinds. */
export type KindOf<Tag extends string, C extends Kinds> = {
  [N in keyof C & string]: { readonly [K in Tag]: N } & (C[N] extends Field<infer T>
    ? T
    : C[N] extends Fields
      ? ValuesOf<C[N]>
      : never);
}[keyof C & string];

/** One of several objects, distinguished by one field. */
export class Tagged<Tag extends string, C extends Kinds> extends Field<KindOf<Tag, C>> {
  private readonly tag: Tag;
  private readonly given: C;
  private readonly kinds: ReadonlyMap<string, Field<object>>;

  /** `before`: fields that come first, as this is a kind of another object. */
  constructor(tag: Tag, kinds: C, sentence: string, before: Fields = {}) {
    super(sentence);
    this.tag = tag;
    this.given = kinds;
    this.kinds = new Map(
      Object.entries(kinds).map(([name, kind]) => [
        name,
        kindOf(name, kind, { ...before, [tag]: new Fixed(name) }),
      ]),
    );
    if (this.kinds.size === 0) throw new ModelError(`${tag}: needs at least one kind`);
  }

  /** The same after other fields. */
  after(before: Fields): Tagged<Tag, C> {
    return new Tagged(this.tag, this.given, this.sentence, before);
  }

  read(value: unknown, path: Path, reading: Reading): KindOf<Tag, C> {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      reading.expected(path, 'an object', value);
      return {} as KindOf<Tag, C>;
    }
    const name = Object.hasOwn(value, this.tag) ? (value as Values)[this.tag] : undefined;
    const kind = typeof name === 'string' ? this.kinds.get(name) : undefined;
    if (kind !== undefined) return kind.read(value, path, reading) as KindOf<Tag, C>;
    complainOfChoice(name, [...this.kinds.keys()], [...path, this.tag], reading);
    return {} as KindOf<Tag, C>;
  }

  protected ownSchema(definitions: Definitions): JsonSchema {
    return { oneOf: [...this.kinds.values()].map((kind) => kind.schema(definitions)) };
  }
}

function kindOf(name: string, kind: Fields | Field<object>, first: Fields): Field<object> {
  if (kind instanceof Tagged) return kind.after(first) as Field<object>;
  const isPlain = !(kind instanceof Field);
  if (!isPlain && !(kind instanceof ObjectOf)) {
    throw new ModelError(`the kind ${name} must consist of fields, found ${quote(kind)}`);
  }
  const others: Fields = isPlain ? kind : kind.fields;
  const twice = Object.keys(first).find((field) => Object.hasOwn(others, field));
  if (twice !== undefined) throw new ModelError(`the kind ${name} has the field ${twice} twice`);
  return new ObjectOf({ ...first, ...others }, isPlain ? '' : kind.sentence);
}
