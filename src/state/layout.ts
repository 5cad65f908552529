/**
 * A schema laid out from bit 0: the faces of one declaration. `scratch` and `view` are what the
 * search runs on; `pack`, `unpack` and `rename` are for replay, reports and tests.
 */

import { freeze } from 'immer';
import { ModelError } from '../errors.ts';
import { observe, type Marks } from './observed.ts';
import type { Renaming } from './pool.ts';
import type { Composite } from './record.ts';
import { maskOf, put } from './schema.ts';
import type { Binding } from './schema.ts';
import { chosenBy } from './part.ts';

export interface Layout<T> {
  readonly schema: Composite<T>;
  /** Size of a packed state in 32-bit words. */
  readonly words: number;
  /** Up to the last bit that carries something, out of 32 * words. */
  readonly bits: number;
  readonly scratch: Int32Array;
  /** Reads and writes scratch: `view.frames[f].refcount -= 1`. */
  readonly view: T;
  /** From now on, what is read and written through the view leaves its bits there. */
  observe(marks: Marks): void;
  /** Packs a value; throws ModelError with the path of the cell that does not fit. */
  pack(value: T): Int32Array;
  /** The frozen value that these words pack. */
  unpack(words: Int32Array): T;
  blank(): T;
  /** The packed state with references and rows renamed. */
  rename(words: Int32Array, names: Renaming): Int32Array;
  /** All leaf cells that take bits, by path; cases that share bits are all listed. */
  cells(): readonly Cell[];
  /** A view of scratch that has only these fields, such as `slots.entries.mapped`. */
  part(paths: readonly string[]): Part<T>;
}

export interface Part<T> {
  /** Throws ModelError when another field is read. */
  readonly view: T;
  /** A word for each word of a state: the bits that the view can read. */
  readonly mask: Int32Array;
}

export interface Cell {
  readonly path: string;
  readonly at: number;
  readonly bits: number;
}

export function layout<T extends object>(schema: Composite<T>): Layout<T> {
  const words = Math.max(1, Math.ceil(schema.bits / 32));
  // A buffer of its own lies outside the heap: compiled code then knows its address.
  const scratch = new Int32Array(new ArrayBuffer(4 * words));
  const binding: Binding = { words: scratch, classes: new Map() };
  return {
    schema,
    words,
    bits: schema.bits,
    scratch,
    view: schema.viewer(binding)(0, '') as T,
    observe: (marks) => observe(binding, marks),
    pack(value) {
      const packed = new Int32Array(words);
      schema.write(packed, 0, value, '');
      return packed;
    },
    unpack(packed) {
      if (packed.length !== words) {
        throw new ModelError(`a state of ${words} words is needed, not ${packed.length}`);
      }
      return freeze(schema.read(packed, 0), true);
    },
    blank: () => schema.blank(),
    rename(packed, names) {
      const renamed = new Int32Array(words);
      schema.rename(packed, 0, renamed, 0, names);
      return renamed;
    },
    cells() {
      const found: Cell[] = [];
      schema.cells(0, '', (path, at, bits) => found.push({ path, at, bits }));
      return found;
    },
    part(paths) {
      const chosen = schema.part(chosenBy(paths)) as Composite<T>;
      const mask = new Int32Array(words);
      chosen.cells(0, '', (_path, at, bits) => put(mask, at, bits, maskOf(bits)));
      // Classes are kept by schema, and those of a part are its own.
      return { view: chosen.viewer({ words: scratch, classes: new Map() })(0, '') as T, mask };
    },
  };
}
