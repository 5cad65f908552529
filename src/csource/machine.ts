/**
 * A program of C that runs: threads that stop at yield points and go on, states as words, questions
 * about memory. Everything that is done for each transition is done inside of WebAssembly.
 */

import { InputError, Restart } from '../errors.ts';
import type { Site } from './compile/function-context.ts';
import type { Program } from './compile/program.ts';
import { FAULT_KINDS, FAULTS } from './fault-kinds.ts';
import { instantiateWasm, isTrap, type WasmModule } from './wasm/host.ts';

/** Where threads may be interrupted. */
export const grains = ['adaptive', 'access', 'calls'] as const;
export type Grain = (typeof grains)[number];

/** Of words, as in runtime.c. */
export const FLAGS = {
  writable: 8,
  dirty: 16,
  yieldRead: 32,
  yieldWrite: 64,
  observed: 128,
  foreign: 256,
  stack: 512,
  shared: 1024,
} as const;

/** Flags of words that nothing is known of but whose they are. */
const PLAIN = 15;
const PLANNED = FLAGS.yieldRead | FLAGS.yieldWrite | FLAGS.foreign | FLAGS.shared;

/**
 * What a search has to know of a program before it starts, and learns while it runs: which words of
 * memory change at all, which are yield points, and how much threads keep. It only grows.
 */
export interface Plan {
  /** Addresses of words that some thread writes, in the order of their place in a state. */
  readonly dirty: readonly number[];
  /** Address, flags and users of words that are more than dirty. */
  readonly words: readonly (readonly [address: number, flags: number, users: number])[];
  /** Most words that frames and stack of a thread take. */
  readonly threadWords: number;
  /** How many states were looked at to find it. */
  readonly explored: number;
}

export const emptyPlan: Plan = { dirty: [], words: [], threadWords: 0, explored: 0 };

/**
 * The search met something that its plan does not have: it has to begin again with a larger one.
 */
export class Outgrown extends Restart {
  readonly plan: Plan;

  constructor(plan: Plan) {
    super('the search has outgrown its plan');
    this.plan = plan;
  }
}

export interface Fault {
  readonly kind: number;
  readonly site: Site | undefined;
  readonly detail: number;
  readonly more: number;
}

export interface MachineOptions {
  readonly grain: Grain;
  /** Times round a loop in one segment. */
  readonly steps: number;
  /** May the plan grow while it runs, or is that `Outgrown`? */
  readonly learns: boolean;
  /** Are conflicts looked for, as adaptive yield points need it? */
  readonly detects: boolean;
  /** Compares all of memory after each step with what was recorded as written. */
  readonly checked: boolean;
}

/** A function entered or left. */
interface Note {
  readonly entered: boolean;
  /** Number of the function. */
  readonly fn: number;
  readonly value: number;
}

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  vm_begin(): void;
  vm_step(thread: number, choice: number): number;
  vm_load(): void;
  vm_save(): void;
  vm_ask(entry: number, stack: number): number;
  vm_initialise(entry: number, stack: number): void;
}

/** Status of a thread in the lowest bits of its head. */
const ENDED = 2;
const FAILED = 3;
/** Bits of the answer of a step, besides what became of it. */
const PROGRESSED = 4;
const SMALL = 8;

export class Machine {
  readonly program: Program;
  readonly words: number;
  /** The state that steps start from and end in. */
  readonly scratch: Int32Array;
  readonly memory: Uint8Array;
  private readonly exports: Exports;
  private readonly cells: Int32Array;
  private readonly flags: Uint16Array;
  private readonly options: MachineOptions;
  private readonly threadCount: number;
  private readonly room: number;
  private readonly threadWords: number;
  private readonly observerStack: number;
  private readonly savedAt: number;
  private readonly faultAt: number;
  private readonly grownAt: number;
  private shadow: Uint8Array | undefined;
  /** Heads of threads in words of a state. */
  private readonly heads: readonly number[];

