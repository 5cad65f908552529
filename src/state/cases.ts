/**
 * Tagged cases: what a thread is doing, with the data of that. A case is a tag (`in`) and a
 * record of its own; the cases share their bits, and entering one clears them, so that a dead
 * cell never tells two states apart.
 */

import type { Arbitrary } from 'fast-check';
import type { ReferenceVisitor, Renaming } from './pool.ts';
import { RecordSchema } from './record.ts';
import type { Fields, FieldValues } from './record.ts';
import { bitsFor, clear, get, join, move, outOfRange, put, Schema } from './schema.ts';
import type { Binding, CellVisitor, Generators, Initialiser } from './schema.ts';
import { demandFields, demandSchema } from './demand.ts';

/** The cases, by name, and the fields of each. */
export type Variants = Readonly<Record<string, Fields>>;

/** `{ in: 'read', page: 3 }`: a discriminated union over the names of the cases. */
export type Case<V extends Variants> = {
  [N in keyof V & string]: { readonly in: N } & FieldValues<V[N]>;
}[keyof V & string];

/** What is common to all views of a case. */
export interface Tagged {
  readonly in: string;
}

/** The schema that `cases` makes. */
export class CasesSchema<V extends Variants> extends Schema<Case<V>> {
  readonly bits: number;
  readonly tagBits: number;
  readonly names: readonly (keyof V & string)[];
  readonly variants: readonly RecordSchema<Fields>[];
  readonly declared: V;
  private readonly spare: Int32Array;

  constructor(variants: V) {
    super();
    this.declared = variants;
    this.names = Object.keys(variants);
    if (this.names.length === 0) outOfRange('cases', 'at least one case', 'none');
    this.tagBits = bitsFor(this.names.length);
    this.variants = this.names.map((name) => new RecordSchema(variants[name], this.tagBits));
    this.bits = Math.max(...this.variants.map((variant) => variant.bits));
    this.spare = new Int32Array(Math.ceil(this.bits / 32));
  }

  tagOf(value: unknown, path: string): number {
    const name = (value as Tagged | null | undefined)?.in;
    const tag = this.names.indexOf(name as never);
    return tag >= 0 ? tag : outOfRange(path, `a case: ${this.names.join(', ')}`, name);
  }

  blank(): Case<V> {
    return { in: this.names[0], ...this.variants[0].blank() } as never;
  }

  read(words: Int32Array, at: number): Case<V> {
    const tag = get(words, at, this.tagBits);
    return { in: this.names[tag], ...this.variants[tag].read(words, at) } as never;
  }

  write(words: Int32Array, at: number, value: Case<V>, path: string): void {
    const tag = this.tagOf(value, path);
    clear(words, at, this.bits);
    put(words, at, this.tagBits, tag);
    this.variants[tag].write(words, at, value as never, `${path}.${this.names[tag]}`);
  }

  /** Like `write`, but all or nothing: a value that does not fit changes no bit. */
  assign(words: Int32Array, at: number, value: Case<V>, path: string): void {
    this.write(this.spare, 0, value, path);
    move(this.spare, words, at, this.bits);
  }

  rename(from: Int32Array, at: number, to: Int32Array, toAt: number, names: Renaming): void {
    const tag = get(from, at, this.tagBits);
    clear(to, toAt, this.bits);
    put(to, toAt, this.tagBits, tag);
    this.variants[tag].rename(from, at, to, toAt, names);
  }

  override get refers(): boolean {
    return this.variants.some((variant) => variant.refers);
  }

  override references(words: Int32Array, at: number, visitor: ReferenceVisitor): void {
    this.variants[get(words, at, this.tagBits)].references(words, at, visitor);
  }

  /** One view per case over the same bits; index by tag. */
  views(binding: Binding, at: number, path: string): readonly Tagged[] {
    return this.variants.map((variant, tag) => {
      const View = variant.viewClass(binding);
      const prototype = View.prototype as object;
      if (!('in' in prototype)) Object.defineProperty(prototype, 'in', { value: this.names[tag] });
      return new View(at, `${path}.${this.names[tag]}`) as Tagged;
    });
  }

  install(prototype: object, key: string, offset: number, binding: Binding): Initialiser {
    const { words } = binding;
    const { tagBits } = this;
    const held = Symbol(key);
    type Holder = { readonly at: number; readonly path: string } & Record<symbol, Tagged[]>;
    const assign = (at: number, value: Case<V>, path: string): void =>
      this.assign(words, at, value, path);
    Object.defineProperty(prototype, key, {
      configurable: true,
      enumerable: true,
      get(this: Holder) {
        return this[held][get(words, this.at + offset, tagBits)];
      },
      set(this: Holder, value: Case<V>) {
        assign(this.at + offset, value, join(this.path, key));
      },
    });
    return (view, at, path) => {
      const value = this.views(binding, at + offset, join(path, key));
      Object.defineProperty(view, held, { value });
    };
  }

  override tell(value: Case<V>): string {
    const fields = this.variants[this.tagOf(value, '')]!.tell(value as never);
    return fields === '' ? value.in : `${value.in} (${fields})`;
  }

  cells(at: number, path: string, visit: CellVisitor): void {
    if (this.tagBits > 0) visit(`${path}.in`, at, this.tagBits);
    this.variants.forEach((variant, tag) => variant.cells(at, `${path}.${this.names[tag]}`, visit));
  }

  /** @internal */
  generate(fc: Generators): Arbitrary<Case<V>> {
    const each = this.variants.map((variant, tag) =>
      variant.generate(fc).map((fields) => ({ in: this.names[tag], ...fields })),
    );
    return fc.oneof(...each) as never;
  }
}

/** One of several records, distinguished by `in`; the first is the blank one. */
export function cases<const V extends Variants>(variants: V): CasesSchema<V> {
  demandFields('cases', variants);
  for (const [name, fields] of Object.entries(variants)) {
    demandFields(`cases.${name}`, fields);
    for (const [key, one] of Object.entries(fields)) demandSchema(`cases.${name}.${key}`, one);
  }
  return new CasesSchema(variants);
}
