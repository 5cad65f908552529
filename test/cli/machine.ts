/**
 * Tiny systems for the tests of the command line, without any kernel: threads with a program
 * counter each run a few statements over an array of numbers. One step function serves search and
 * replay.
 */

import type { Visit } from '../../src/explorer/model.ts';
import type { Statement, Step } from '../../src/explorer/statement.ts';
import type {
  ViolatedInvariant,
  Change,
  Replayed,
  Replayer,
  Spec,
  Subject,
} from '../../src/system.ts';

/** A statement of a toy: what it does to the cells. */
export interface ToyStatement extends Statement {
  /** The number of outcomes; 1 by default. */
  readonly choices?: number;
  /** Undefined if blocked; otherwise the next statement, and possibly a violated step invariant. */
  run(cells: Int32Array, thread: number, choice: number): Ran | undefined;
}

export interface Ran {
  /** Index of the next statement; -1 when the thread is done. */
  readonly next: number;
  readonly raised?: ViolatedInvariant;
}

export interface Toy {
  readonly spec: Spec;
  readonly summary: string;
  readonly threads: readonly string[];
  /** Names of the shared cells; the program counters follow them. */
  readonly cells: readonly string[];
  readonly start: readonly number[];
  readonly statements: readonly ToyStatement[];
  /** State invariants by name: the violation as a sentence. */
  readonly states: Readonly<
    Record<string, (cells: Int32Array, done: boolean) => string | undefined>
  >;
  /** Step invariants, raised by statements. */
  readonly steps: readonly string[];
}

/** A system made from a toy. */
export class ToySubject implements Subject {
  readonly spec: Spec;
  readonly summary: string;
  readonly words: number;
  readonly scratch: Int32Array;
  readonly threads: readonly string[];
  readonly statements: readonly Statement[];
  readonly stateInvariants;
  readonly stepInvariants;
  readonly step;
  readonly replayer: Replayer<Int32Array>;
  private reason = '';
  private readonly toy: Toy;

  constructor(toy: Toy) {
    this.toy = toy;
    this.spec = toy.spec;
    this.summary = toy.summary;
    this.threads = toy.threads;
    this.words = toy.cells.length + toy.threads.length;
    this.scratch = new Int32Array(this.words);
    this.statements = toy.statements;
    this.step = {
      checked: 0,
      violated: 0,
      covered: new Uint8Array(toy.statements.length),
      explain: () => this.reason,
    };
    const { invariants } = toy.spec;
    this.stateInvariants = Object.keys(toy.states)
      .filter((name) => invariants.includes(name))
      .map((name) => ({
        name,
        applies: () => true,
        violation: () => toy.states[name](this.scratch, this.isFinal()),
      }));
    this.stepInvariants = toy.steps
      .filter((name) => invariants.includes(name))
      .map((name) => ({ name }));
    this.replayer = new ToyReplayer(toy, this);
  }

  initialStates(visit: () => void): void {
    this.scratch.set(firstState(this.toy));
    visit();
  }

  successors(visit: Visit): void {
    const before = this.scratch.slice();
    for (const step of stepsFrom(this.toy, before)) {
      const after = before.slice();
      const raised = runStep(this.toy, after, step)?.raised;
      const bit = this.stepInvariants.findIndex(({ name }) => name === raised?.invariant);
      this.step.checked = (1 << this.stepInvariants.length) - 1;
      this.step.violated = bit < 0 ? 0 : 1 << bit;
      this.reason = raised?.sentence ?? '';
      this.step.covered[step.statement] = 1;
      this.scratch.set(after);
      visit(step.thread, step.statement, step.choice);
    }
  }

  isFinal(): boolean {
    return isFinished(this.toy, this.scratch);
  }
}

class ToyReplayer implements Replayer<Int32Array> {
  private readonly toy: Toy;
  private readonly subject: ToySubject;

  constructor(toy: Toy, subject: ToySubject) {
    this.toy = toy;
    this.subject = subject;
  }

  initial(): Int32Array[] {
    return [firstState(this.toy)];
  }

  step(state: Int32Array, step: Step): Replayed<Int32Array> | undefined {
    const { cells, statements } = this.toy;
    const after = state.slice();
    const ran = runStep(this.toy, after, step);
    if (ran === undefined) return undefined;
    const changes = cells.flatMap((path, cell): Change[] =>
      state[cell] === after[cell]
        ? []
        : [{ path, from: String(state[cell]), to: String(after[cell]) }],
    );
    const checked = this.subject.stepInvariants.map(({ name }) => name);
    const violated =
      ran.raised !== undefined && checked.includes(ran.raised.invariant) ? [ran.raised] : [];
    const { operation } = statements[step.statement];
    const notes: string[] = [];
    if (step.statement === 0) notes.push(`${operation}()`);
    if (ran.next < 0) notes.push('return 0');
    return { state: after, statement: step.statement, changes, notes, violated };
  }

  possible(state: Int32Array): Step[] {
    return stepsFrom(this.toy, state);
  }

  violations(state: Int32Array): ViolatedInvariant[] {
    return this.subject.stateInvariants.flatMap(({ name }) => {
      const sentence = this.toy.states[name](state, isFinished(this.toy, state));
      return sentence === undefined ? [] : [{ invariant: name, sentence }];
    });
  }

  deadlocked(state: Int32Array): boolean {
    return this.possible(state).length === 0 && !isFinished(this.toy, state);
  }

  describe(state: Int32Array): string[] {
    return this.toy.cells.map((name, cell) => `${name} = ${state[cell]}`);
  }

  pack(state: Int32Array): Int32Array {
    return state;
  }
}

function firstState(toy: Toy): Int32Array {
  return Int32Array.from([...toy.start, ...toy.threads.map(() => 0)]);
}

function isFinished(toy: Toy, state: Int32Array): boolean {
  return state.subarray(toy.cells.length).every((at) => at < 0);
}

function stepsFrom(toy: Toy, state: Int32Array): Step[] {
  return toy.threads.flatMap((_, thread) => {
    const statement = state[toy.cells.length + thread];
    const choices = toy.statements[statement]?.choices ?? 1;
    return Array.from({ length: choices }, (_, choice) => ({ thread, statement, choice })).filter(
      (step) => runStep(toy, state.slice(), step) !== undefined,
    );
  });
}

function runStep(toy: Toy, state: Int32Array, step: Step): Ran | undefined {
  const counter = toy.cells.length + step.thread;
  const statement = toy.statements[step.statement];
  if (state[counter] !== step.statement || statement === undefined) return undefined;
  if (step.choice >= (statement.choices ?? 1)) return undefined;
  const ran = statement.run(state, step.thread, step.choice);
  if (ran !== undefined) state[counter] = ran.next;
  return ran;
}
