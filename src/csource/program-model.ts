/**
 * A program of C as a model: a state is what memory and suspended threads hold, a step is a thread
 * that goes on from one yield point to its next.
 */

import { InputError } from '../errors.ts';
import type { StateInvariant, StepInfo } from '../explorer/model.ts';
import type { Rerun } from '../explorer/rerun.ts';
import type { Statement, Step } from '../explorer/statement.ts';
import type { ReducibleModel } from '../reduction/capabilities.ts';
import type { Change, Replayed, Replayer, ViolatedInvariant } from '../system.ts';
import type { Site } from './compile/function-context.ts';
import type { Program } from './compile/program.ts';
import { FAULT_KINDS } from './fault-kinds.ts';
import { type Fault, Machine, type MachineOptions, type Plan } from './machine.ts';
import { Names } from './names.ts';
import type { WasmModule } from './wasm/host.ts';

/** What a fault violates; the order is that of the bits of `violated`. */
export const FAULT_INVARIANTS = [
  {
    name: 'null-pointer',
    sentence: 'no access goes through a null pointer',
    kinds: [FAULT_KINDS.nullPointer],
  },
  {
    name: 'wild-pointer',
    sentence:
      'every access lies within an object that exists and may be written to if it is written',
    kinds: [
      FAULT_KINDS.wildPointer,
      FAULT_KINDS.constant,
      FAULT_KINDS.dangling,
      FAULT_KINDS.wildCall,
    ],
  },
  {
    name: 'undefined-behaviour',
    sentence: 'nothing is done whose behaviour C leaves undefined',
    kinds: [FAULT_KINDS.undefined, FAULT_KINDS.trap],
  },
  { name: 'assertion', sentence: 'every assertion holds', kinds: [FAULT_KINDS.assertion] },
  { name: 'panic', sentence: 'the kernel does not panic', kinds: [FAULT_KINDS.panic] },
  {
    name: 'missing-function',
    sentence: 'no function is called that is defined nowhere',
    kinds: [FAULT_KINDS.missing],
  },
  {
    name: 'endless-loop',
    sentence: 'every loop comes to a yield point or to its end',
    kinds: [FAULT_KINDS.endless],
  },
  {
    name: 'stack-overflow',
    sentence: 'the stack of every thread is large enough',
    kinds: [FAULT_KINDS.stackFull, FAULT_KINDS.framesFull],
  },
  {
    name: 'environment',
    sentence: 'the environment asks vmcheck only for what there is',
    kinds: [FAULT_KINDS.choice],
  },
] as const;

/** What clang's checks of undefined behaviour find, by their numbers. */
const UNDEFINED: Readonly<Record<number, string>> = {
  0: 'a sum overflows',
  1: 'a place is reached that cannot be reached',
  3: 'a division by zero, or one that overflows',
  5: 'a number is converted to a type that does not have it',
  6: 'a call does not agree with what is called',
  8: 'a builtin is called with an argument that it does not take',
  10: 'a value is read that is none of its type',
  11: 'a function ends without the value that it promises',
  12: 'a product overflows',
  13: 'the opposite of a number overflows',
  18: 'an index lies beyond the end of an array',
  19: 'a pointer overflows',
  20: 'a shift by too many bits, or of a negative number',
  21: 'a difference overflows',
  22: 'an access is misaligned or too large for its object',
  24: 'an array has a length that is not positive',
  254: '__builtin_trap is reached',
  255: 'a place is reached that cannot be reached',
};

interface ModelInvariant {
  readonly name: string;
  readonly sentence: string;
  /** Number of the question. */
  readonly question: number;
  readonly when: 'always' | 'finished';
}

export interface ProgramModelOptions {
  readonly threads: readonly string[];
  readonly invariants: readonly ModelInvariant[];
  /** Names of the invariants of faults that are wanted. */
  readonly faults: readonly string[];
  /** Question that answers whether nothing more has to come. */
  readonly finished: number | undefined;
  readonly machine: Omit<MachineOptions, 'learns' | 'checked' | 'detects'>;
  /** Text of a line of a source. */
  readonly line: (file: string, line: number) => string;
  /** Names of variables of which `show --view full` tells the values. */
  readonly show: readonly string[];
  /** May yield points be added while it runs? Not when a trace is run again. */
  readonly fixedYields: boolean;
}

