/**
 * A program of C as a model: a state is what memory and suspended threads hold, a step is a thread
 * that goes on from one yield point to its next.
 */

import type { StateInvariant, StepInfo } from '../../explorer/model.ts';
import type { Statement } from '../../explorer/statement.ts';
import type { ReducibleModel } from '../../reduction/capabilities.ts';
import type { Replayer } from '../../system.ts';
import { askInvariant } from './ask.ts';
import type { Program } from '../compile/program.ts';
import { bitOfFault, FAULT_INVARIANTS } from './fault-invariants.ts';
import { FaultSentences } from './fault-sentences.ts';
import { Machine } from '../machine/machine.ts';
import type { Fault } from '../machine/messages.ts';
import type { ModelInvariant, ProgramModelOptions } from './model-options.ts';
import { Names } from '../names/names.ts';
import type { Plan } from '../machine/plan.ts';
import { ProgramReplayer } from './program-replayer.ts';
import { Statements } from './statements.ts';
import { choicesOf, hasEnded, hasFailed } from '../machine/thread-head.ts';
import { goesRound } from './waiting.ts';
import type { WasmModule } from '../wasm/host.ts';

/** A step that only looks. */
interface Kept {
  thread: number;
  statement: number;
  choice: number;
  readonly words: Int32Array;
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
  private readonly machine: Machine;
  private readonly finished: number | undefined;
  private readonly statementsOfSites: Statements;
  private readonly sentences: FaultSentences;
  /** Bits of the invariants of faults that are wanted. */
  private readonly wanted: number;
  /** Steps that only look, made once; and one that does not, while they are visited. */
  private readonly kept: Kept[] = [];
  private readonly moving: Int32Array;
  /** Of the step being visited. */
  private lastFault: Fault | undefined;

  constructor(program: Program, module: WasmModule, plan: Plan, options: ProgramModelOptions) {
    this.threads = options.threads;
    this.finished = options.finished;
    this.machine = new Machine(program, module, plan, {
      ...options.machine,
      learns: options.fixedYields,
      checked: false,
      detects: !options.fixedYields,
    });
    this.words = this.machine.words;
    this.scratch = this.machine.scratch;
    this.moving = new Int32Array(this.words);
    const names = new Names(program, options.threads);
    const sentences = new FaultSentences(program, names);
    const statements = new Statements(program, options);
    this.sentences = sentences;
    this.statementsOfSites = statements;
    this.statements = statements.all;
    this.stepInvariants = FAULT_INVARIANTS.map(({ name }) => {
      return { name, ignored: !options.faults.includes(name) };
    });
    this.wanted = this.stepInvariants.reduce(
      (bits, { ignored }, bit) => (ignored ? bits : bits | (1 << bit)),
      0,
    );
    this.step = this.stepInfo();
    this.stateInvariants = options.invariants.map((invariant) => this.stateInvariant(invariant));
    const isFinal = (state: Int32Array): boolean => {
      this.scratch.set(state);
      return this.isFinal();
    };
    const context = { program, options, names, statements, sentences, isFinal };
    this.replayer = new ProgramReplayer(module, plan, context);
  }

  private stepInfo(): StepInfo & { violated: number } {
    const { machine, statements, statementsOfSites, sentences } = this;
    return {
      checked: this.wanted,
      violated: 0,
      covered: machine.setStatements(statementsOfSites.ofSites, statements.length),
      explain: () => (this.lastFault === undefined ? '' : sentences.of(this.lastFault, machine)),
    };
  }

  private stateInvariant(invariant: ModelInvariant): StateInvariant {
    const { name, when } = invariant;
    return {
      name,
      applies: () => when === 'always' || this.allEnded(),
      violation: () => {
        if (this.failed()) return undefined;
        if (when === 'finished' && !this.allEnded()) return undefined;
        this.machine.load();
        return askInvariant(this.machine, invariant, this.sentences);
      },
    };
  }

  private allEnded(): boolean {
    for (let thread = 0; thread < this.threads.length; thread++) {
      if (!hasEnded(this.machine.head(thread))) return false;
    }
    return true;
  }

  private failed(): boolean {
    for (let thread = 0; thread < this.threads.length; thread++) {
      if (hasFailed(this.machine.head(thread))) return true;
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
      const choices = choicesOf(head);
      for (let choice = 0; choice < choices; choice++) {
        const answer = machine.step(thread, choice);
        if (answer === 0) continue;
        // What is asked while a step is visited has faults of its own.
        const fault = answer === 2 ? machine.fault() : undefined;
        const statement = this.statementsOfSites.at(thread, head);
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
    return (1 << (bitOfFault.get(kind) ?? 0)) & this.wanted;
  }

  isFinal(): boolean {
    if (this.failed() || this.allEnded()) return true;
    if (this.finished === undefined) return false;
    this.machine.load();
    return this.machine.ask(this.finished) !== 0;
  }
}
