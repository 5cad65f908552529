/**
 * Where a thread is: the frame on top of its call stack, and the statement in it. There are two
 * kinds of positions. In a search the whole position is read off the words of the state: the chain
 * of the stack tells the operation and where its program counter lies, so that nothing is looked up
 * by name. In a replay the stack is a plain array, and each frame says what it is.
 */

import { ModelError } from '../errors.ts';
import { get, put } from '../state/schema.ts';
import type { Stack, StackView } from '../state/stack-view.ts';
import type { Compiled } from './compile.ts';
import type { Frame } from './thread-stacks.ts';

export interface ControlPoint<K> {
  /** The frame on top; what it is once the stack is empty is not defined. */
  frame: Frame;
  operation: Compiled;
  /** The statement: an index into the code of the operation. */
  pc: number;
  /** Takes up the position of a thread; false if its stack is empty. */
  find(k: K, thread: number): boolean;
  /** Goes to another statement of the operation. */
  jump(pc: number): void;
  /** Calls an operation: its frame is blank. */
  enter(callee: Compiled): void;
  /** Returns to the caller; false if there is none. */
  leave(): boolean;
}

/** What a machine knows of a chain of its stacks. */
interface Site {
  readonly operation: Compiled;
  /** The place of the program counter, inside the stack. */
  readonly pcAt: number;
  readonly pcBits: number;
}

/** Positions in the words that `view` shows; `first` is the stack of each thread. */
export class PackedControlPoint<K> implements ControlPoint<K> {
  frame!: Frame;
  operation!: Compiled;
  pc = 0;
  private stack!: StackView<Frame>;
  private site!: Site;
  private readonly words: Int32Array;
  private readonly stacks: readonly StackView<Frame>[];
  /** By chain; the empty one has none. */
  private readonly sites: readonly (Site | undefined)[];

  constructor(
    words: Int32Array,
    stacks: readonly StackView<Frame>[],
    operations: readonly Compiled[],
  ) {
    this.words = words;
    this.stacks = stacks;
    const { schema } = stacks[0];
    this.sites = schema.chains.map(({ tag }, chain) => {
      if (tag < 0) return undefined;
      const [pcAt, pcBits] = schema.placeOf(chain, 'pc');
      return { operation: operations[tag], pcAt, pcBits };
    });
  }

  find(_k: K, thread: number): boolean {
    this.stack = this.stacks[thread];
    return this.read();
  }

  jump(pc: number): void {
    const { pcAt, pcBits } = this.site;
    this.pc = pc;
    put(this.words, this.stack.first + pcAt, pcBits, pc);
  }

  enter({ tag }: Compiled): void {
    this.stack.enter(tag);
    this.read();
  }

  leave(): boolean {
    this.stack.pop();
    return this.read();
  }

  private read(): boolean {
    const { stack } = this;
    const site = this.sites[stack.chain];
    if (site === undefined) return false;
    this.site = site;
    this.operation = site.operation;
    this.frame = stack.top;
    this.pc = get(this.words, stack.first + site.pcAt, site.pcBits);
    return true;
  }
}

/** Positions in plain values, and in drafts of them. */
export class PlainControlPoint<K> implements ControlPoint<K> {
  frame!: Frame;
  operation!: Compiled;
  pc = 0;
  private stack!: Stack<Frame>;
  private readonly stackOf: (k: K, thread: number) => Stack<unknown>;
  private readonly operations: ReadonlyMap<string, Compiled>;

  constructor(
    stackOf: (k: K, thread: number) => Stack<unknown>,
    operations: ReadonlyMap<string, Compiled>,
  ) {
    this.stackOf = stackOf;
    this.operations = operations;
  }

  find(k: K, thread: number): boolean {
    this.stack = this.stackOf(k, thread) as Stack<Frame>;
    return this.read();
  }

  jump(pc: number): void {
    this.pc = pc;
    this.frame.pc = pc;
  }

  enter({ blank }: Compiled): void {
    this.stack.push({ ...blank });
    this.read();
  }

  leave(): boolean {
    this.stack.pop();
    return this.read();
  }

  private read(): boolean {
    const frame = this.stack.at(-1);
    if (frame === undefined) return false;
    const operation = this.operations.get(frame.in);
    if (operation === undefined) throw new ModelError(`${frame.in} is not an operation`);
    this.frame = frame;
    this.operation = operation;
    this.pc = frame.pc;
    return true;
  }
}