  constructor(program: Program, module: WasmModule, plan: Plan, options: MachineOptions) {
    this.program = program;
    this.options = options;
    this.exports = instantiateWasm(module) as unknown as Exports;
    const { buffer } = this.exports.memory;
    this.memory = new Uint8Array(buffer);
    this.cells = new Int32Array(buffer);
    this.threadCount = program.threads.length;
    const most = (program.dataHi - program.dataLo) / 4;
    this.room = options.learns ? Math.min(most, 2 * plan.dirty.length + 64) : plan.dirty.length;
    const largest = (program.frameBytes + program.stackBytes) / 4;
    this.threadWords = options.learns
      ? Math.min(largest, 2 * plan.threadWords + 32)
      : plan.threadWords;
    this.words = this.room + this.threadCount * (2 + this.threadWords);
    this.scratch = new Int32Array(buffer, this.cell('vm_scratch'), this.words);
    this.flags = new Uint16Array(buffer, this.cell('vm_flags'), program.dataHi / 4);
    this.savedAt = this.cell('vm_saved') >> 2;
    this.faultAt = this.cell('vm_fault_kind') >> 2;
    this.grownAt = this.cell('vm_grown') >> 2;
    this.observerStack = program.stacksLo + (this.threadCount + 1) * program.stackBytes;
    this.heads = program.threads.map((_, i) => this.room + i * (2 + this.threadWords));
    this.configure(plan);
  }

  private cell(name: string): number {
    const address = this.program.cells.get(name);
    if (address === undefined) throw new Error(`the runtime has no ${name}`);
    return address;
  }

  private read(name: string): number {
    return this.cells[this.cell(name) >> 2];
  }

  private write(name: string, value: number): void {
    this.cells[this.cell(name) >> 2] = value;
  }

  private configure(plan: Plan): void {
    const { program } = this;
    this.write('vm_data_lo', program.dataLo);
    this.write('vm_data_hi', program.dataHi);
    this.write('vm_stacks_lo', program.stacksLo);
    this.write('vm_stack_bytes', program.stackBytes);
    this.write('vm_thread_count', this.threadCount);
    this.write('vm_thread_words', this.threadWords);
    this.write('vm_dirty_room', this.room);
    this.write('vm_words', this.words);
    this.write('vm_steps', this.options.steps);
    this.write('vm_note_room', 3 * 4096);
    this.write('vm_grain', grains.indexOf(this.options.grain));
    this.write('vm_detect', this.options.grain === 'adaptive' && this.options.detects ? 1 : 0);
    this.write('vm_checked', this.options.checked ? 1 : 0);
    this.write('vm_function_bytes', 8 * (program.functions.length + 0));
    this.write('vm_thread', -1);
    const windows = new BigUint64Array(
      this.memory.buffer,
      this.cell('vm_windows'),
      3 * program.windows.length,
    );
    for (const [i, { at, bytes, to }] of program.windows.entries()) {
      windows.set([at, BigInt(bytes), BigInt(to)], 3 * i);
      this.flags.fill(4 | FLAGS.writable, to >> 2, (to + bytes) >> 2);
    }
    this.write('vm_window_count', program.windows.length);
    for (const { address, bytes, constant } of program.globals) {
      const own = constant ? 0 : FLAGS.writable;
      this.flags.fill(4 | own, address >> 2, (address + bytes) >> 2);
      if (bytes % 4 !== 0) this.flags[(address + bytes) >> 2] = (bytes % 4) | own;
    }
    const stack = 4 | FLAGS.writable | FLAGS.stack | FLAGS.dirty;
    this.flags.fill(stack, program.stacksLo >> 2, program.dataHi >> 2);
    for (const [i, entry] of program.threads.entries()) {
      const at = (this.cell('vm_threads') >> 2) + 8 * i;
      const frames = program.framesLo + i * program.frameBytes;
      const top = program.stacksLo + (i + 1) * program.stackBytes;
      this.cells.set([0, frames, frames, top, top, frames + program.frameBytes, entry, 0], at);
    }
    const users = this.cell('vm_users') >> 2;
    for (const [address, flags, who] of plan.words) {
      this.flags[address >> 2] |= flags;
      this.cells[users + (address >> 2)] = who;
    }
    for (const address of plan.dirty) this.flags[address >> 2] |= FLAGS.dirty;
    this.explored = plan.explored;
    this.initialise(plan);
  }

  private initialise(plan: Plan): void {
    const { initialise } = this.program;
    if (initialise !== undefined) {
      try {
        this.exports.vm_initialise(initialise, this.observerStack);
      } catch (error) {
        throw new InputError(`initialisation fails: ${trapOf(error)}`);
      }
      const fault = this.fault();
      const tells = fault.kind === FAULTS.assertion || fault.kind === FAULTS.panic;
      if (fault.kind !== 0)
        throw new InitialisationFault(fault, tells ? this.text(fault.detail) : '');
    }
    const dirty = this.cell('vm_dirty') >> 2;
    const initial = this.cell('vm_initial') >> 2;
    for (const [i, address] of plan.dirty.entries()) {
      this.cells[dirty + i] = address;
      this.cells[initial + i] = this.cells[address >> 2];
    }
    this.write('vm_dirty_count', plan.dirty.length);
    this.write('vm_grown', 0);
    this.exports.vm_save();
    if (this.options.checked) this.shadow = this.memory.slice(0, this.program.dataHi);
  }

