/**
 * Views that tell what they are asked and told: from then on every cell that is read or written
 * through the views of a layout leaves its bits in two masks. The classes of the views are changed
 * for that, so whoever does not ask for it pays nothing.
 */

import { RecordSchema } from './record.ts';
import { maskOf } from './schema.ts';
import type { Binding } from './schema.ts';
import type { Variants } from './cases.ts';
import { StackSchema } from './stack.ts';

/** Bits of a state, word by word. */
export type Bits = Int32Array;

/** Whoever wants to know clears them. */
export interface Marks {
  readonly reads: Bits;
  readonly writes: Bits;
  /**
   * Cells of stacks of which only lower frames were asked for, by `at(i)`: what is on top of frame i
   * made no difference. `depth` is the largest i + 1.
   */
  readonly glimpses: Bits;
  depth: number;
  /** The stacks that were asked anything, by their first bits. */
  readonly stacks: Map<number, StackSchema<Variants>>;
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

export function observe({ classes }: Binding, marks: Marks): void {
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
      const run = (get ?? value) as (...given: unknown[]) => unknown;
      if (key === 'constructor') continue;
      const told = function (this: Whole, ...given: unknown[]): unknown {
        const index = given[0] as number;
        if (stack !== undefined) marks.stacks.set(this.first, stack);
        if (stack !== undefined && key === 'at' && index >= 0) {
          mark(marks.glimpses, this.first + shownAt, shown);
          if (index >= marks.depth) marks.depth = index + 1;
        } else mark(reads, this.first + shownAt, shown);
        if (!READING.includes(key)) mark(writes, this.first, bits);
        return run.apply(this, given);
      };
      Object.defineProperty(prototype, key, get === undefined ? { value: told } : { get: told });
    }
  }
}
