/**
 * Scalars: one cell each. In a view they are accessors; `this.at` is the first bit of the
 * containing view, so all rows of a table share one class and stay monomorphic. The accessors are
 * closures over constants, written out per kind: a shared one that calls `decode` measured half as
 * fast.
 */

import type { Arbitrary } from 'fast-check';
import type { ReferenceVisitor, Pool, Ref, Renaming } from './pool.ts';
import { bitsFor, get, join, maskOf, outOfRange, put, Schema } from './schema.ts';
import type { Binding, CellVisitor, Generators } from './schema.ts';

/** A view as its accessors see it. */
interface PositionedView {
  readonly at: number;
  readonly path: string;
}

export abstract class Scalar<T> extends Schema<T> {
  abstract decode(raw: number): T;
  /** Undefined if the value does not belong here. */
  abstract encode(value: unknown): number | undefined;
  /** What belongs here, for error sentences: `0..3`. */
  abstract readonly expected: string;

  blank(): T {
    return this.decode(0);
  }

  read(words: Int32Array, at: number): T {
    return this.decode(get(words, at, this.bits));
  }

  write(words: Int32Array, at: number, value: T, path: string): void {
    const raw = this.encode(value);
    if (raw === undefined) outOfRange(path, this.expected, value);
    put(words, at, this.bits, raw);
  }

  rename(from: Int32Array, at: number, to: Int32Array, toAt: number, names: Renaming): void {
    put(to, toAt, this.bits, this.renamed(get(from, at, this.bits), names));
  }

  /** The raw bits after renaming; most scalars name nothing. */
  renamed(raw: number, _names: Renaming): number {
    return raw;
  }

  override references(words: Int32Array, at: number, met: ReferenceVisitor): void {
    if (this.refers) this.referred(get(words, at, this.bits), met);
  }

  /** Tells what the raw bits refer to. */
  referred(_raw: number, _met: ReferenceVisitor): void {}

  install(prototype: object, key: string, offset: number, { words }: Binding): undefined {
    const { bits } = this;
    const mask = maskOf(bits);
    const decode = (raw: number): T => this.decode(raw);
    const encode = (value: T, view: PositionedView): number =>
      this.encode(value) ?? outOfRange(join(view.path, key), this.expected, value);
    Object.defineProperty(prototype, key, {
      configurable: true,
      enumerable: true,
      get(this: PositionedView): T {
        const p = this.at + offset;
        return decode((words[p >>> 5] >>> (p & 31)) & mask);
      },
      set(this: PositionedView, value: T) {
        const p = this.at + offset;
        const raw = encode(value, this);
        words[p >>> 5] = (words[p >>> 5] & ~(mask << (p & 31))) | (raw << (p & 31));
      },
    });
  }

  cells(at: number, path: string, visit: CellVisitor): void {
    if (this.bits > 0) visit(path, at, this.bits);
  }
}

class Bool extends Scalar<boolean> {
  readonly bits = 1;
  readonly expected = 'true or false';

  decode(raw: number): boolean {
    return raw !== 0;
  }

  encode(value: unknown): number | undefined {
    return typeof value === 'boolean' ? Number(value) : undefined;
  }

  override install(prototype: object, key: string, offset: number, { words }: Binding): undefined {
    Object.defineProperty(prototype, key, {
      configurable: true,
      enumerable: true,
      get(this: PositionedView): boolean {
        const p = this.at + offset;
        return ((words[p >>> 5] >>> (p & 31)) & 1) !== 0;
      },
      set(this: PositionedView, value: boolean) {
        const p = this.at + offset;
        if (value === true) words[p >>> 5] |= 1 << (p & 31);
        else if (value === false) words[p >>> 5] &= ~(1 << (p & 31));
        else outOfRange(join(this.path, key), 'true or false', value);
      },
    });
  }

  generate(fc: Generators): Arbitrary<boolean> {
    return fc.boolean();
  }
}

class Int extends Scalar<number> {
  readonly bits: number;
  readonly expected: string;
  private readonly lowest: number;
  /** What the raw bits 0 mean: 0 where that is in the range, so that a reset counter reads 0. */
  private readonly base: number;

  readonly min: number;
  readonly max: number;

