/** The views of call stacks: a class for each stack, its methods closures over constants. */

import type { Tagged } from './cases.ts';
import type { RecordSchema, Fields } from './record.ts';
import { clear, get, outOfRange, put, stand } from './schema.ts';
import type { Binding, ViewClass } from './schema.ts';
import type { Chain } from './stack-shapes.ts';

/**
 * What steps may do with a stack. A plain array of cases is one; so is the view of a stack, of
 * which `pop` answers nothing, and throws ModelError when the stack is empty. A frame is entered by
 * `push` or left by `pop`, never replaced in place.
 */
export interface Stack<T> {
  readonly length: number;
  /** The i-th frame from the bottom; -1 is the top. */
  at(index: number): T | undefined;
  push(frame: T): number;
  pop(): unknown;
}

/** What only views of stacks offer. */
export interface StackView<T> extends Stack<T> {
  readonly schema: StackLayout;
  /** Its first bit. */
  readonly first: number;
  /** What is on it: an index into `schema.chains`. */
  readonly chain: number;
  /** The last frame; of an empty stack, nothing sensible. */
  readonly top: T;
  /** Pushes a blank frame, without an object to copy from. */
  enter(tag: number): T;
}

/** What steps may do with a stack. */
export const OFFERED: readonly (keyof Stack<unknown>)[] = ['length', 'at', 'push', 'pop'];

/** Where what is in the words of a stack. */
export interface StackLayout {
  readonly bits: number;
  readonly chains: readonly Chain[];
  /** First bit, inside the stack, and size of the cell that says what is on it. */
  readonly chainAt: number;
  readonly chainBits: number;
  /** The frames, by tag. */
  readonly variants: readonly RecordSchema<Fields>[];
  /** First bit, inside the stack, and bits of a scalar of the frame on top of a chain. */
  placeOf(chain: number, key: string): readonly [at: number, bits: number];
  /** The part of a chain that is its lowest `depth` frames. */
  lowest(chain: number, depth: number): number;
}

/** How a stack grows. */
interface Growth {
  /** The names of frames, by tag. */
  readonly names: readonly string[];
  /** The chain with this case on top; throws ModelError if there is none. */
  next(chain: number, tag: number, path: string): number;
  /** Packs a frame on top of a chain; the chain that it makes. */
  place(at: number, chain: number, frame: Tagged, path: string): number;
}

export function stackViewClass(
  schema: StackLayout,
  binding: Binding,
  { names, next, place }: Growth,
): ViewClass {
  const { words } = binding;
  const { chains, chainAt, chainBits, variants } = schema;
  const sizes = chains.map(({ tag }) => variants[tag]?.bits ?? 0);
  const viewOf = (tag: number, at: number, path: string): Tagged => {
    const View = variants[tag].viewClass(binding);
    const prototype = View.prototype as object;
    if (!('in' in prototype)) Object.defineProperty(prototype, 'in', { value: names[tag] });
    return new View(at, `${path}.${names[tag]}`) as Tagged;
  };
  const chainOf = (at: number): number => get(words, at + chainAt, chainBits);
  return class FrameStack implements StackView<Tagged> {
    readonly first: number;
    readonly path: string;
    readonly schema = schema;
    /** Of each chain, its frames from the bottom up. */
    private readonly frames: readonly (readonly Tagged[])[];
    private readonly tops: readonly Tagged[];

    constructor(at: number, path: string) {
      this.first = at;
      this.path = path;
      stand(binding, this, at);
      const frames: Tagged[][] = [];
      for (const { length, tag, below, at: offset } of chains) {
        const own = tag < 0 ? [] : [viewOf(tag, at + offset, `${path}[${length - 1}]`)];
        frames.push([...(frames[below] ?? []), ...own]);
      }
      this.frames = frames;
      this.tops = frames.map((of) => of.at(-1) as Tagged);
    }

    get chain(): number {
      return chainOf(this.first);
    }

    get length(): number {
      return this.frames[chainOf(this.first)].length;
    }

    at(index: number): Tagged | undefined {
      // Not `this.chain`: a view that records what is read would record one more read.
      const frames = this.frames[chainOf(this.first)];
      const i = index < 0 ? index + frames.length : index;
      return i < 0 || i >= frames.length ? undefined : frames[i];
    }

    get top(): Tagged {
      return this.tops[chainOf(this.first)];
    }

    enter(tag: number): Tagged {
      const { chain } = this;
      const entered = chains[chain].above[tag] ?? next(chain, tag, this.path);
      put(words, this.first + chainAt, chainBits, entered);
      return this.tops[entered];
    }

    push(value: Tagged): number {
      const entered = place(this.first, this.chain, value, this.path);
      put(words, this.first + chainAt, chainBits, entered);
      return chains[entered].length;
    }

    pop(): void {
      const { chain } = this;
      if (chain === 0) outOfRange(this.path, 'a frame to return from', 'none');
      const { below, at } = chains[chain];
      clear(words, this.first + at, sizes[chain]);
      put(words, this.first + chainAt, chainBits, below);
    }
  };
}
