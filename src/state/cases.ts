/**
 * Tagged cases and call stacks: what a thread is doing, with its locals. A case is a tag (`in`) and
 * a record of its own; the cases share their bits, and entering one clears them, so that a dead
 * local never tells two states apart. A stack is a few such frames on top of each other: C
 * functions call each other.
 */

import type { Arbitrary } from 'fast-check';
import type { Renaming } from './pool.ts';
import { ClassComposite, RecordSchema } from './record.ts';
import type { Fields, FieldValues } from './record.ts';
import { bitsFor, clear, get, join, outOfRange, place, put, Schema } from './schema.ts';
import type { Binding, CellVisitor, Generators, Initialiser, ViewClass } from './schema.ts';

export type Variants = Readonly<Record<string, Fields>>;

/** `{ in: 'read', page: 3 }`: a discriminated union over the names of the cases. */
export type Case<V extends Variants> = {
  [N in keyof V & string]: { readonly in: N } & FieldValues<V[N]>;
}[keyof V & string];

/** What is common to all views of a case. */
export interface Tagged {
  readonly in: string;
}

export class CasesSchema<V extends Variants> extends Schema<Case<V>> {
  readonly bits: number;
  readonly tagBits: number;
  readonly names: readonly (keyof V & string)[];
  readonly variants: readonly RecordSchema<Fields>[];
  private readonly spare: Int32Array;

  constructor(variants: V) {
    super();
    this.names = Object.keys(variants);
    if (this.names.length === 0) outOfRange('cases', 'at least one case', 'none');
    this.tagBits = bitsFor(this.names.length);
    this.variants = this.names.map((name) => new RecordSchema(variants[name], this.tagBits));
    this.bits = Math.max(...this.variants.map((variant) => variant.bits));
    if (this.bits > 32) this.bits = Math.ceil(this.bits / 32) * 32;
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
    const { bits, spare } = this;
    this.write(spare, 0, value, path);
    if (bits > 32) words.set(spare, at >>> 5);
    else put(words, at, bits, spare[0]);
  }

  rename(from: Int32Array, at: number, to: Int32Array, toAt: number, names: Renaming): void {
    const tag = get(from, at, this.tagBits);
    clear(to, toAt, this.bits);
    put(to, toAt, this.tagBits, tag);
    this.variants[tag].rename(from, at, to, toAt, names);
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

  cells(at: number, path: string, visit: CellVisitor): void {
    visit(`${path}.in`, at, this.tagBits);
    this.variants.forEach((variant, tag) => variant.cells(at, `${path}.${this.names[tag]}`, visit));
  }

  generate(fc: Generators): Arbitrary<Case<V>> {
    const each = this.variants.map((variant, tag) =>
      variant.generate(fc).map((fields) => ({ in: this.names[tag], ...fields })),
    );
    return fc.oneof(...each) as never;
  }
}

/** One of several records, told apart by `in`; the first is the blank one. */
export function cases<const V extends Variants>(variants: V): CasesSchema<V> {
  return new CasesSchema(variants);
}

/**
 * What steps may do with a stack. A plain array of cases is one; so is the view of a stack, of which
 * `pop` answers nothing, and throws ModelError when the stack is empty. A frame is entered by `push`
 * or left by `pop`, never replaced in place.
 */
export interface Stack<T> {
  readonly length: number;
  /** The i-th frame from the bottom; -1 is the top. */
  at(index: number): T | undefined;
  push(frame: T): number;
  pop(): unknown;
}

/** Views of stacks also push a blank frame by name, without an object to copy from. */
export interface StackView<T> extends Stack<T> {
  enter(tag: number): T;
}

export class StackSchema<V extends Variants> extends ClassComposite<Stack<Case<V>>> {
  readonly bits: number;
  readonly frame: CasesSchema<V>;
  private readonly depth: number;
  private readonly lengthBits: number;
  private readonly lengthAt: number;
  private readonly offsets: readonly number[];

