/** Fields that may be left out. */

import type { Path } from '../mistakes.ts';
import { demandField, Field } from './field.ts';
import type { Definitions, JsonSchema, Reading, Values } from './field.ts';

/** A field with a value for where it is left out; undefined: then there is none. */
export class Optional<T> extends Field<T> {
  private readonly each: Field<T>;
  private readonly value: T;

  constructor(each: Field<T>, value: T) {
    super(each.sentence);
    this.each = each;
    this.value = value;
  }

  override get isNeeded(): boolean {
    return false;
  }

  override leftOut(owner: Values, name: string): void {
    if (this.value !== undefined) owner[name] = this.value;
  }

  read(value: unknown, path: Path, reading: Reading): T {
    return this.each.read(value, path, reading);
  }

  override schema(definitions: Definitions): JsonSchema {
    const { value, sentence } = this;
    const schema = this.each.schema(definitions);
    if (value === undefined) return schema;
    const note = noteIfLeftOut(value);
    const description = note === '' ? sentence : `${sentence.replace(/\.$/, '')}; ${note}.`;
    return { ...schema, ...(sentence !== '' && { description }), default: value };
  }

  protected ownSchema(definitions: Definitions): JsonSchema {
    return this.each.schema(definitions);
  }
}

function noteIfLeftOut(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none if left out' : '';
  return typeof value === 'object' ? '' : `${JSON.stringify(value)} if left out`;
}

/** A field that follows from others where it is left out. */
export class Derived<T, S, O> extends Field<T> {
  private readonly each: Field<T>;
  private readonly from: (scenario: S, own: O) => T;

  constructor(each: Field<T>, from: (scenario: S, own: O) => T) {
    super(each.sentence);
    demandField('field.derived', each);
    this.each = each;
    this.from = from;
  }

  override get isNeeded(): boolean {
    return false;
  }

  override leftOut(owner: Values, name: string, _path: Path, reading: Reading): void {
    // It keeps its place among the fields.
    owner[name] = undefined;
    reading.derived.push((scenario) => {
      owner[name] = this.from(scenario as S, owner as O);
    });
  }

  read(value: unknown, path: Path, reading: Reading): T {
    return this.each.read(value, path, reading);
  }

  protected ownSchema(definitions: Definitions): JsonSchema {
    return this.each.schema(definitions);
  }
}
