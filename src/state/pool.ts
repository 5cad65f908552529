/**
 * Pools name the things that references point at: frames, threads, process copies. A reference is a
 * small number at run time and a branded one for the compiler, so that a frame cannot index a table
 * of pages. This is the only file with casts to `Ref`.
 */

import { InputError, ModelError } from '../errors.ts';
import { demandText } from './demand.ts';

/** The i-th thing of a pool. Counts from 0. */
export type Ref<P extends string> = number & { readonly pool: P };

/** Things that can be referred to, by their index. `pool` makes it. */
export interface Pool<P extends string = string> {
  readonly name: P;
  readonly size: number;
  /** Every reference, in order. */
  readonly all: readonly Ref<P>[];
  /** The reference with this index; throws ModelError outside of 0..size-1. */
  at(index: number): Ref<P>;
}

/** Far more than what can be explored. */
const MOST_THINGS = 2 ** 20;

/** `size` things that can be referred to; at least one. */
export function pool<const P extends string>(name: P, size: number): Pool<P> {
  demandText('pool: name', name);
  if (!Number.isInteger(size) || size < 1) {
    throw new ModelError(`pool ${name}: a size of at least 1 is needed, not ${size}`);
  }
  if (size > MOST_THINGS) {
    throw new InputError(`pool ${name}: has ${size} things, and may have ${MOST_THINGS}`);
  }
  const all = Array.from({ length: size }, (_, index) => index as Ref<P>);
  return {
    name,
    size,
    all,
    at(index) {
      const found = all[index];
      if (found === undefined) {
        throw new ModelError(`${name} ${index} does not exist: there are ${size}`);
      }
      return found;
    },
  };
}

/** Called for references, in the order in which they stand in a state. */
export interface ReferenceVisitor {
  /** The thing with this index is referred to. */
  reference(pool: string, index: number): void;
  /** Are the rows of this table, at bit `at`, looked at only once their thing is referred to? */
  waits(table: Rows, at: number): boolean;
}

/** The rows of a table, one for each thing of a pool, to be looked at one by one. */
export interface Rows {
  readonly pool: Pool;
  readonly rowBits: number;
  /** First bit of a row, of a table that stands at bit `at`. */
  rowAt(at: number, index: number): number;
  /** Reports the references in the row that begins at bit `at`. */
  rowReferences(words: Int32Array, at: number, visitor: ReferenceVisitor): void;
  renameRow(from: Int32Array, at: number, to: Int32Array, toAt: number, names: Renaming): void;
}

/** What a pool's i-th thing becomes: `to[i]`. Used to rename interchangeable things. */
export type Renaming = ReadonlyMap<string, readonly number[]>;
