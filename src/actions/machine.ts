/**
 * Threads that run operations: supplies the explorer's contract for systems written as C functions.
 * The same `step` runs on the view over the scratch buffer (search) and on immer drafts (replay).
 *
 * A thread is a call stack; its bottom frame is the user program, the operation named first. One step
 * is one `at` statement of the running function, followed by everything that only concerns the thread
 * itself (returns, calls, `local` statements) until the next `at`.
 */

import { ModelError } from '../errors.ts';
import type { Model, StateCheck, Statement, Visit } from '../explorer/contract.ts';
import { cases } from '../state/cases.ts';
import type { Variants } from '../state/cases.ts';
import type { Layout } from '../state/layout.ts';
import type { Ref } from '../state/pool.ts';
import { upTo } from '../state/scalar.ts';
import { stack } from '../state/stack.ts';
import type { Stack, StackSchema, StackView } from '../state/stack.ts';
import { blocked, left, next, stuck } from './operation.ts';
import type { AnyOperation, Context, Outcome, Result, StatementCode } from './operation.ts';

/** A frame as the machine sees it: which operation, where in it. */
export interface Frame {
  readonly in: string;
  pc: number;
}

/** A step invariant: its sentence is made from the numbers given to `judge`. */
export interface Judgement<S> {
  readonly name: string;
  /** Not asked for: neither consulted nor raised. */
  readonly ignored: boolean;
  sentence(scope: S, a: Result, b: Result, c: Result): string;
}

/**
 * The schema of a thread's call stack for these operations, of which the first is the bottom frame;
 * `depth` bounds the nesting. What they call is what their `calls` statements say.
 */
export function callStack<K, S>(
  operations: readonly AnyOperation<K, S>[],
  scope: S,
  depth: number,
): StackSchema<Variants> {
  const variants: Variants = Object.fromEntries(
    operations.map((operation) => [
      operation.name,
      { pc: upTo(operation.statements.length - 1), ...operation.locals(scope) },
    ]),
  );
  const called = new Map(operations.map((operation) => [operation.name, calledBy(operation)]));
  return stack(cases(variants), depth, (below) =>
    below === undefined ? [operations[0].name] : called.get(below)!,
  );
}

function calledBy<K, S>({ statements }: AnyOperation<K, S>): string[] {
  return statements.flatMap(({ callee }) => (callee === undefined ? [] : [callee().name]));
}

export interface MachineParts<K extends object, S> {
  readonly scope: S;
  readonly operations: readonly AnyOperation<K, S>[];
  readonly threads: readonly string[];
  readonly layout: Layout<K>;
  readonly stackOf: (k: K, thread: number) => Stack<unknown>;
  readonly start: readonly K[];
  readonly stateChecks: (k: K) => readonly StateCheck[];
  readonly judgements: readonly Judgement<S>[];
  readonly finished: (k: K) => boolean;
  /** The only thread that may step in `k`, or -1: a server that answers one request at a time. */
  readonly exclusive?: (k: K) => number;
  /** A kernel that has stopped for good (a failed assertion): no thread steps any more. */
  readonly halted: (k: K) => boolean;
}

interface Code {
  readonly statement: StatementCode<unknown, unknown, unknown>;
  /** Number of the statement among all of the machine. */
  readonly id: number;
}

interface Compiled {
  readonly name: string;
  readonly tag: number;
  readonly code: readonly Code[];
  readonly indexOfLine: ReadonlyMap<number, number>;
  readonly blank: Frame;
}

/** Runs the threads of one scenario. */
export class Machine<K extends object, S> implements Model {
  readonly words: number;
  readonly scratch: Int32Array;
  readonly threads: readonly string[];
  readonly statements: readonly Statement[];
  readonly operations: readonly string[];
  readonly stateChecks: readonly StateCheck[];
  readonly stepChecks: readonly Judgement<S>[];
  readonly covered: Uint8Array;
  consulted = 0;
  raised = 0;
  /** Filled by replays: functions entered and left, and what statements say of themselves. */
  notes: string[] | undefined;

  readonly parts: MachineParts<K, S>;
  private readonly view: K;
  private readonly compiled: ReadonlyMap<string, Compiled>;
  private readonly saved: Int32Array;
  private readonly context: Cursor<S>;
  private readonly reasons: [Result, Result, Result][] = [];

