/** Scalars that hold a value: truth values, numbers, names, constants. */

import type { Arbitrary } from 'fast-check';
import { Scalar } from './scalar.ts';
import type { PositionedView } from './scalar.ts';
import { bitsFor, join, maskOf, outOfRange } from './schema.ts';
import type { Binding, Generators } from './schema.ts';
import { demand, demandText } from './demand.ts';

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

  /** @internal */
  generate(fc: Generators): Arbitrary<boolean> {
    return fc.boolean();
  }
}

export class Int extends Scalar<number> {
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

  /** @internal */
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

  /** @internal */
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

  /** @internal */
  generate(fc: Generators): Arbitrary<T> {
    return fc.constant(this.value);
  }
}

/** True or false, in one bit; false is the blank one. */
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
  demand('only', 'a value', value !== undefined, value);
  return new Only(value);
}

/** One of some names; the first is the blank one. */
export function oneOf<const T extends string>(...names: readonly T[]): Scalar<T> {
  for (const name of names) demandText('oneOf: name', name);
  return new OneOf(names);
}