  constructor(frame: CasesSchema<V>, depth: number) {
    super();
    if (!Number.isInteger(depth) || depth < 1) outOfRange('stack', 'a depth of at least 1', depth);
    this.frame = frame;
    this.depth = depth;
    this.lengthBits = bitsFor(depth + 1);
    const sizes = [this.lengthBits, ...Array.from({ length: depth }, () => frame.bits)];
    const { offsets, bits } = place(sizes);
    this.bits = bits;
    this.lengthAt = offsets[0];
    this.offsets = offsets.slice(1);
  }

  blank(): Stack<Case<V>> {
    return [];
  }

  read(words: Int32Array, at: number): Stack<Case<V>> {
    const length = get(words, at + this.lengthAt, this.lengthBits);
    return this.offsets.slice(0, length).map((offset) => this.frame.read(words, at + offset));
  }

  write(words: Int32Array, at: number, value: Stack<Case<V>>, path: string): void {
    if (!Array.isArray(value) || value.length > this.depth) {
      outOfRange(path, `a stack of at most ${this.depth} frames`, value);
    }
    put(words, at + this.lengthAt, this.lengthBits, value.length);
    this.offsets.forEach((offset, i) => {
      if (i >= value.length) clear(words, at + offset, this.frame.bits);
      else this.frame.write(words, at + offset, value.at(i) as Case<V>, `${path}[${i}]`);
    });
  }

  rename(from: Int32Array, at: number, to: Int32Array, toAt: number, names: Renaming): void {
    const length = get(from, at + this.lengthAt, this.lengthBits);
    put(to, toAt + this.lengthAt, this.lengthBits, length);
    this.offsets.forEach((offset, i) => {
      if (i < length) this.frame.rename(from, at + offset, to, toAt + offset, names);
      else clear(to, toAt + offset, this.frame.bits);
    });
  }

  makeClass(binding: Binding): ViewClass {
    const { words } = binding;
    const { frame, depth, lengthAt, lengthBits, offsets } = this;
    const { tagBits, bits } = frame;
    return class FrameStack implements StackView<Tagged> {
      readonly first: number;
      readonly path: string;
      private readonly frames: readonly (readonly Tagged[])[];

      constructor(at: number, path: string) {
        this.first = at;
        this.path = path;
        this.frames = offsets.map((o, i) => frame.views(binding, at + o, `${path}[${i}]`));
      }

      get length(): number {
        return get(words, this.first + lengthAt, lengthBits);
      }

      at(index: number): Tagged | undefined {
        const length = get(words, this.first + lengthAt, lengthBits);
        const i = index < 0 ? index + length : index;
        if (i < 0 || i >= length) return undefined;
        return this.frames[i][get(words, this.first + offsets[i], tagBits)];
      }

      enter(tag: number): Tagged {
        const length = get(words, this.first + lengthAt, lengthBits);
        if (length === depth) outOfRange(this.path, `at most ${depth} frames`, frame.names[tag]);
        put(words, this.first + offsets[length], tagBits, tag);
        put(words, this.first + lengthAt, lengthBits, length + 1);
        return this.frames[length][tag];
      }

      push(value: Tagged): number {
        const { length, path } = this;
        if (length === depth) outOfRange(path, `at most ${depth} frames`, value.in);
        frame.assign(words, this.first + offsets[length], value as never, `${path}[${length}]`);
        put(words, this.first + lengthAt, lengthBits, length + 1);
        return length + 1;
      }

      pop(): void {
        const length = get(words, this.first + lengthAt, lengthBits);
        if (length === 0) outOfRange(this.path, 'a frame to return from', 'none');
        clear(words, this.first + offsets[length - 1], bits);
        put(words, this.first + lengthAt, lengthBits, length - 1);
      }
    };
  }

  cells(at: number, path: string, visit: CellVisitor): void {
    visit(`${path}.length`, at + this.lengthAt, this.lengthBits);
    this.offsets.forEach((offset, i) => this.frame.cells(at + offset, `${path}[${i}]`, visit));
  }

  generate(fc: Generators): Arbitrary<Stack<Case<V>>> {
    return fc.array(this.frame.generate(fc), { maxLength: this.depth });
  }
}

/** A call stack of at most `depth` frames; the last one is the running function. */
export function stack<V extends Variants>(frame: CasesSchema<V>, depth: number): StackSchema<V> {
  return new StackSchema(frame, depth);
}
