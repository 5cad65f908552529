/**
 * A schema laid out from bit 0: the faces of one declaration. `scratch` and `view` are what the
 * search runs on; `pack`, `unpack` and `rename` are for replay, reports and tests.
 */

import { freeze } from 'immer';
import { InputError, ModelError } from '../errors.ts';
import { restrictReads, recordAccesses, type Marks, type VisibleBits } from './access-recording.ts';
import type { Renaming } from './pool.ts';
import type { Composite } from './record.ts';
import { maskOf, put } from './schema.ts';
import type { Binding } from './schema.ts';
import { chosenBy } from './projection.ts';
import { demandComposite } from './demand.ts';

/**
 * A schema laid out from bit 0, and the faces of a state: packed words, a view that reads and
 * writes them, and frozen values.
 */
export interface Layout<T> {
  readonly schema: Composite<T>;
  /** Size of a packed state in 32-bit words. */
  readonly words: number;
  /** Up to the last bit that carries something, out of 32 * words. */
  readonly bits: number;
  readonly scratch: Int32Array;
  /** Reads and writes scratch: `view.frames[f].refcount -= 1`. */
  readonly view: T;
  /**
   * Another scratch with a view of its own. What is read and written through it leaves bits there.
   */
  observed(marks: Marks): Layout<T>;
  /** Another view of scratch, for reading. It asks for what it may not show. */
  guarded(unseen: () => never): Guarded<T>;
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

/** A view of some fields of a state. */
export interface Part<T> {
  /** Throws ModelError when another field is read. */
  readonly view: T;
  /** A word for each word of a state: the bits that the view can read. */
  readonly mask: Int32Array;
}

/** A view that shows only what it is told to show. */
export interface Guarded<T> {
  readonly view: T;
  /** From now on the view shows this. */
  show(seen: VisibleBits): void;
}

/** A leaf of a state: its path, its first bit and its number of bits. */
export interface Cell {
  readonly path: string;
  readonly at: number;
  readonly bits: number;
}

/**
 * Lays a schema out, as a state with words of its own: the `space` of guarded rules, or the state
 * of a `Machine`. Throws ModelError for what is not a record or a table.
 */
export function layout<T extends object>(schema: Composite<T>): Layout<T> {
  demandComposite('layout', schema);
  return layoutOf(schema);
}

/** The most words of a state, far above what can be explored: states of a megabyte each. */
const MOST_WORDS = 2 ** 18;

function layoutOf<T extends object>(schema: Composite<T>, marks?: Marks): Layout<T> {
  const words = Math.max(1, Math.ceil(schema.bits / 32));
  if (words > MOST_WORDS) {
    throw new InputError(
      `the state needs ${words} words, and may have ${MOST_WORDS}: ` +
        'make its pools and lists smaller',
    );
  }
  // A buffer of its own lies outside the heap: compiled code then knows its address.
  const scratch = new Int32Array(new ArrayBuffer(4 * words));
  const binding: Binding = { words: scratch, classes: new Map() };
  const view = schema.viewer(binding)(0, '') as T;
  if (marks !== undefined) recordAccesses(binding, marks);
  return {
    schema,
    words,
    bits: schema.bits,
    scratch,
    view,
    observed: (into) => layoutOf(schema, into),
    guarded(unseen) {
      const own: Binding = { words: scratch, classes: new Map(), placed: new Map() };
      const shown = schema.viewer(own)(0, '') as T;
      return { view: shown, show: restrictReads(own, unseen) };
    },
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