/** Statements of sites: one for each line of a function, then one for the start of each thread. */
function statementsOf(
  program: Program,
  { threads, line: textOf }: Pick<ProgramModelOptions, 'threads' | 'line'>,
): { readonly statements: Statement[]; readonly ofSites: number[] } {
  const statements: Statement[] = [];
  const numbers = new Map<string, number>();
  const reached = new Set(program.functions.flatMap((fn) => (fn.reached ? [fn.name] : [])));
  const ofSites = program.sites.map(({ file, line, fn, what, stops }) => {
    // Where no thread stops, no step begins.
    if (!stops || !reached.has(fn)) return 0;
    const key = `${fn}\0${file}\0${line}`;
    let number = numbers.get(key);
    if (number === undefined) {
      number = statements.length;
      numbers.set(key, number);
      const text = line > 0 ? textOf(file, line) : '';
      statements.push({ operation: fn, file, line, token: text === '' ? what : text });
    }
    return number;
  });
  for (const [i, name] of threads.entries()) {
    const { name: operation, file, line } = entryOf(program, i);
    statements.push({ operation, file, line, token: `start of ${name}` });
  }
  return { statements, ofSites };
}

function entryOf(program: Program, thread: number): { name: string; file: string; line: number } {
  const name = program.threadFunctions[thread];
  const found = program.functions.find((fn) => fn.name === name);
  return { name, file: found?.file ?? '', line: found?.line ?? 0 };
}

export class ProgramModel implements ReducibleModel {
  readonly words: number;
  readonly scratch: Int32Array;
  readonly threads: readonly string[];
  readonly statements: readonly Statement[];
  readonly stateInvariants: readonly StateInvariant[];
  readonly stepInvariants: readonly { readonly name: string; readonly ignored: boolean }[];
  readonly step: StepInfo & { violated: number };
  readonly dependencies = 'who may touch what is found out while C runs, not beforehand';
  readonly symmetry = 'nothing in C is known to be interchangeable';
  readonly replayer: Replayer<Int32Array>;
  readonly machine: Machine;
  private readonly program: Program;
  private readonly options: ProgramModelOptions;
  private readonly names: Names;
  private readonly statementOfSite: readonly number[];
  private readonly bitOfFault: ReadonlyMap<number, number>;
  private readonly allFaults: number;
  /** Steps that only look, made once; and one that does not, while they are visited. */
  private readonly kept: Kept[] = [];
  private readonly moving: Int32Array;
  /** Of the step being visited. */
  private lastFault: Fault | undefined;

  constructor(program: Program, module: WasmModule, plan: Plan, options: ProgramModelOptions) {
    this.program = program;
    this.options = options;
    this.threads = options.threads;
    const detects = !options.fixedYields;
    const learns = options.fixedYields;
    this.machine = new Machine(program, module, plan, {
      ...options.machine,
      learns,
      checked: false,
      detects,
    });
    const { machine } = this;
    this.words = machine.words;
    this.scratch = machine.scratch;
    this.moving = new Int32Array(machine.words);
    this.names = new Names(program, options.threads);
    const { statements, ofSites } = statementsOf(program, options);
    this.statements = statements;
    this.statementOfSite = ofSites;
    this.bitOfFault = new Map(
      FAULT_INVARIANTS.flatMap(({ kinds }, bit) => kinds.map((kind) => [kind, bit] as const)),
    );
    this.stepInvariants = FAULT_INVARIANTS.map(({ name }) => {
      return { name, ignored: !options.faults.includes(name) };
    });
    this.allFaults = FAULT_INVARIANTS.reduce(
      (bits, { name }, bit) => (options.faults.includes(name) ? bits | (1 << bit) : bits),
      0,
    );
    this.step = {
      checked: this.allFaults,
      violated: 0,
      covered: machine.setStatements(ofSites, statements.length),
      explain: () =>
        this.lastFault === undefined ? '' : this.faultSentence(this.lastFault, machine),
    };
    this.stateInvariants = options.invariants.map((invariant) => this.stateInvariant(invariant));
    this.replayer = new ProgramReplayer(this, program, module, plan, options, this.names);
  }

  private stateInvariant({ name, sentence, question, when }: ModelInvariant): StateInvariant {
    return {
      name,
      applies: () => when === 'always' || this.allEnded(),
      violation: () => {
        if (this.failed()) return undefined;
        if (when === 'finished' && !this.allEnded()) return undefined;
        this.machine.load();
        return this.answer(this.machine, name, sentence, question);
      },
    };
  }