  /** The initial state to scratch. */
  initial(): void {
    this.scratch.fill(0);
  }

  /** The state in scratch is the one whose successors are wanted. */
  begin(): void {
    this.exports.vm_begin();
  }

  /** Puts the state that a thread comes to into scratch: 0 blocked, 1 moved, 2 a fault. */
  step(thread: number, choice: number): number {
    let answer: number;
    try {
      answer = this.exports.vm_step(thread, choice);
    } catch (error) {
      this.trapped = trapOf(error);
      answer = this.trap(thread);
    }
    if (answer >= SMALL && ((answer & SMALL) !== 0 || !this.options.learns)) {
      throw new Outgrown(this.plan());
    }
    this.progressed = (answer & PROGRESSED) !== 0;
    return answer & 3;
  }

  /** Did the last step write anything that others may see, or end its thread? */
  progressed = false;

  /** The state of the last `begin`. */
  before(): Int32Array {
    return this.cells.slice(this.savedAt, this.savedAt + this.words);
  }

  /** What WebAssembly says of a step that it did not end. */
  trapped = '';

  /** A step that WebAssembly ended: the thread has failed. */
  private trap(thread: number): number {
    const at = (this.cell('vm_threads') >> 2) + 8 * thread;
    const site = this.read('vm_call_site');
    this.write('vm_fault_kind', FAULT_KINDS.trap);
    this.write('vm_fault_site', site);
    this.write('vm_fault_detail', 0);
    this.cells[at] = FAILED | (FAULT_KINDS.trap << 3) | (site << 8);
    this.cells[at + 2] = this.cells[at + 1];
    this.cells[at + 4] = this.cells[at + 3];
    this.exports.vm_save();
    return 2 | PROGRESSED;
  }

  /** Number of the head of a thread in the state in scratch. */
  head(thread: number): number {
    return this.scratch[this.heads[thread]];
  }

  /** How many choices a thread has in the state of the last `begin`. */
  choicesOf(thread: number): number {
    return Machine.choices(this.headBefore(thread));
  }

  /** Head of a thread in the state of the last `begin`. */
  headBefore(thread: number): number {
    return this.cells[this.savedAt + this.heads[thread]];
  }

  /** How many choices a thread has in a head. */
  static choices(head: number): number {
    const status = head & 7;
    if (status >= ENDED) return 0;
    return status === 0 ? 1 : (head >> 3) & 31;
  }

  static ended(head: number): boolean {
    return (head & 7) >= ENDED;
  }

  static failed(head: number): boolean {
    return (head & 7) === FAILED;
  }

  /** Number of the site that a thread has stopped at, -1 before it has started. */
  static siteOf(head: number): number {
    return (head & 7) === 1 ? head >>> 8 : -1;
  }

  fault(): Fault {
    return {
      kind: this.read('vm_fault_kind'),
      site: this.program.sites[this.read('vm_fault_site')],
      detail: this.read('vm_fault_detail'),
      more: this.read('vm_fault_more'),
    };
  }

  /** Memory as in the state in scratch. */
  load(): void {
    this.exports.vm_load();
  }

  /** The answer of a question about memory as it is; the fault tells whether it could be asked. */
  ask(question: number): number {
    let answer: number;
    try {
      answer = this.exports.vm_ask(this.program.questions[question], this.observerStack);
    } catch (error) {
      this.trapped = trapOf(error);
      this.write('vm_fault_kind', FAULT_KINDS.trap);
      return 0;
    }
    if (!this.options.learns && this.cells[this.grownAt] !== 0) throw new Outgrown(this.plan());
    return answer;
  }

  /** Why the last question was answered with no, if the C says so. */
  because(): string | undefined {
    const text = this.read('vm_because_text');
    if (text === 0) return undefined;
    const values = ['a', 'b', 'c'].map((name) => this.read(`vm_because_${name}`));
    return this.text(text).replaceAll(/%[l]*([duxsc%])/g, (_, kind: string) => {
      if (kind === '%') return '%';
      const value = values.shift() ?? 0;
      if (kind === 's') return this.text(value);
      if (kind === 'c') return String.fromCharCode(value);
      return kind === 'd' ? String(value) : (value >>> 0).toString(kind === 'x' ? 16 : 10);
    });
  }

