/**
 * Call stacks: cases on top of each other, as C functions call each other. Which functions
 * are on the stack, from the bottom up, is one number, the *chain*: so a state needs no
 * length and no tags, and where a frame lies follows from what is below it. Frames take only
 * what the longest chain needs.
 */

import type { Arbitrary } from 'fast-check';
import { CasesSchema, type Case, type Variants } from './cases.ts';
import { chainsOf, placeFrames } from './stack-shapes.ts';
import type { Chain, Follow } from './stack-shapes.ts';
import type { ReferenceVisitor, Renaming } from './pool.ts';
import { ClassComposite, RecordSchema } from './record.ts';
import type { Fields } from './record.ts';
import { bitsFor, clear, get, move, outOfRange, put } from './schema.ts';
import { OFFERED, stackViewClass } from './stack-view.ts';
import type { Stack, StackLayout } from './stack-view.ts';
import type { Binding, CellVisitor, Generators, ViewClass } from './schema.ts';
import { demand } from './demand.ts';

/** The schema that `stack` makes. */
export class StackSchema<V extends Variants>
  extends ClassComposite<Stack<Case<V>>>
  implements StackLayout
{
  readonly bits: number;
  readonly chains: readonly Chain[];
  readonly variants: readonly RecordSchema<Fields>[];
  private readonly cases: CasesSchema<V>;
  private readonly depth: number;
  /** First bit, inside the stack, and size of the cell that says what is on it. */
  readonly chainAt: number;
  readonly chainBits: number;
  private readonly spare: Int32Array;

  constructor(frame: CasesSchema<V>, depth: number, follow: Follow<V> = () => frame.names) {
    super();
    if (!Number.isInteger(depth) || depth < 1) outOfRange('stack', 'a depth of at least 1', depth);
    this.cases = frame;
    this.depth = depth;
    this.variants = frame.names.map((name) => new RecordSchema(frame.declared[name]));
    const sizes = this.variants.map(({ bits }) => bits);
    const chains = chainsOf(frame.names, depth, follow);
    this.chainBits = bitsFor(chains.length);
    const { bits, chainAt } = placeFrames(chains, sizes, this.chainBits);
    this.bits = bits;
    this.chainAt = chainAt;
    this.chains = chains;
    this.spare = new Int32Array(Math.ceil(Math.max(...sizes) / 32));
  }

  get offered(): readonly string[] {
    return OFFERED;
  }

  blank(): Stack<Case<V>> {
    return [];
  }

  read(words: Int32Array, at: number): Stack<Case<V>> {
    return this.framesOf(get(words, at + this.chainAt, this.chainBits)).map(
      ({ tag, at: offset }) => {
        return {
          in: this.cases.names[tag],
          ...this.variants[tag].read(words, at + offset),
        } as never;
      },
    );
  }

  write(words: Int32Array, at: number, value: Stack<Case<V>>, path: string): void {
    if (!Array.isArray(value) || value.length > this.depth) {
      outOfRange(path, `a stack of at most ${this.depth} frames`, value);
    }
    clear(words, at, this.bits);
    let chain = 0;
    for (const frame of value) chain = this.place(words, at, chain, frame, path);
    put(words, at + this.chainAt, this.chainBits, chain);
  }

  rename(from: Int32Array, at: number, to: Int32Array, toAt: number, names: Renaming): void {
    const chain = get(from, at + this.chainAt, this.chainBits);
    clear(to, toAt, this.bits);
    put(to, toAt + this.chainAt, this.chainBits, chain);
    for (const { tag, at: offset } of this.framesOf(chain)) {
      this.variants[tag].rename(from, at + offset, to, toAt + offset, names);
    }
  }

  override get refers(): boolean {
    return this.variants.some((variant) => variant.refers);
  }

  /** From the top down. */
  override references(words: Int32Array, at: number, visitor: ReferenceVisitor): void {
    const { chains, variants } = this;
    for (let c = get(words, at + this.chainAt, this.chainBits); c > 0; c = chains[c].below) {
      variants[chains[c].tag].references(words, at + chains[c].at, visitor);
    }
  }

  /** First bit, inside the stack, and bits of a scalar of the frame on top of a chain. */
  placeOf(chain: number, key: string): readonly [at: number, bits: number] {
    const { tag, at } = this.chains[chain];
    const place = this.variants[tag]?.places.find(([name]) => name === key);
    if (place === undefined) throw new Error(`No frame of chain ${chain} has a cell ${key}.`);
    const [, { bits }, offset] = place;
    return [at + offset, bits];
  }

  makeClass(binding: Binding): ViewClass {
    const { words } = binding;
    return stackViewClass(this, binding, {
      names: this.cases.names,
      next: (chain, tag, path) => this.next(chain, tag, path),
      place: (at, chain, frame, path) => this.place(words, at, chain, frame as never, path),
    });
  }

  /** A frame is distinguished by those below it: `stack.user.fork.page`. */
  cells(at: number, path: string, visit: CellVisitor): void {
    if (this.chainBits > 0) visit(`${path}.chain`, at + this.chainAt, this.chainBits);
    this.chains.forEach(({ tag, at: offset }, chain) => {
      if (tag < 0) return;
      const names = this.framesOf(chain).map((one) => this.cases.names[one.tag]);
      this.variants[tag].cells(at + offset, [path, ...names].join('.'), visit);
    });
  }

  /** @internal */
  generate(fc: Generators): Arbitrary<Stack<Case<V>>> {
    return fc.constantFrom(...this.chains.keys()).chain((chain) => {
      const frames = this.framesOf(chain).map(({ tag }) => {
        const fields = this.variants[tag].generate(fc);
        return fields.map((values) => ({ in: this.cases.names[tag], ...values }));
      });
      return fc.tuple(...frames) as unknown as Arbitrary<Stack<Case<V>>>;
    });
  }

  /** The part of a chain that is its lowest `depth` frames. */
  lowest(chain: number, depth: number): number {
    let part = chain;
    while (this.chains[part].length > depth) part = this.chains[part].below;
    return part;
  }

  /** The chain with this case on top. */
  private next(chain: number, tag: number, path: string): number {
    const { length, above } = this.chains[chain];
    const { names } = this.cases;
    if (length === this.depth) outOfRange(path, `at most ${this.depth} frames`, names[tag]);
    const allowed = names.filter((_, i) => above[i] !== undefined).join(', ') || 'none';
    return above[tag] ?? outOfRange(`${path}[${length}]`, `a case: ${allowed}`, names[tag]);
  }

  /** Packs a frame on top of a chain, all or nothing; the chain that it makes. */
  private place(
    words: Int32Array,
    at: number,
    chain: number,
    frame: Case<V>,
    path: string,
  ): number {
    const place = `${path}[${this.chains[chain].length}]`;
    const tag = this.cases.tagOf(frame, place);
    const entered = this.next(chain, tag, path);
    const variant = this.variants[tag];
    this.spare.fill(0);
    variant.write(this.spare, 0, frame as never, `${place}.${this.cases.names[tag]}`);
    move(this.spare, words, at + this.chains[entered].at, variant.bits);
    return entered;
  }

  /** The frames of a chain from the bottom up, each as the chain that it is on top of. */
  private framesOf(chain: number): readonly Chain[] {
    const frames: Chain[] = [];
    for (let c = chain; c > 0; c = this.chains[c].below) frames.unshift(this.chains[c]);
    return frames;
  }
}

/**
 * A call stack of at most `depth` frames; the last one is the running function. `follow` says which
 * functions a function calls: any, if it is left out.
 */
export function stack<V extends Variants>(
  frame: CasesSchema<V>,
  depth: number,
  follow?: Follow<V>,
): StackSchema<V> {
  demand('stack', 'cases, such as cases({ idle: {} })', frame instanceof CasesSchema, frame);
  return new StackSchema(frame, depth, follow);
}