  constructor(min: number, max: number) {
    super();
    if (!Number.isInteger(min) || !Number.isInteger(max) || min > max) {
      outOfRange('int', 'whole numbers min <= max', `${min}..${max}`);
    }
    this.min = min;
    this.max = max;
    this.base = min <= 0 && max >= 0 ? 0 : min;
    this.bits =
      this.base === 0 && min < 0
        ? 1 + Math.max(bitsFor(-min), bitsFor(max + 1))
        : bitsFor(max - this.base + 1);
    if (this.bits > 31 || max > 2 ** 31 - 1 || min < -(2 ** 31)) {
      outOfRange('int', 'a range of at most 31 bits, of 32-bit numbers', `${min}..${max}`);
    }
    this.lowest = min < 0 && this.base === 0 ? 32 - this.bits : 0; // shift that extends the sign
    this.expected = `a whole number ${min}..${max}`;
  }

  decode(raw: number): number {
    return this.lowest > 0 ? (raw << this.lowest) >> this.lowest : raw + this.base;
  }

  encode(value: unknown): number | undefined {
    if (!Number.isInteger(value)) return undefined;
    const n = value as number;
    return n < this.min || n > this.max ? undefined : (n - this.base) & maskOf(this.bits);
  }

  override install(prototype: object, key: string, offset: number, { words }: Binding): undefined {
    const { min, max, base, expected, lowest } = this;
    const mask = maskOf(this.bits);
    const set = function (this: PositionedView, value: number): void {
      if (!(value >= min && value <= max) || value !== (value | 0)) {
        outOfRange(join(this.path, key), expected, value);
      }
      const p = this.at + offset;
      const shift = p & 31;
      words[p >>> 5] = (words[p >>> 5] & ~(mask << shift)) | (((value - base) & mask) << shift);
    };
    const get =
      lowest > 0
        ? function (this: PositionedView): number {
            const p = this.at + offset;
            return (((words[p >>> 5] >>> (p & 31)) & mask) << lowest) >> lowest;
          }
        : function (this: PositionedView): number {
            const p = this.at + offset;
            return ((words[p >>> 5] >>> (p & 31)) & mask) + base;
          };
    Object.defineProperty(prototype, key, { configurable: true, enumerable: true, get, set });
  }

  generate(fc: Generators): Arbitrary<number> {
    return fc.integer({ min: this.min, max: this.max });
  }
}

class OneOf<T extends string> extends Scalar<T> {
  readonly bits: number;
  readonly expected: string;
  readonly names: readonly T[];

  constructor(names: readonly T[]) {
    super();
    if (new Set(names).size !== names.length || names.length === 0) {
      outOfRange('oneOf', 'at least one name, each once', names);
    }
    this.names = names;
    this.bits = bitsFor(names.length);
    this.expected = `one of ${names.join(', ')}`;
  }

  decode(raw: number): T {
    return this.names[raw];
  }

  encode(value: unknown): number | undefined {
    const index = this.names.indexOf(value as T);
    return index < 0 ? undefined : index;
  }

  override install(prototype: object, key: string, offset: number, { words }: Binding): undefined {
    const { names, expected } = this;
    const mask = maskOf(this.bits);
    const count = names.length;
    Object.defineProperty(prototype, key, {
      configurable: true,
      enumerable: true,
      get(this: PositionedView): T {
        const p = this.at + offset;
        return names[(words[p >>> 5] >>> (p & 31)) & mask];
      },
      set(this: PositionedView, value: T) {
        let raw = 0;
        while (raw < count && names[raw] !== value) raw++;
        if (raw === count) outOfRange(join(this.path, key), expected, value);
        const p = this.at + offset;
        words[p >>> 5] = (words[p >>> 5] & ~(mask << (p & 31))) | (raw << (p & 31));
      },
    });
  }

  generate(fc: Generators): Arbitrary<T> {
    return fc.constantFrom(...this.names);
  }
}

class Only<T> extends Scalar<T> {
  readonly bits = 0;
  readonly expected: string;
  private readonly value: T;

  constructor(value: T) {
    super();
    this.value = value;
    this.expected = `${String(value)} and nothing else`;
  }

  decode(): T {
    return this.value;
  }