  /** Gives each site the number of its statement, and answers which statements have run. */
  setStatements(ofSites: readonly number[], count: number): Uint8Array {
    this.cells.set(ofSites, this.cell('vm_lines') >> 2);
    return this.memory.subarray(this.cell('vm_covered'), this.cell('vm_covered') + count);
  }

  get faultKind(): number {
    return this.cells[this.faultAt];
  }

  /** Has it learnt something since it was made? */
  get grown(): boolean {
    return this.read('vm_grown') !== 0;
  }

  set tracing(on: boolean) {
    this.write('vm_tracing', on ? 1 : 0);
  }

  notes(): Note[] {
    const at = this.cell('vm_notes') >> 2;
    return Array.from({ length: this.read('vm_note_count') / 3 }, (_, i) => ({
      entered: this.cells[at + 3 * i] === 0,
      fn: this.cells[at + 3 * i + 1],
      value: this.cells[at + 3 * i + 2],
    }));
  }

  /** States looked at so far, for the plan. */
  explored = 0;

  /** What is known by now. */
  plan(): Plan {
    const count = this.read('vm_dirty_count');
    const first = this.cell('vm_dirty') >> 2;
    const dirty = Array.from(this.cells.subarray(first, first + count));
    const words: [number, number, number][] = [];
    const users = this.cell('vm_users') >> 2;
    for (let word = 0; word < this.flags.length; word++) {
      const flags = this.flags[word];
      if (flags <= PLAIN) continue;
      const who = this.cells[users + word];
      if ((flags & FLAGS.stack) !== 0 && (flags & FLAGS.foreign) === 0) continue;
      // That a word changes is told by its place in the state.
      const own = flags & PLANNED;
      if (own !== 0 || (flags & FLAGS.dirty) !== 0) words.push([4 * word, own, who]);
    }
    const short = this.read('vm_short');
    const threadWords = short === 2 ? 2 * this.threadWords + 32 : this.usedThreadWords;
    const { explored } = this;
    return { dirty, words, threadWords: Math.max(threadWords, this.usedThreadWords), explored };
  }

  /** Most words that a thread has kept in a state that was looked at. */
  usedThreadWords = 0;

  /** Looks how much the threads keep in the state in scratch. */
  measure(): void {
    for (const head of this.heads) {
      const sizes = this.scratch[head + 1];
      const used = (sizes & 0xffff) + (sizes >>> 16);
      if (used > this.usedThreadWords) this.usedThreadWords = used;
    }
  }

  /** The stack of a thread in scratch: how many words of frames it has. */
  framesOf(thread: number): Int32Array {
    const head = this.heads[thread];
    const frames = this.scratch[head + 1] & 0xffff;
    return this.scratch.subarray(head + 2, head + 2 + frames);
  }

  /** After a step in checked mode: the address of a word that changed and was not recorded. */
  unrecorded(): number | undefined {
    const { shadow, program } = this;
    if (shadow === undefined) return undefined;
    const recorded = new Set<number>();
    const at = this.cell('vm_writes') >> 2;
    for (let i = 0; i < this.read('vm_write_count'); i++) recorded.add(this.cells[at + i]);
    const before = new Int32Array(shadow.buffer, 0, program.stacksLo >> 2);
    for (let word = program.dataLo >> 2; word < before.length; word++) {
      if (before[word] !== this.cells[word] && !recorded.has(word)) return 4 * word;
    }
    return undefined;
  }

  /** In checked mode: memory as it is before a step. */
  remember(): void {
    this.shadow?.set(this.memory.subarray(0, this.program.dataHi));
  }

  text(address: number): string {
    let text = '';
    for (let at = address >>> 0; at < this.program.dataHi && this.memory[at] !== 0; at++) {
      text += String.fromCharCode(this.memory[at]);
      if (text.length > 400) break;
    }
    return text;
  }
}

/** The C that initialises fails. */
export class InitialisationFault extends Error {
  readonly fault: Fault;
  /** Of an assertion. */
  readonly text: string;

  constructor(fault: Fault, text: string) {
    super('initialisation fails');
    this.fault = fault;
    this.text = text;
  }
}

function trapOf(error: unknown): string {
  if (isTrap(error)) return error.message;
  throw error;
}