  /** Why the state in memory breaks an invariant. */
  answer(machine: Machine, name: string, sentence: string, question: number): string | undefined {
    const holds = machine.ask(question);
    if (machine.faultKind !== 0) {
      const fault = machine.fault();
      const told = this.faultSentence(fault, machine);
      if (fault.kind === FAULT_KINDS.observerWrites) {
        throw new InputError(`the invariant ${name} writes: ${told}`);
      }
      return `it cannot be asked: ${told}`;
    }
    if (holds !== 0) return undefined;
    return machine.because() ?? `it does not hold that ${sentence}`;
  }

  private allEnded(): boolean {
    for (let thread = 0; thread < this.threads.length; thread++) {
      if (!Machine.ended(this.machine.head(thread))) return false;
    }
    return true;
  }

  private failed(): boolean {
    for (let thread = 0; thread < this.threads.length; thread++) {
      if (Machine.failed(this.machine.head(thread))) return true;
    }
    return false;
  }

  initialStates(visit: () => void): void {
    this.machine.initial();
    visit();
  }

  /**
   * Steps of threads that only look are kept back until one is found that does something:
   * where there is none, every thread may be going round in a loop that waits for
   * another, and that is a deadlock.
   */
  successors(visit: (thread: number, statement: number, choice: number) => void): void {
    const { machine, scratch, step } = this;
    if (this.failed()) return;
    machine.begin();
    const count = this.threads.length;
    let kept = 0;
    let moves = false;
    for (let thread = 0; thread < count; thread++) {
      const head = machine.headBefore(thread);
      const choices = Machine.choices(head);
      for (let choice = 0; choice < choices; choice++) {
        const answer = machine.step(thread, choice);
        if (answer === 0) continue;
        // What is asked while a step is visited has faults of its own.
        const fault = answer === 2 ? machine.fault() : undefined;
        const statement = this.statementAt(thread, head);
        step.covered[statement] = 1;
        if (!moves && answer === 1 && !machine.progressed) {
          this.keep(kept++, thread, statement, choice);
          continue;
        }
        if (!moves) {
          moves = true;
          if (kept > 0) {
            this.moving.set(scratch);
            this.visitKept(kept, visit);
            scratch.set(this.moving);
          }
        }
        this.lastFault = fault;
        step.violated = fault === undefined ? 0 : this.bit(fault.kind);
        visit(thread, statement, choice);
      }
    }
    if (moves || kept === 0) return;
    if (!goesRound(machine, count)) this.visitKept(kept, visit);
  }

  private keep(at: number, thread: number, statement: number, choice: number): void {
    let one = this.kept.at(at);
    if (one === undefined) {
      one = { thread, statement, choice, words: new Int32Array(this.words) };
      this.kept.push(one);
    }
    one.thread = thread;
    one.statement = statement;
    one.choice = choice;
    one.words.set(this.scratch);
  }

  private visitKept(
    count: number,
    visit: (thread: number, statement: number, choice: number) => void,
  ): void {
    this.step.violated = 0;
    for (let i = 0; i < count; i++) {
      const { thread, statement, choice, words } = this.kept[i];
      this.scratch.set(words);
      visit(thread, statement, choice);
    }
  }

  private bit(kind: number): number {
    return (1 << (this.bitOfFault.get(kind) ?? 0)) & this.allFaults;
  }

  statementAt(thread: number, head: number): number {
    const site = Machine.siteOf(head);
    return site < 0
      ? this.statements.length - this.threads.length + thread
      : this.statementOfSite[site];
  }

  isFinal(): boolean {
    if (this.failed() || this.allEnded()) return true;
    const { finished } = this.options;
    if (finished === undefined) return false;
    this.machine.load();
    return this.machine.ask(finished) !== 0;
  }

  placeOf({ file, line, fn }: Site): string {
    return `${file}:${line} in ${fn}`;
  }

