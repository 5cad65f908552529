/**
 * Bounded ordered lists of scalars: a VSL is a list of references to descriptors, in the order of
 * the C list. The view offers the part of the array interface that both a view and an immer draft
 * have. Cells past the length are always zero, so that equal lists have equal bits.
 */

import type { Arbitrary } from 'fast-check';
import type { ReferenceVisitor, Renaming } from './pool.ts';
import { ClassComposite } from './record.ts';
import type { Composite } from './record.ts';
import type { Scalar } from './scalar.ts';
import { bitsFor, get, outOfRange, place, put, stand } from './schema.ts';
import type { Binding, CellVisitor, Generators, ViewClass } from './schema.ts';
import { demandScalar } from './demand.ts';

/**
 * What steps may do with a list. A plain array is one; so is the view of a list. That is all of it:
 * no `list[i]`, no iteration, no `pop`. What a view does differently from an array, it does loudly,
 * except that its `splice` answers nothing.
 */
export interface List<T> {
  readonly length: number;
  /** The i-th element, from the end if negative; undefined outside of the list, as for arrays. */
  at(index: number): T | undefined;
  indexOf(value: T): number;
  includes(value: T): boolean;
  /** Adds at the end; throws ModelError when the list is full. */
  push(value: T): number;
  /** Adds at the head. */
  unshift(value: T): number;
  /** Takes out `count` elements from `start` on; views throw ModelError if one is negative. */
  splice(start: number, count: number): unknown;
}

/** What steps may do with a list. */
export const OFFERED: readonly (keyof List<unknown>)[] = [
  'length',
  'at',
  'indexOf',
  'includes',
  'push',
  'unshift',
  'splice',
];

class ListSchema<T> extends ClassComposite<List<T>> {
  readonly bits: number;
  private readonly element: Scalar<T>;
  private readonly max: number;
  private readonly lengthBits: number;
  private readonly lengthAt: number;
  private readonly offsets: readonly number[];

  constructor(element: Scalar<T>, max: number) {
    super();
    if (!Number.isInteger(max) || max < 1) outOfRange('list', 'room for at least 1 element', max);
    this.element = element;
    this.max = max;
    this.lengthBits = bitsFor(max + 1);
    const sizes = [this.lengthBits, ...Array.from({ length: max }, () => element.bits)];
    const { offsets, bits } = place(sizes);
    this.bits = bits;
    this.lengthAt = offsets[0];
    this.offsets = offsets.slice(1);
  }

  get offered(): readonly string[] {
    return OFFERED;
  }

  blank(): List<T> {
    return [];
  }

  read(words: Int32Array, at: number): List<T> {
    const length = get(words, at + this.lengthAt, this.lengthBits);
    return this.offsets.slice(0, length).map((offset) => this.element.read(words, at + offset));
  }

  write(words: Int32Array, at: number, value: List<T>, path: string): void {
    if (!Array.isArray(value) || value.length > this.max) {
      outOfRange(path, `a list of at most ${this.max}`, value);
    }
    put(words, at + this.lengthAt, this.lengthBits, value.length);
    this.offsets.forEach((offset, i) => {
      if (i < value.length) {
        this.element.write(words, at + offset, value.at(i) as T, `${path}[${i}]`);
      } else put(words, at + offset, this.element.bits, 0);
    });
  }

  rename(from: Int32Array, at: number, to: Int32Array, toAt: number, names: Renaming): void {
    const length = get(from, at + this.lengthAt, this.lengthBits);
    put(to, toAt + this.lengthAt, this.lengthBits, length);
    this.offsets.forEach((offset, i) => {
      if (i < length) this.element.rename(from, at + offset, to, toAt + offset, names);
      else put(to, toAt + offset, this.element.bits, 0);
    });
  }

  override get refers(): boolean {
    return this.element.refers;
  }

  override references(words: Int32Array, at: number, visitor: ReferenceVisitor): void {
    if (!this.refers) return;
    const length = get(words, at + this.lengthAt, this.lengthBits);
    for (let i = 0; i < length; i++) this.element.references(words, at + this.offsets[i], visitor);
  }

  makeClass(binding: Binding): ViewClass {
    const { words } = binding;
    const { element, max, lengthAt, lengthBits, offsets } = this;
    const { bits } = element;
    return class ListView implements List<T> {
      readonly first: number;
      readonly path: string;

      constructor(at: number, path: string) {
        this.first = at;
        this.path = path;
        stand(binding, this, at);
      }

      get length(): number {
        return get(words, this.first + lengthAt, lengthBits);
      }

      at(index: number): T | undefined {
        const { length } = this;
        const whole = index | 0;
        const i = whole < 0 ? whole + length : whole;
        if (i < 0 || i >= length) return undefined;
        return element.decode(get(words, this.first + offsets[i], bits));
      }

      indexOf(value: T): number {
        const raw = element.encode(value);
        if (raw === undefined) return -1;
        const { length } = this;
        for (let i = 0; i < length; i++) {
          if (get(words, this.first + offsets[i], bits) === raw) return i;
        }
        return -1;
      }

      includes(value: T): boolean {
        return this.indexOf(value) >= 0;
      }

      push(value: T): number {
        const { length } = this;
        this.insert(length, value);
        return length + 1;
      }

      unshift(value: T): number {
        this.insert(0, value);
        return this.length;
      }

      splice(start: number, count: number): void {
        if (!(start >= 0 && count >= 0 && Number.isInteger(start) && Number.isInteger(count))) {
          outOfRange(this.path, 'splice(start, count), both at least 0', `${start}, ${count}`);
        }
        if (arguments.length > 2) outOfRange(this.path, 'a splice that only removes', 'additions');
        const { length } = this;
        for (let i = start; i < length; i++) {
          const raw = i + count < length ? get(words, this.first + offsets[i + count], bits) : 0;
          put(words, this.first + offsets[i], bits, raw);
        }
        const left = Math.max(start, length - count);
        put(words, this.first + lengthAt, lengthBits, Math.min(length, left));
      }

      private insert(index: number, value: T): void {
        const { length } = this;
        const raw = element.encode(value);
        if (raw === undefined) outOfRange(this.path, element.expected, value);
        if (length === max) outOfRange(this.path, `a list of at most ${max}`, 'one more');
        for (let i = length; i > index; i--) {
          put(words, this.first + offsets[i], bits, get(words, this.first + offsets[i - 1], bits));
        }
        put(words, this.first + offsets[index], bits, raw);
        put(words, this.first + lengthAt, lengthBits, length + 1);
      }
    };
  }

  override tell(value: List<T>): string {
    const elements = value as unknown as readonly T[];
    return `[${elements.map((one) => this.element.tell(one)).join(', ')}]`;
  }

  cells(at: number, path: string, visit: CellVisitor): void {
    visit(`${path}.length`, at + this.lengthAt, this.lengthBits);
    this.offsets.forEach((offset, i) => this.element.cells(at + offset, `${path}[${i}]`, visit));
  }

  /** @internal */
  generate(fc: Generators): Arbitrary<List<T>> {
    return fc.array(this.element.generate(fc), { maxLength: this.max });
  }
}

/** An ordered list of at most `max` scalars. */
export function list<T>(element: Scalar<T>, max: number): Composite<List<T>> {
  demandScalar('list', element);
  return new ListSchema(element, max);
}
