/**
 * A program of C that runs: threads that stop at yield points and go on, states as words, questions
 * about memory. Everything that is done for each transition is done inside of WebAssembly.
 */

import type { Program } from '../compile/program.ts';
import { configure, flagsOf, HEAD_WORDS, type MachineOptions, sizesOf } from './configure.ts';
import { FAULT_KINDS } from '../fault-kinds.ts';
import { initialise } from './initialise.ts';
import { type Fault, lastFault, lastNotes, lastReason, type Note } from './messages.ts';
import { Outgrown, type Plan, plannedWords } from './plan.ts';
import { Runtime } from './runtime.ts';
import { choicesOf, failedHead } from './thread-head.ts';
import { trapOf, type WasmModule } from '../wasm/host.ts';
import { WriteCheck } from './write-check.ts';

/** Bits of the answer of a step, besides what became of it. */
const PROGRESSED = 4;
const SMALL = 8;
/** Words of `struct thread` of runtime.c. */
const THREAD_WORDS = 8;
/** What `vm_short` says where a thread keeps more than there is room for. */
const SHORT_OF_THREAD_WORDS = 2;

export class Machine {
  readonly program: Program;
  readonly words: number;
  /** The state that steps start from and end in. */
  readonly scratch: Int32Array;
  readonly memory: Uint8Array;
  /** Did the last step write anything that others may see, or end its thread? */
  progressed = false;
  /** What WebAssembly says of a step that it did not end. */
  trapped = '';
  private readonly runtime: Runtime;
  private readonly options: MachineOptions;
  private readonly flags: Uint16Array;
  private readonly threadWords: number;
  /** States looked at so far, for the plan. */
  private readonly explored: number;
  private readonly observerStack: number;
  private readonly savedAt: number;
  private readonly faultAt: number;
  private readonly grownAt: number;
  private readonly writeCheck: WriteCheck | undefined;
  /** Heads of threads in words of a state. */
  private readonly heads: readonly number[];
  /** Most words that a thread has kept in a state that was looked at. */
  private usedThreadWords = 0;

  constructor(program: Program, module: WasmModule, plan: Plan, options: MachineOptions) {
    this.program = program;
    this.options = options;
    this.runtime = new Runtime(program, module);
    const { runtime } = this;
    const sizes = sizesOf(program, plan, options.learns);
    this.memory = runtime.memory;
    this.words = sizes.words;
    this.threadWords = sizes.threadWords;
    this.scratch = runtime.table('vm_scratch', sizes.words);
    this.flags = flagsOf(runtime, program);
    this.savedAt = runtime.wordOf('vm_saved');
    this.faultAt = runtime.wordOf('vm_fault_kind');
    this.grownAt = runtime.wordOf('vm_grown');
    const threads = program.threads.length;
    this.observerStack = program.stacksLo + (threads + 1) * program.stackBytes;
    this.heads = program.threads.map((_, i) => sizes.room + i * (HEAD_WORDS + sizes.threadWords));
    this.explored = plan.explored;
    configure(runtime, program, plan, options, sizes);
    initialise(runtime, program, plan, this.observerStack);
    if (options.checked) this.writeCheck = new WriteCheck(runtime, program);
  }

  /** The initial state to scratch. */
  initial(): void {
    this.scratch.fill(0);
  }

  /** The state in scratch is the one whose successors are wanted. */
  begin(): void {
    this.runtime.exports.vm_begin();
  }