  encode(value: unknown): number | undefined {
    return value === this.value ? 0 : undefined;
  }

  generate(fc: Generators): Arbitrary<T> {
    return fc.constant(this.value);
  }
}

class Reference<P extends string> extends Int {
  readonly pool: Pool<P>;

  constructor(of: Pool<P>) {
    super(0, of.size - 1);
    this.pool = of;
  }

  override get refers(): boolean {
    return true;
  }

  override tell(value: number): string {
    return `${this.pool.name} ${value}`;
  }

  override referred(raw: number, met: ReferenceVisitor): void {
    met.meet(this.pool.name, raw);
  }

  override renamed(raw: number, names: Renaming): number {
    const to = names.get(this.pool.name);
    return to === undefined ? raw : to[raw];
  }
}

class Optional<T> extends Scalar<T | null> {
  readonly bits: number;
  readonly expected: string;
  readonly inner: Scalar<T>;
  private readonly values: number;

  constructor(inner: Scalar<T>, values: number) {
    super();
    this.inner = inner;
    this.values = values;
    this.bits = bitsFor(values + 1);
    this.expected = `null or ${inner.expected}`;
  }

  decode(raw: number): T | null {
    return raw === 0 ? null : this.inner.decode(raw - 1);
  }

  encode(value: unknown): number | undefined {
    if (value === null) return 0;
    const raw = this.inner.encode(value);
    return raw === undefined || raw >= this.values ? undefined : raw + 1;
  }

  override tell(value: T | null): string {
    return value === null ? 'none' : this.inner.tell(value);
  }

  override get refers(): boolean {
    return this.inner.refers;
  }

  override referred(raw: number, met: ReferenceVisitor): void {
    if (raw !== 0) this.inner.referred(raw - 1, met);
  }

  override renamed(raw: number, names: Renaming): number {
    return raw === 0 ? 0 : this.inner.renamed(raw - 1, names) + 1;
  }

  generate(fc: Generators): Arbitrary<T | null> {
    return fc.option(this.inner.generate(fc), { nil: null });
  }
}

/** References that may be absent are by far the most common optional: a row of its own. */
class OptionalReference<P extends string> extends Optional<Ref<P>> {
  constructor(inner: Scalar<Ref<P>>, of: Pool<P>) {
    super(inner, of.size);
  }

  override install(prototype: object, key: string, offset: number, { words }: Binding): undefined {
    const mask = maskOf(this.bits);
    const { expected } = this;
    const size = (this.inner as unknown as Reference<P>).pool.size;
    Object.defineProperty(prototype, key, {
      configurable: true,
      enumerable: true,
      get(this: PositionedView): number | null {
        const p = this.at + offset;
        const raw = (words[p >>> 5] >>> (p & 31)) & mask;
        return raw === 0 ? null : raw - 1;
      },
      set(this: PositionedView, value: number | null) {
        const raw = value === null ? 0 : value + 1;
        if (value !== null && (!(value >= 0 && value < size) || value !== (value | 0))) {
          outOfRange(join(this.path, key), expected, value);
        }
        const p = this.at + offset;
        words[p >>> 5] = (words[p >>> 5] & ~(mask << (p & 31))) | (raw << (p & 31));
      },
    });
  }
}

export const bool: Scalar<boolean> = new Bool();

/** A whole number from min to max, both included. */
export function int(min: number, max: number): Scalar<number> {
  return new Int(min, max);
}

/** A whole number from 0 to max. */
export function upTo(max: number): Scalar<number> {
  return new Int(0, max);
}

/** This value and no other, in no room: a field that only other machines need. */
export function only<T extends boolean | number | string | null>(value: T): Scalar<T> {
  return new Only(value);
}

/** One of some names; the first is the blank one. */
export function oneOf<const T extends string>(...names: readonly T[]): Scalar<T> {
  return new OneOf(names);
}

export function ref<P extends string>(of: Pool<P>): Scalar<Ref<P>> {
  return new Reference(of) as unknown as Scalar<Ref<P>>;
}

/** A reference, or null; null is the blank. */
export function optional<P extends string>(of: Pool<P>): Scalar<Ref<P> | null> {
  return new OptionalReference(ref(of), of);
}