  constructor(parts: MachineParts<K, S>) {
    this.parts = parts;
    this.words = parts.layout.words;
    this.scratch = parts.layout.scratch;
    this.view = parts.layout.view;
    this.saved = new Int32Array(this.words);
    this.threads = parts.threads;
    const statements: Statement[] = [];
    const compiled = new Map<string, Compiled>();
    const passed = new Map<unknown, { readonly id: number; readonly text: string }>();
    parts.operations.forEach((operation, tag) => {
      const code = operation.statements.map((statement) => {
        const { name, file } = operation;
        const { line, token } = statement;
        const cited = line < 1 ? 0 : line;
        const id = statements.push({ operation: name, file, line: cited, token }) - 1;
        passed.set(statement, { id, text: `${name} ${token}` });
        return { statement: statement as Code['statement'], id };
      });
      const indexOfLine = new Map(code.map(({ statement }, i) => [statement.line, i]));
      const locals = Object.entries(operation.locals(parts.scope));
      const blank = Object.fromEntries(locals.map(([key, schema]) => [key, schema.blank()]));
      const frame = { in: operation.name, pc: 0, ...blank };
      compiled.set(operation.name, { name: operation.name, tag, code, indexOfLine, blank: frame });
    });
    this.compiled = compiled;
    this.statements = statements;
    this.operations = parts.operations.map(({ name }) => name);
    this.covered = new Uint8Array(statements.length);
    this.stateChecks = parts.stateChecks(this.view);
    this.stepChecks = parts.judgements;
    const ignored = parts.judgements.map((judgement) => judgement.ignored);
    this.context = new Cursor(parts.scope, ignored, (check, a, b, c) => {
      this.raised |= 1 << check;
      this.reasons[check] = [a, b, c];
    });
    this.context.pass = (statement) => {
      const place = passed.get(statement);
      if (place === undefined) throw new ModelError('a place that is no statement is passed');
      this.covered[place.id] = 1;
      this.notes?.push(place.text);
    };
  }

  initial(visit: () => void): void {
    for (const state of this.parts.start) {
      this.scratch.set(this.parts.layout.pack(state));
      visit();
    }
  }

  successors(visit: Visit): void {
    const { scratch, saved, words, context, view } = this;
    for (let w = 0; w < words; w++) saved[w] = scratch[w];
    let dirty = false;
    if (this.parts.halted(view)) return;
    for (let thread = 0; thread < this.threads.length; thread++) {
      context.restart();
      do {
        if (dirty) for (let w = 0; w < words; w++) scratch[w] = saved[w];
        dirty = false;
        const id = this.step(view, thread);
        if (id < 0) continue;
        dirty = true;
        visit(thread, id, context.choice());
      } while (context.advance());
    }
  }

  finished(): boolean {
    return this.parts.halted(this.view) || this.parts.finished(this.view);
  }

  why(stepCheck: number): string {
    const [a, b, c] = this.reasons[stepCheck];
    return this.stepChecks[stepCheck].sentence(this.parts.scope, a, b, c);
  }

  /** Replays one choice of one thread on `k`; the statement that ran, or -1 if it is blocked. */
  replay(k: K, thread: number, choice: number): number {
    this.context.dictate(choice);
    return this.step(k, thread);
  }

  /** True if the last `replay` used up its choice: the outcome it named exists. */
  choiceExists(): boolean {
    return this.context.exhausted();
  }

  /** All choices of one thread in `k`, which `fresh` hands out unchanged for each of them. */
  choices(fresh: () => K, thread: number): { statement: number; choice: number }[] {
    const found: { statement: number; choice: number }[] = [];
    this.context.restart();
    do {
      const statement = this.step(fresh(), thread);
      if (statement >= 0) found.push({ statement, choice: this.context.choice() });
    } while (this.context.advance());
    return found;
  }

  private step(k: K, thread: number): number {
    this.consulted = 0;
    this.raised = 0;
    const frames = this.parts.stackOf(k, thread) as Stack<Frame>;
    const frame = frames.at(-1);
    if (frame === undefined || this.parts.halted(k)) return -1;
    const only = this.parts.exclusive?.(k) ?? -1;
    if (only >= 0 && only !== thread) return -1;
    const { context } = this;
    context.thread = thread as Ref<'thread'>;
    context.begin(this.notes);
    const { statement, id } = this.codeAt(frame);
    const outcome = statement.run?.(k, frame, context);
    this.consulted = context.consulted;
    if (outcome === undefined) return this.misplaced(frame);
    if (outcome === blocked) return -1;
    this.covered[id] = 1;
    this.settle(k, frames, frame, outcome);
    this.consulted = context.consulted;
    return id;
  }