  /** Puts the state that a thread comes to into scratch: 0 blocked, 1 moved, 2 a fault. */
  step(thread: number, choice: number): number {
    let answer: number;
    try {
      answer = this.runtime.exports.vm_step(thread, choice);
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

  /** A step that WebAssembly ended: the thread has failed. */
  private trap(thread: number): number {
    const { runtime } = this;
    const { cells } = runtime;
    const at = runtime.wordOf('vm_threads') + THREAD_WORDS * thread;
    const site = runtime.read('vm_call_site');
    runtime.write('vm_fault_kind', FAULT_KINDS.trap);
    runtime.write('vm_fault_site', site);
    runtime.write('vm_fault_detail', 0);
    cells[at] = failedHead(FAULT_KINDS.trap, site);
    // Neither frames nor a stack are left.
    cells[at + 2] = cells[at + 1];
    cells[at + 4] = cells[at + 3];
    runtime.exports.vm_save();
    return 2 | PROGRESSED;
  }

  /** The state of the last `begin`. */
  before(): Int32Array {
    return this.runtime.cells.slice(this.savedAt, this.savedAt + this.words);
  }

  /** The head of a thread in the state in scratch. */
  head(thread: number): number {
    return this.scratch[this.heads[thread]];
  }

  /** Head of a thread in the state of the last `begin`. */
  headBefore(thread: number): number {
    return this.runtime.cells[this.savedAt + this.heads[thread]];
  }

  /** How many choices a thread has in the state of the last `begin`. */
  choicesOf(thread: number): number {
    return choicesOf(this.headBefore(thread));
  }

  /** Of the last step or question. */
  fault(): Fault {
    return lastFault(this.runtime, this.program);
  }

  get faultKind(): number {
    return this.runtime.cells[this.faultAt];
  }

  /** Memory as in the state in scratch. */
  load(): void {
    this.runtime.exports.vm_load();
  }

  /** The answer of a question about memory as it is; the fault tells whether it could be asked. */
  ask(question: number): number {
    const { runtime } = this;
    let answer: number;
    try {
      answer = runtime.exports.vm_ask(this.program.questions[question], this.observerStack);
    } catch (error) {
      this.trapped = trapOf(error);
      runtime.write('vm_fault_kind', FAULT_KINDS.trap);
      return 0;
    }
    if (!this.options.learns && runtime.cells[this.grownAt] !== 0) throw new Outgrown(this.plan());
    return answer;
  }

  /** Why the last question was answered with no, if the C says so. */
  because(): string | undefined {
    return lastReason(this.runtime, this.program);
  }

  /** A text of C in memory. */
  text(address: number): string {
    return this.runtime.text(address, this.program.dataHi);
  }

  /** Gives each site the number of its statement, and answers which statements have run. */
  setStatements(ofSites: readonly number[], count: number): Uint8Array {
    this.runtime.table('vm_lines', ofSites.length).set(ofSites);
    const covered = this.runtime.addressOf('vm_covered');
    return this.memory.subarray(covered, covered + count);
  }

  set tracing(on: boolean) {
    this.runtime.write('vm_tracing', on ? 1 : 0);
  }

  /** Functions entered and left in the last step, while tracing. */
  notes(): Note[] {
    return lastNotes(this.runtime);
  }

  /** Has it learnt something since it was made? */
  get grown(): boolean {
    return this.runtime.cells[this.grownAt] !== 0;
  }

  /** What is known by now. */
  plan(): Plan {
    const { runtime, flags, explored } = this;
    const short = runtime.read('vm_short') === SHORT_OF_THREAD_WORDS;
    const wanted = short ? 2 * this.threadWords + 32 : 0;
    return {
      dirty: Array.from(runtime.table('vm_dirty', runtime.read('vm_dirty_count'))),
      words: plannedWords(flags, runtime.table('vm_users', flags.length)),
      threadWords: Math.max(wanted, this.usedThreadWords),
      explored,
    };
  }

  /** Looks how much the threads keep in the state in scratch. */
  measure(): void {
    for (const head of this.heads) {
      const sizes = this.scratch[head + 1];
      const used = (sizes & 0xffff) + (sizes >>> 16);
      if (used > this.usedThreadWords) this.usedThreadWords = used;
    }
  }

  /** In checked mode: memory as it is before a step. */
  remember(): void {
    this.writeCheck?.remember();
  }

  /** After a step in checked mode: the address of a word that changed and was not recorded. */
  unrecorded(): number | undefined {
    return this.writeCheck?.unrecorded();
  }
}