  faultSentence({ kind, site, detail, more }: Fault, machine: Machine): string {
    const where = site === undefined ? '' : ` at ${this.placeOf(site)}`;
    const access = (more & 2) !== 0 ? 'a write' : 'a read';
    switch (kind) {
      case FAULT_KINDS.nullPointer:
        return detail === 0
          ? `${access} through a null pointer${where}`
          : `${access} through a null pointer, ${detail} bytes beyond it${where}`;
      case FAULT_KINDS.wildPointer:
        return `${access} beyond every object, ${this.nearest(detail)}${where}`;
      case FAULT_KINDS.constant:
        return `a write to ${this.names.placeOf(detail)}, which is constant${where}`;
      case FAULT_KINDS.dangling:
        return `${access} of a variable of a function that has returned${where}`;
      case FAULT_KINDS.observerWrites:
        return `it changes ${this.names.placeOf(detail)}${where}`;
      case FAULT_KINDS.waits:
        return `it waits, and nobody else runs${where}`;
      case FAULT_KINDS.chooses:
        return `it chooses, which only threads can${where}`;
      case FAULT_KINDS.endless:
        return `a loop goes round more often than the bound on steps${where}`;
      case FAULT_KINDS.stackFull:
        return `the stack of the thread is full${where}`;
      case FAULT_KINDS.framesFull:
        return `calls are nested too deeply${where}`;
      case FAULT_KINDS.choice:
        return `a choice of ${detail | 0} ways, which must be 1 to 31${where}`;
      case FAULT_KINDS.trap:
        return `${machine.trapped}${where}`;
      case FAULT_KINDS.undefined:
        return `${UNDEFINED[detail] ?? `undefined behaviour of kind ${detail}`}${where}`;
      case FAULT_KINDS.missing:
        return `${site?.what ?? 'a function'} is called, and is defined nowhere${where}`;
      case FAULT_KINDS.wildCall:
        return `a call through a pointer to no function${where}`;
      case FAULT_KINDS.assertion:
      case FAULT_KINDS.panic:
        return `${machine.text(detail)}${where}`;
    }
    return `a fault of kind ${kind}${where}`;
  }

  /** The variable that an address lies behind. */
  private nearest(address: number): string {
    const before = this.program.globals
      .filter((global) => global.address <= address >>> 0)
      .sort((a, b) => b.address - a.address)[0];
    if (before === undefined) return 'near none';
    const beyond = (address >>> 0) - before.address - before.bytes;
    if (beyond < 0) return `in ${before.name}`;
    return beyond > 4096 ? 'near none' : `${beyond} bytes behind the end of ${before.name}`;
  }
}

/** A step that only looks. */
interface Kept {
  thread: number;
  statement: number;
  choice: number;
  readonly words: Int32Array;
}

/** States of one thread alone that are looked at before it is believed to come to something. */
const LONGEST_WAIT = 2_000;

/**
 * Does every thread that can go on from the state of the last `begin` only look, for ever, as long
 * as no other does anything?
 */
function goesRound(machine: Machine, threads: number): boolean {
  const start = machine.before();
  for (let thread = 0; thread < threads; thread++) {
    const seen = new Set([start.join()]);
    const left = [start];
    for (let state = left.pop(); state !== undefined; state = left.pop()) {
      machine.scratch.set(state);
      machine.begin();
      const choices = Machine.choices(machine.headBefore(thread));
      for (let choice = 0; choice < choices; choice++) {
        const answer = machine.step(thread, choice);
        if (answer === 0) continue;
        if (answer === 2 || machine.progressed) return false;
        const key = machine.scratch.join();
        if (seen.has(key)) continue;
        if (seen.size > LONGEST_WAIT) return false;
        seen.add(key);
        left.push(machine.scratch.slice());
      }
    }
  }
  return true;
}

/** Runs steps one by one in a machine of its own, which checks what each writes. */
class ProgramReplayer implements Replayer<Int32Array>, Rerun<Int32Array> {
  private readonly model: ProgramModel;
  private readonly program: Program;
  private readonly options: ProgramModelOptions;
  private readonly names: Names;
  private readonly make: () => Machine;
  private made: Machine | undefined;

  constructor(
    model: ProgramModel,
    program: Program,
    module: WasmModule,
    plan: Plan,
    options: ProgramModelOptions,
    names: Names,
  ) {
    this.model = model;
    this.program = program;
    this.options = options;
    this.names = names;
    this.make = () => {
      const machine = new Machine(program, module, plan, {
        ...options.machine,
        learns: options.fixedYields,
        checked: true,
        detects: false,
      });
      machine.tracing = true;
      return machine;
    };
  }

  private get machine(): Machine {
    this.made ??= this.make();
    return this.made;
  }

  initial(): readonly Int32Array[] {
    this.machine.initial();
    return [this.machine.scratch.slice()];
  }

