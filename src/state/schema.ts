/**
 * What every piece of a state declaration answers. A schema is declared once, from combinators
 * (`bool`, `int`, `record`, `table`, ...); each combinator answers for itself how it is packed,
 * viewed, frozen, renamed and generated, so no shared code asks what kind a schema is.
 *
 * A state is packed into 32-bit words. A schema of up to 32 bits never straddles a word; a larger
 * one takes whole words. So every cell is reached by one load, one shift and one mask, and states
 * are copied, compared and hashed as a handful of words. All bits zero is always a legal value
 * (`blank`): resetting is clearing.
 */

import type { Arbitrary } from 'fast-check';
import { ModelError } from '../errors.ts';
import type { Renaming } from './pool.ts';

/** The type of the values that a schema describes. */
export type Infer<S> = S extends Schema<infer T> ? T : never;

/** fast-check itself, handed in by whoever generates: the state layer does not depend on it. */
export type Generators = typeof import('fast-check');

/** Where views live: one buffer, and the view classes already made for it. */
export interface Binding {
  readonly words: Int32Array;
  readonly classes: Map<unknown, ViewClass>;
}

export type ViewClass = new (at: number, path: string) => object;

/** Gives one instance of a containing view what it needs for a field; `at` is its own place. */
export type Initialiser = (view: object, at: number, path: string) => void;

/** One leaf of a state: its path, first bit and number of bits. */
export type CellVisitor = (path: string, at: number, bits: number) => void;

export abstract class Schema<T> {
  /** Size in bits: at most 32, or a multiple of 32. */
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
  abstract generate(fc: Generators): Arbitrary<T>;
}

/** Clears `bits` bits from `at` on: within a word, or whole words. */
export function clear(words: Int32Array, at: number, bits: number): void {
  if (bits > 32) {
    const first = at >>> 5;
    for (let w = first; w < first + (bits >>> 5); w++) words[w] = 0;
  } else {
    put(words, at, bits, 0);
  }
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

export function bitsFor(values: number): number {
  return Math.max(1, Math.ceil(Math.log2(values)));
}

export interface Placement {
  readonly offsets: readonly number[];
  readonly bits: number;
}

/**
 * First bits of fields of the given sizes, none straddling a word, after `reserved` leading bits.
 * Larger fields are placed first, each into the first gap that takes it.
 */
export function place(sizes: readonly number[], reserved = 0): Placement {
  const total = sizes.reduce((sum, size) => sum + size, reserved);
  const offsets: number[] = new Array<number>(sizes.length).fill(0);
  if (total <= 32) {
    let at = reserved;
    sizes.forEach((size, i) => {
      offsets[i] = at;
      at += size;
    });
    return { offsets, bits: total };
  }
  const used: number[] = reserved > 0 ? [reserved] : []; // bits used of each word
  const order = sizes.map((_, i) => i).sort((a, b) => sizes[b] - sizes[a] || a - b);
  for (const i of order) {
    const size = sizes[i];
    if (size > 32) {
      offsets[i] = used.length * 32;
      for (let w = 0; w < size / 32; w++) used.push(32);
      continue;
    }
    let word = used.findIndex((bits) => bits + size <= 32);
    if (word < 0) word = used.push(0) - 1;
    offsets[i] = word * 32 + used[word];
    used[word] += size;
  }
  return { offsets, bits: used.length * 32 };
}

/** First bits of `count` equal rows. */
export function placeRows(size: number, count: number): Placement {
  const perWord = size > 32 ? 0 : Math.floor(32 / size);
  const offsets = Array.from({ length: count }, (_, i) =>
    perWord === 0 ? i * size : Math.floor(i / perWord) * 32 + (i % perWord) * size,
  );
  if (perWord === 0) return { offsets, bits: count * size };
  const bits = count <= perWord ? count * size : Math.ceil(count / perWord) * 32;
  return { offsets, bits };
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
