/**
 * What every scalar answers: one cell each. In a view they are accessors; `this.at` is the first
 * bit of the containing view, so all rows of a table share one class and stay monomorphic. The
 * accessors are closures over constants, and the common kinds write out their own: this shared one,
 * which calls `decode`, measured half as fast.
 */

import type { ReferenceVisitor, Renaming } from './pool.ts';
import { get, join, maskOf, outOfRange, put, Schema } from './schema.ts';
import type { Binding, CellVisitor } from './schema.ts';

/** A view as its accessors see it. */
export interface PositionedView {
  readonly at: number;
  readonly path: string;
}

/** A schema of one cell of at most 32 bits: `int`, `bool`, `oneOf`, `ref` and others make it. */
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

  override references(words: Int32Array, at: number, visitor: ReferenceVisitor): void {
    if (this.refers) this.referred(get(words, at, this.bits), visitor);
  }

  /** Reports what the raw bits refer to. */
  referred(_raw: number, _visitor: ReferenceVisitor): void {}

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