  step(state: Int32Array, { thread, statement, choice }: Step): Replayed<Int32Array> | undefined {
    const { machine, model } = this;
    machine.scratch.set(state);
    if (this.stopped(machine)) return undefined;
    const head = machine.head(thread);
    if (model.statementAt(thread, head) !== statement) return undefined;
    if (choice >= Machine.choices(head)) return undefined;
    machine.load();
    const before = machine.memory.slice(0, this.program.stacksLo);
    machine.begin();
    machine.remember();
    const answer = machine.step(thread, choice);
    if (answer === 0) return undefined;
    const unrecorded = machine.unrecorded();
    if (unrecorded !== undefined) {
      const name = this.names.placeOf(unrecorded);
      throw new Error(`${name} was changed by a write that was not seen: please report this`);
    }
    const violated: ViolatedInvariant[] = [];
    if (answer === 2) {
      const found = FAULT_INVARIANTS.find(({ kinds }) =>
        (kinds as readonly number[]).includes(machine.faultKind),
      );
      const invariant = found?.name ?? '';
      if (this.options.faults.includes(invariant)) {
        violated.push({ invariant, sentence: model.faultSentence(machine.fault(), machine) });
      }
    }
    const notes = machine.notes().map(({ entered, fn, value }) => {
      const { name } = this.program.functions[fn];
      if (entered) return `${name}()`;
      const result = this.names.result(fn, value);
      return result === undefined ? `${name} returns` : `${name} returns ${result}`;
    });
    return {
      state: machine.scratch.slice(),
      statement,
      changes: this.changes(before, machine.memory),
      notes,
      violated,
    };
  }

  private changes(before: Uint8Array, after: Uint8Array): Change[] {
    const changes: Change[] = [];
    const old = new Int32Array(before.buffer, 0, before.length >> 2);
    const now = new Int32Array(after.buffer, after.byteOffset, old.length);
    for (let word = this.program.dataLo >> 2; word < old.length; word++) {
      if (old[word] === now[word]) continue;
      for (const leaf of this.names.leavesAt(4 * word, 4)) {
        const from = this.names.format(leaf, before);
        const to = this.names.format(leaf, after);
        if (from === to || changes.some(({ path }) => path === leaf.path)) continue;
        changes.push({ path: leaf.path, from, to });
      }
    }
    return changes;
  }

  private stopped(machine: Machine): boolean {
    return this.options.threads.some((_, thread) => Machine.failed(machine.head(thread)));
  }

  violations(state: Int32Array): readonly ViolatedInvariant[] {
    const { machine, model } = this;
    machine.scratch.set(state);
    if (this.stopped(machine)) return [];
    const ended = this.options.threads.every((_, thread) => Machine.ended(machine.head(thread)));
    return this.options.invariants.flatMap(({ name, sentence, question, when }) => {
      if (when === 'finished' && !ended) return [];
      machine.load();
      const why = model.answer(machine, name, sentence, question);
      return why === undefined ? [] : [{ invariant: name, sentence: why }];
    });
  }

  deadlocked(state: Int32Array): boolean {
    const { machine } = this;
    machine.scratch.set(state);
    if (this.stopped(machine)) return false;
    machine.begin();
    if (!goesRound(machine, this.options.threads.length)) return false;
    this.model.scratch.set(state);
    return !this.model.isFinal();
  }

  possible(state: Int32Array): readonly Step[] {
    const { machine, model } = this;
    machine.scratch.set(state);
    if (this.stopped(machine)) return [];
    const steps: Step[] = [];
    machine.begin();
    for (let thread = 0; thread < this.options.threads.length; thread++) {
      const head = machine.headBefore(thread);
      for (let choice = 0; choice < Machine.choices(head); choice++) {
        if (machine.step(thread, choice) === 0) continue;
        steps.push({ thread, statement: model.statementAt(thread, head), choice });
      }
    }
    return steps;
  }

  describe(state: Int32Array): readonly string[] {
    const { machine, names, options, program } = this;
    machine.scratch.set(state);
    const lines = options.threads.map((name, thread) => {
      const head = machine.head(thread);
      if (Machine.failed(head)) return `${name} has failed`;
      if (Machine.ended(head)) return `${name} has ended`;
      const site = program.sites[Machine.siteOf(head)];
      return site === undefined
        ? `${name} has not started`
        : `${name} is at ${this.model.placeOf(site)}`;
    });
    machine.load();
    for (const leaf of names.leavesOf(options.show, 256)) {
      lines.push(`${leaf.path} = ${names.format(leaf, machine.memory)}`);
    }
    return lines;
  }

  pack(state: Int32Array): Int32Array {
    return state;
  }
}
