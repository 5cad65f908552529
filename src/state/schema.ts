/**
 * What every piece of a state declaration answers. A schema is declared once, from combinators
 * (`bool`, `int`, `record`, `table`, ...); each combinator answers for itself how it is packed,
 * viewed, frozen, renamed and generated, so no shared code asks what kind a schema is.
 *
 * A state is packed into 32-bit words. A schema of up to 32 bits never straddles a word; a larger
 * one begins with a word, and others may use what it leaves of its last one. So every cell is
 * reached by one load, one shift and one mask, and states are copied, compared and hashed as a
 * handful of words. A cell that can hold one value only takes no bits. All bits zero is always a
 * legal value (`blank`): resetting is clearing.
 */

import type { Arbitrary } from 'fast-check';
import { ModelError } from '../errors.ts';
import type { Chosen } from './projection.ts';
import type { ReferenceVisitor, Renaming } from './pool.ts';

/** The type of the values that a schema describes. */
export type Infer<S> = S extends Schema<infer T> ? T : never;

/**
 * fast-check itself, passed in by the caller: the state layer does not depend on it.
 * @internal
 */
export type Generators = typeof import('fast-check');

/** Where views live: one buffer, and the view classes already made for it. */
export interface Binding {
  readonly words: Int32Array;
  readonly classes: Map<unknown, ViewClass>;
  /** Of each class, the first bits of its views, if the caller asks for them. */
  readonly placed?: Map<unknown, number[]>;
}

/** Notes that a view of this class stands at a bit. */
export function stand({ placed }: Binding, view: object, at: number): void {
  if (placed === undefined) return;
  const known = placed.get(view.constructor);
  if (known === undefined) placed.set(view.constructor, [at]);
  else known.push(at);
}

/** The class of the views of a schema: made for a place in the words of a state. */
export type ViewClass = new (at: number, path: string) => object;

/** Gives one instance of a containing view what it needs for a field; `at` is its own place. */
export type Initialiser = (view: object, at: number, path: string) => void;

/** One leaf of a state: its path, first bit and number of bits. */
export type CellVisitor = (path: string, at: number, bits: number) => void;

/**
 * What a part of a state can hold, and how it is packed. `record`, `table`, `list` and the scalars
 * make schemas; a system combines them, and need not call these members.
 */
export abstract class Schema<T> {
  /** Size in bits; from 33 on, its first bit is the first one of a word. */
  abstract readonly bits: number;
  /** The value of which all bits are zero. */
  abstract blank(): T;
  /** A plain value (records are objects, tables and lists arrays) from packed words. */
  abstract read(words: Int32Array, at: number): T;
  /** Packs a plain value; throws ModelError with the path of a cell that is out of range. */
  abstract write(words: Int32Array, at: number, value: T, path: string): void;
  /** Packs at `to` what `from` holds, with references and table rows renamed. */
  abstract rename(
    from: Int32Array,
    at: number,
    to: Int32Array,
    toAt: number,
    names: Renaming,
  ): void;
  /** Can a value refer to anything? */
  get refers(): boolean {
    return false;
  }
  /** Reports every reference in what is packed at a place. */
  references(_words: Int32Array, _at: number, _visitor: ReferenceVisitor): void {}
  /**
   * Makes this schema the field `key` of a view class: accessors on the prototype, and optionally
   * something to do for each instance. `offset` is the field's first bit inside the container.
   */
  abstract install(
    prototype: object,
    key: string,
    offset: number,
    binding: Binding,
  ): Initialiser | undefined;
  abstract cells(at: number, path: string, visit: CellVisitor): void;
  /** A value in words, for traces. */
  tell(value: T): string {
    return String(value);
  }
  /** The schema of a part whose changes are described separately; undefined: as a whole. */
  below(_key: string | number): Schema<unknown> | undefined {
    return undefined;
  }
  /** The same schema with fewer fields, at the same places; what has no fields is whole. */
  part(_chosen: Chosen): Schema<T> {
    return this;
  }
  /** @internal */
  abstract generate(fc: Generators): Arbitrary<T>;
}

/** Clears the `bits` bits of a schema from `at` on. */
export function clear(words: Int32Array, at: number, bits: number): void {
  let left = bits;
  let word = at >>> 5;
  for (; left > 32; left -= 32) words[word++] = 0;
  if (left > 0) put(words, bits > 32 ? word << 5 : at, left, 0);
}

/** Moves the `bits` bits of a schema from the beginning of `from` to `at`. */
export function move(from: Int32Array, words: Int32Array, at: number, bits: number): void {
  let left = bits;
  let word = 0;
  const first = at >>> 5;
  for (; left > 32; left -= 32, word++) words[first + word] = from[word];
  if (left > 0) put(words, bits > 32 ? (first + word) << 5 : at, left, from[word] & maskOf(left));
}

export function maskOf(bits: number): number {
  return bits >= 32 ? -1 : (1 << bits) - 1;
}

/** The raw bits of a cell. */
export function get(words: Int32Array, at: number, bits: number): number {
  return (words[at >>> 5] >>> (at & 31)) & maskOf(bits);
}

export function put(words: Int32Array, at: number, bits: number, raw: number): void {
  const shift = at & 31;
  words[at >>> 5] = (words[at >>> 5] & ~(maskOf(bits) << shift)) | (raw << shift);
}

/** Bits that tell so many values apart; none for a single one. */
export function bitsFor(values: number): number {
  return Math.ceil(Math.log2(values));
}

interface Placement {
  readonly offsets: readonly number[];
  readonly bits: number;
}

/** Words that are filled one field after the other, each into the first gap that takes it. */
export class Words {
  /** Bits used of each word. */
  private readonly used: number[];

  constructor(used: readonly number[] = []) {
    this.used = [...used];
  }

  /** The first bit of a field of this size, which takes it. */
  take(size: number): number {
    const { used } = this;
    if (size === 0) return 0;
    if (size > 32) {
      const at = used.length * 32;
      for (let left = size; left > 0; left -= 32) used.push(Math.min(left, 32));
      return at;
    }
    let word = used.findIndex((bits) => bits + size <= 32);
    if (word < 0) word = used.push(0) - 1;
    const at = word * 32 + used[word];
    used[word] += size;
    return at;
  }

  /** From the first bit to the last one that is used. */
  get bits(): number {
    const { used } = this;
    return used.length === 0 ? 0 : (used.length - 1) * 32 + used[used.length - 1];
  }

  copy(): Words {
    return new Words(this.used);
  }
}

/**
 * First bits of fields of the given sizes, none straddling a word, after `reserved` leading bits.
 * If one word does not take them all, larger fields are placed first.
 */
export function place(sizes: readonly number[], reserved = 0): Placement {
  const total = sizes.reduce((sum, size) => sum + size, reserved);
  const offsets: number[] = new Array<number>(sizes.length).fill(0);
  const words = new Words(reserved > 0 ? [reserved] : []);
  const order = sizes.map((_, i) => i);
  if (total > 32) order.sort((a, b) => sizes[b] - sizes[a] || a - b);
  for (const i of order) offsets[i] = words.take(sizes[i]);
  return { offsets, bits: words.bits };
}

/** First bits of `count` equal rows. */
export function placeRows(size: number, count: number): Placement {
  const words = new Words();
  const offsets = Array.from({ length: count }, () => words.take(size));
  return { offsets, bits: words.bits };
}

/** The path of a field; the root has none. */
export function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

export function outOfRange(path: string, expected: string, found: unknown): never {
  throw new ModelError(`${path || 'the state'}: expected ${expected}, found ${show(found)}`);
}

function show(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}