  /** Follows an outcome through returns, calls and locals to the next `at` statement. */
  private settle(k: K, frames: Stack<Frame>, from: Frame, first: Outcome): void {
    const { context } = this;
    let frame = from;
    let outcome = first;
    for (;;) {
      if (outcome === stuck) return;
      const operation = this.compiledOf(frame);
      if (outcome === left) {
        const { result } = context;
        this.notes?.push(`return ${result ?? 'NULL'} from ${frame.in}`);
        frames.pop();
        const caller = frames.at(-1);
        if (caller === undefined) return; // the thread has ended
        frame = caller;
        const { statement } = this.codeAt(frame);
        outcome = statement.then?.(k, frame, result, context) ?? this.misplaced(frame);
        continue;
      }
      if (outcome === next) frame.pc += 1;
      else frame.pc = operation.indexOfLine.get(outcome) ?? noSuchLine(operation.name, outcome);
      let { statement, id } = operation.code[frame.pc] ?? fallsOff(operation.name);
      while (statement.kind === 'calls') {
        this.covered[id] = 1;
        const callee = statement.callee?.() as unknown as AnyOperation<K, S>;
        const below = frame;
        frame = this.enter(frames, callee.name);
        statement.pass?.(k, below, frame as never, context);
        this.notes?.push(callee.name);
        ({ statement, id } = this.codeAt(frame));
      }
      if (statement.kind === 'at') return;
      this.covered[id] = 1;
      outcome = statement.run?.(k, frame, context) ?? this.misplaced(frame);
      if (outcome === blocked) throw new ModelError(`${frame.in}: a local statement cannot wait`);
    }
  }

  private enter(frames: Stack<Frame>, name: string): Frame {
    const operation = this.compiled.get(name);
    if (operation === undefined) throw new ModelError(`${name} is called but is not an operation`);
    const asView = frames as unknown as Partial<StackView<Frame>>;
    if (asView.enter !== undefined) return asView.enter(operation.tag);
    frames.push({ ...operation.blank });
    return frames.at(-1) as Frame;
  }

  private compiledOf(frame: Frame): Compiled {
    return this.compiled.get(frame.in) as Compiled;
  }

  private codeAt(frame: Frame): Code {
    return this.compiledOf(frame).code[frame.pc];
  }

  private misplaced(frame: Frame): never {
    throw new ModelError(`${frame.in}: statement ${frame.pc} cannot run by itself`);
  }

  /** A frame of the given operation with everything blank, for start states. */
  blankFrame(name: string): Frame {
    return { ...(this.compiled.get(name) as Compiled).blank };
  }
}

function noSuchLine(operation: string, line: number): never {
  throw new ModelError(`${operation}: goto(${line}), but no statement stands there`);
}

function fallsOff(operation: string): never {
  throw new ModelError(`${operation}: runs off its last statement without a return`);
}

type Report = (check: number, a: Result, b: Result, c: Result) => void;

/** The context of a step, and the odometer over the answers of its `pick`s. */
class Cursor<S> implements Context<S> {
  readonly scope: S;
  thread = 0 as Ref<'thread'>;
  result: Result = null;
  consulted = 0;
  /** What `passes` does; the machine knows. */
  pass: (statement: unknown) => void = () => undefined;
  private readonly report: Report;
  private readonly ignored: readonly boolean[];
  private notes: string[] | undefined;
  private readonly digits: number[] = [];
  private readonly radices: number[] = [];
  private used = 0;
  /** Replay: what is left of the choice that dictates the answers; -1 in the search. */
  private rest = -1;

  constructor(scope: S, ignored: readonly boolean[], report: Report) {
    this.scope = scope;
    this.ignored = ignored;
    this.report = report;
  }

  restart(): void {
    this.digits.length = 0;
    this.radices.length = 0;
    this.rest = -1;
  }

  dictate(choice: number): void {
    this.restart();
    this.rest = choice;
  }

  exhausted(): boolean {
    return this.rest === 0;
  }

  begin(notes: string[] | undefined): void {
    this.used = 0;
    this.consulted = 0;
    this.result = null;
    this.notes = notes;
  }

  pick(count: number): number {
    if (count < 1) throw new ModelError('pick: at least one outcome is needed');
    if (this.rest >= 0) {
      const digit = this.rest % count;
      this.rest = (this.rest - digit) / count;
      return digit;
    }
    const i = this.used++;
    if (i === this.digits.length) {
      this.digits.push(0);
      this.radices.push(count);
    }
    return this.digits[i];
  }

  /** The answers given, as one number: the first pick is the lowest digit. */
  choice(): number {
    let code = 0;
    for (let i = this.used - 1; i >= 0; i--) code = code * this.radices[i] + this.digits[i];
    return code;
  }

  /** Turns to the next combination of answers; false when all have been given. */
  advance(): boolean {
    const { digits, radices } = this;
    while (digits.length > this.used) {
      digits.pop();
      radices.pop();
    }
    while (digits.length > 0) {
      const last = digits.length - 1;
      digits[last] += 1;
      if (digits[last] < radices[last]) return true;
      digits.pop();
      radices.pop();
    }
    return false;
  }

  leave(result: Result = 0): Outcome {
    this.result = result;
    return left;
  }

  judge(check: number, ok: boolean, a: Result = null, b: Result = null, c: Result = null): boolean {
    if (this.ignored[check]) return ok;
    this.consulted |= 1 << check;
    if (!ok) this.report(check, a, b, c);
    return ok;
  }

  note(text: () => string): void {
    this.notes?.push(text());
  }

  passes(statement: unknown): void {
    this.pass(statement);
  }
}
