/** Records: the shape of a state. */

import type { Arbitrary } from 'fast-check';
import { ALL, forbid, unknownField } from './projection.ts';
import type { Chosen } from './projection.ts';
import type { ReferenceVisitor, Renaming } from './pool.ts';
import { join, outOfRange, place, Schema, stand } from './schema.ts';
import { type Missing, noField, strictEnd } from './strict.ts';
import type { Binding, CellVisitor, Generators, Infer, Initialiser, ViewClass } from './schema.ts';
import { demandFields, demandSchema } from './demand.ts';

/** The fields of a record: a schema by name. */
export type Fields = Readonly<Record<string, Schema<unknown>>>;
/** A record of these fields, as steps read and write it. */
export type FieldValues<F extends Fields> = { -readonly [K in keyof F]: Infer<F[K]> };

/** Makes the view at a place. */
export type Viewer = (at: number, path: string) => object;

/** A schema whose view is an object of its own, fixed for good: only its cells change. */
export abstract class Composite<T> extends Schema<T> {
  abstract viewer(binding: Binding): Viewer;

  install(_prototype: object, key: string, offset: number, binding: Binding): Initialiser {
    const viewAt = this.viewer(binding);
    return (view, at, path) => {
      const value = viewAt(at + offset, join(path, key));
      Object.defineProperty(view, key, { value, enumerable: true });
    };
  }
}

/** A composite of which all views are instances of one class. */
export abstract class ClassComposite<T> extends Composite<T> {
  abstract makeClass(binding: Binding): ViewClass;

  /** What a view may be asked for. */
  abstract get offered(): readonly string[];

  viewClass(binding: Binding): ViewClass {
    let found = binding.classes.get(this);
    if (found === undefined) {
      found = this.makeClass(binding);
      const { offered } = this;
      const missing: Missing = (key, view) =>
        noField((view as { path: string }).path, key, offered);
      Object.setPrototypeOf(found.prototype, strictEnd(missing));
      binding.classes.set(this, found);
    }
    return found;
  }

  viewer(binding: Binding): Viewer {
    const View = this.viewClass(binding);
    return (at, path) => new View(at, path);
  }
}

/** The class of views with these fields: accessors for scalars, an own object for composites. */
function classOfFields(
  fields: readonly (readonly [key: string, schema: Schema<unknown>, offset: number])[],
  binding: Binding,
): ViewClass {
  const initialisers: Initialiser[] = [];
  const View = class {
    readonly at: number;
    readonly path: string;

    constructor(at: number, path: string) {
      this.at = at;
      this.path = path;
      stand(binding, this, at);
      for (const initialise of initialisers) initialise(this, at, path);
    }
  };
  for (const [key, schema, offset] of fields) {
    const initialise = schema.install(View.prototype, key, offset, binding);
    if (initialise !== undefined) initialisers.push(initialise);
  }
  return View;
}

/** The schema that `record` makes. */
export class RecordSchema<F extends Fields> extends ClassComposite<FieldValues<F>> {
  bits: number;
  /** Field, schema and first bit inside the record, in the order declared. */
  places: readonly (readonly [key: string, schema: Schema<unknown>, offset: number])[];
  private readonly referring: RecordSchema<F>['places'];

  constructor(fields: F, reserved = 0) {
    super();
    const keys = Object.keys(fields);
    for (const key of ['at', 'path', 'in']) {
      if (keys.includes(key)) outOfRange(`record.${key}`, 'another field name', key);
    }
    const { offsets, bits } = place(
      keys.map((key) => fields[key].bits),
      reserved,
    );
    this.bits = bits;
    this.places = keys.map((key, i) => [key, fields[key], offsets[i]]);
    this.referring = this.places.filter(([, schema]) => schema.refers);
  }

  blank(): FieldValues<F> {
    return Object.fromEntries(this.places.map(([key, schema]) => [key, schema.blank()])) as never;
  }

  read(words: Int32Array, at: number): FieldValues<F> {
    return Object.fromEntries(
      this.places.map(([key, schema, offset]) => [key, schema.read(words, at + offset)]),
    ) as never;
  }

  write(words: Int32Array, at: number, value: FieldValues<F>, path: string): void {
    const fields = checkedFields(value, path, this.places);
    for (const [key, schema, offset] of this.places) {
      schema.write(words, at + offset, fields[key], join(path, key));
    }
  }

  rename(from: Int32Array, at: number, to: Int32Array, toAt: number, names: Renaming): void {
    for (const [, schema, offset] of this.places) {
      schema.rename(from, at + offset, to, toAt + offset, names);
    }
  }

  override get refers(): boolean {
    return this.referring.length > 0;
  }

  get offered(): readonly string[] {
    return this.places.map(([key]) => key);
  }

  override references(words: Int32Array, at: number, visitor: ReferenceVisitor): void {
    for (const [, schema, offset] of this.referring) schema.references(words, at + offset, visitor);
  }

  override tell(value: FieldValues<F>): string {
    const fields = this.places.map(([key, schema]) => `${key} ${schema.tell(value[key])}`);
    return fields.join(', ');
  }

  override below(key: string | number): Schema<unknown> | undefined {
    return this.places.find(([known]) => known === key)?.[1];
  }

  makeClass(binding: Binding): ViewClass {
    return classOfFields(this.places, binding);
  }

  override part(chosen: Chosen): RecordSchema<F> {
    return new PartOfRecord(this, chosen);
  }

  cells(at: number, path: string, visit: CellVisitor): void {
    for (const [key, schema, offset] of this.places) {
      schema.cells(at + offset, join(path, key), visit);
    }
  }

  /** @internal */
  generate(fc: Generators): Arbitrary<FieldValues<F>> {
    return fc.record(
      Object.fromEntries(this.places.map(([key, schema]) => [key, schema.generate(fc)])),
      { noNullPrototype: true },
    ) as never;
  }
}

/** A record of which only some fields may be read. */
class PartOfRecord<F extends Fields> extends RecordSchema<F> {
  private readonly others: readonly string[];

  constructor(whole: RecordSchema<F>, chosen: Chosen) {
    super({} as F);
    const names = whole.places.map(([key]) => key);
    for (const key of chosen.keys()) if (!names.includes(key)) throw unknownField(key, names);
    this.others = names.filter((key) => !chosen.has(key));
    this.bits = whole.bits;
    this.places = whole.places
      .filter(([key]) => chosen.has(key))
      .map(([key, schema, offset]) => {
        const below = chosen.get(key)!;
        return [key, below === ALL ? schema : schema.part(below), offset];
      });
  }

  override makeClass(binding: Binding): ViewClass {
    const View = super.makeClass(binding);
    const chosen = this.places.map(([key]) => key);
    for (const key of this.others) forbid(View.prototype as object, key, chosen);
    return View;
  }
}

/** The fields of a value, which must be exactly the declared ones (and `in`, for a tagged case). */
function checkedFields(
  value: unknown,
  path: string,
  places: RecordSchema<Fields>['places'],
): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) outOfRange(path, 'a record', value);
  const fields = value as Record<string, unknown>;
  for (const key of Object.keys(fields)) {
    if (key === 'in' || places.some(([known]) => known === key)) continue;
    outOfRange(`${path}.${key}`, 'no such field', fields[key]);
  }
  return fields;
}

/** A record: named fields. `at`, `path` and `in` are not available as names. */
export function record<const F extends Fields>(fields: F): RecordSchema<F> {
  demandFields('record', fields);
  for (const [name, schema] of Object.entries(fields)) demandSchema(`record.${name}`, schema);
  return new RecordSchema(fields);
}
