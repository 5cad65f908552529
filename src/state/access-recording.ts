/**
 * Views that record accesses: every cell that is read or written through them leaves its bits in
 * two masks. And views that show only some cells, at no cost, and object to being asked for others.
 * The classes of the views are changed for that, so other views pay nothing.
 */

import { RecordSchema } from './record.ts';
import { maskOf } from './schema.ts';
import type { Binding } from './schema.ts';
import type { Variants } from './cases.ts';
import { StackSchema } from './call-stack.ts';

/** Bits of a state, word by word. */
export type Bits = Int32Array;

/** The caller clears them. */
export interface Marks {
  readonly reads: Bits;
  readonly writes: Bits;
  /**
   * Cells of stacks of which only lower frames were asked for, by `at(i)`: what is on top of frame
   * i made no difference. `depth` is the largest i + 1.
   */
  readonly partialStackReads: Bits;
  depth: number;
}

/** What a view shows: cells, and so many of the lowest frames of stacks. */
export interface VisibleBits {
  readonly bits: Bits;
  readonly depth: number;
}

/** Sets `bits` bits from `at` on. */
export function mark(marks: Bits, at: number, bits: number): void {
  let word = at >>> 5;
  if (bits <= 32) {
    marks[word] |= maskOf(bits) << (at & 31);
    return;
  }
  for (let left = bits; left > 0; left -= 32) marks[word++] |= maskOf(Math.min(left, 32));
}

/** Methods of lists and stacks that leave them as they are. */
const READING = ['length', 'chain', 'top', 'at', 'indexOf', 'includes'];

type Whole = { readonly first: number };
type Field = { readonly at: number };

export function recordAccesses({ classes }: Binding, marks: Marks): void {
  const { reads, writes } = marks;
  for (const [schema, View] of classes) {
    const prototype = View.prototype as object;
    if (schema instanceof RecordSchema) {
      for (const [key, { bits }, offset] of schema.places) {
        const { get, set } = Object.getOwnPropertyDescriptor(prototype, key) ?? {};
        if (get === undefined || set === undefined) continue;
        Object.defineProperty(prototype, key, {
          configurable: true,
          enumerable: true,
          get(this: Field) {
            mark(reads, this.at + offset, bits);
            return get.call(this);
          },
          set(this: Field, value: unknown) {
            mark(writes, this.at + offset, bits);
            set.call(this, value);
          },
        });
      }
      continue;
    }
    const { bits } = schema as { readonly bits: number };
    // What is on a stack is one cell; its frames are records of their own.
    const stack = schema instanceof StackSchema ? (schema as StackSchema<Variants>) : undefined;
    const shown = stack?.chainBits ?? bits;
    const shownAt = stack?.chainAt ?? 0;
    for (const key of Object.getOwnPropertyNames(prototype)) {
      const { get, value } = Object.getOwnPropertyDescriptor(prototype, key)!;
      const run = (get ?? value) as (...args: unknown[]) => unknown;
      if (key === 'constructor') continue;
      const recorded = function (this: Whole, ...args: unknown[]): unknown {
        const index = args[0] as number;
        if (stack !== undefined && key === 'at' && index >= 0) {
          mark(marks.partialStackReads, this.first + shownAt, shown);
          if (index >= marks.depth) marks.depth = index + 1;
        } else mark(reads, this.first + shownAt, shown);
        if (!READING.includes(key)) mark(writes, this.first, bits);
        return run.apply(this, args);
      };
      Object.defineProperty(
        prototype,
        key,
        get === undefined ? { value: recorded } : { get: recorded },
      );
    }
  }
}

/** Are these cells all visible? */
function shows({ bits }: VisibleBits, at: number, size: number): boolean {
  let word = at >>> 5;
  if (size <= 32) {
    const mask = maskOf(size) << (at & 31);
    return (bits[word] & mask) === mask;
  }
  for (let left = size; left > 0; left -= 32) {
    const mask = maskOf(Math.min(left, 32));
    if ((bits[word++] & mask) !== mask) return false;
  }
  return true;
}

/** Answers how to say what the views show; at first they show nothing. */
export function restrictReads(
  { classes, placed }: Binding,
  unseen: () => never,
): (seen: VisibleBits) => void {
  const changes: ((seen: VisibleBits) => void)[] = [];
  let shown: VisibleBits = { bits: new Int32Array(0), depth: 0 };
  for (const [schema, View] of classes) {
    const prototype = View.prototype as object;
    const places = placed!.get(View) ?? [];
    // A cell that all views of the class show is read as ever.
    const change = (key: string, guarded: PropertyDescriptor, offset: number, size: number) => {
      const plain = Object.getOwnPropertyDescriptor(prototype, key)!;
      changes.push((seen) => {
        const open = places.every((at) => shows(seen, at + offset, size));
        Object.defineProperty(prototype, key, { configurable: true, ...(open ? plain : guarded) });
      });
    };
    if (schema instanceof RecordSchema) {
      for (const [key, { bits }, offset] of schema.places) {
        const { get } = Object.getOwnPropertyDescriptor(prototype, key) ?? {};
        if (get === undefined) continue;
        const guarded = function (this: Field): unknown {
          return shows(shown, this.at + offset, bits) ? get.call(this) : unseen();
        };
        change(key, { get: guarded, set: unseen, enumerable: true }, offset, bits);
      }
      continue;
    }
    const stack = schema instanceof StackSchema ? (schema as StackSchema<Variants>) : undefined;
    const size = stack?.chainBits ?? (schema as { readonly bits: number }).bits;
    const offset = stack?.chainAt ?? 0;
    for (const key of Object.getOwnPropertyNames(prototype)) {
      const { get, value } = Object.getOwnPropertyDescriptor(prototype, key)!;
      if (key === 'constructor') continue;
      if (!READING.includes(key)) {
        Object.defineProperty(prototype, key, { value: unseen });
        continue;
      }
      const run = (get ?? value) as (...args: unknown[]) => unknown;
      const guarded = function (this: Whole, index?: unknown): unknown {
        const low = stack !== undefined && key === 'at' && (index as number) >= 0;
        if (low && (index as number) < shown.depth) return run.call(this, index);
        return shows(shown, this.first + offset, size) ? run.call(this, index) : unseen();
      };
      change(key, get === undefined ? { value: guarded } : { get: guarded }, offset, size);
    }
  }
  const show = (seen: VisibleBits): void => {
    shown = { bits: seen.bits.slice(), depth: seen.depth };
    for (const each of changes) each(shown);
  };
  show(shown);
  return show;
}
