/**
 * Threads that run operations: supplies the explorer's contract for systems written as C functions.
 * The same `step` runs on the view over the scratch buffer (search) and on immer drafts (replay).
 *
 * A thread is a call stack; its bottom frame is the user program, the operation named first. One
 * step is one `at` statement of the running function, followed by everything that only concerns the
 * thread itself (returns, calls, `local` statements) until the next `at`.
 */

import { ModelError } from '../errors.ts';
import type { StateInvariant, Visit } from '../explorer/model.ts';
import type { ConfirmableModel, Rerun } from '../explorer/rerun.ts';
import type { Statement } from '../explorer/statement.ts';
import type { ReducibleModel, RecordingModel } from '../reduction/capabilities.ts';
import {
  demandBits,
  described,
  placeOf,
  stepSentence,
  truth,
  wrongAnswer,
  wroteInstead,
} from '../explorer/checks/model-errors.ts';
import { differs } from '../explorer/state-words.ts';
import { cases } from '../state/cases.ts';
import type { Variants } from '../state/cases.ts';
import type { Layout } from '../state/layout.ts';
import type { Ref } from '../state/pool.ts';
import { upTo } from '../state/scalar.ts';
import { get } from '../state/schema.ts';
import { stack } from '../state/call-stack.ts';
import type { Stack, StackSchema, StackView } from '../state/call-stack.ts';
import { ChoicePoints } from './choice-points.ts';
import { blocked, left, next, stuck } from './vocabulary.ts';
import type { AnyOperation, Control, Result, Source } from './vocabulary.ts';
import { replayerOf, UNWORDED } from './replay.ts';
import { PackedControlPoint, PlainControlPoint } from './control-point.ts';
import type { Code, Compiled, Frame, ControlPoint } from './control-point.ts';

export type { Frame } from './control-point.ts';

/** Of threads: none may step. */
const NOBODY = -2;

/** A step invariant: its sentence is made from the numbers given to `check`. */
export interface MachineStepInvariant<S> {
  readonly name: string;
  /** Not asked for: neither consulted nor raised. */
  readonly ignored: boolean;
  sentence(scope: S, a: Result, b: Result, c: Result): string;
}

/**
 * The schema of a thread's call stack for these operations; `depth` bounds the nesting.
 * What they call is what their `calls` statements say. Threads start in one of `bottom`:
 * the first operation, if left out.
 */
export function callStack<K, S>(
  operations: readonly AnyOperation<K, S>[],
  scope: S,
  depth: number,
  bottom: readonly AnyOperation<K, S>[] = operations.slice(0, 1),
): StackSchema<Variants> {
  const variants: Variants = Object.fromEntries(
    operations.map((operation) => [
      operation.name,
      { pc: upTo(operation.statements.length - 1), ...operation.locals(scope) },
    ]),
  );
  const known = (name: string): boolean => operations.some((operation) => operation.name === name);
  const called = new Map(operations.map((one) => [one.name, calledBy(one).filter(known)]));
  return stack(cases(variants), depth, (below) =>
    below === undefined ? bottom.map(({ name }) => name) : called.get(below)!,
  );
}

/**
 * The frame in which a thread starts that runs this operation: at its first
 * statement, locals blank.
 */
export function startFrame<K, S>(
  operation: AnyOperation<K, S>,
  scope: S,
): Frame & Readonly<Record<string, unknown>> {
  const locals = Object.entries(operation.locals(scope));
  const blank = Object.fromEntries(locals.map(([key, schema]) => [key, schema.blank()]));
  return { in: operation.name, pc: 0, ...blank };
}

function calledBy<K, S>({ statements }: AnyOperation<K, S>): string[] {
  return statements.flatMap(({ callee }) => (callee === undefined ? [] : [callee().name]));
}

export interface MachineParts<K extends object, S> {
  readonly scope: S;
  readonly operations: readonly AnyOperation<NoInfer<K>, S>[];
  readonly threads: readonly string[];
  readonly layout: Layout<K>;
  readonly stackOf: (k: K, thread: number) => Stack<unknown>;
  readonly start: readonly K[];
  readonly stateInvariants: (k: K) => readonly StateInvariant[];
  /** None, if left out. */
  readonly stepInvariants?: readonly MachineStepInvariant<S>[];
  /**
   * May `k` be the last state? If left out: when every thread has returned from its first function.
   */
  readonly finished?: (k: K) => boolean;
  /** The only thread that may step in `k`, or -1: a server that answers one request at a time. */
  readonly exclusive?: (k: K) => number;
  /**
   * A kernel that has stopped for good (a failed assertion): no thread steps
   * any more. Absent: never.
   */
  readonly halted?: (k: K) => boolean;
}

/** Runs the threads of one scenario. */
export class Machine<K extends object, S>
  implements ReducibleModel, RecordingModel, ConfirmableModel
{
  readonly words: number;
  readonly scratch: Int32Array;
  readonly threads: readonly string[];
  readonly statements: readonly Statement[];
  readonly stateInvariants: readonly StateInvariant[];
  readonly stepInvariants: readonly MachineStepInvariant<S>[];
  readonly step;
  /** Filled by replays: functions entered and left, and what statements say of themselves. */
  notes: string[] | undefined;
  /** Called by replays whenever a place has been added to the notes. */
  onPlace: (() => void) | undefined;
  readonly parts: MachineParts<K, S>;
  readonly replayer: Rerun;
  private readonly finished: (k: K) => boolean;
  private readonly halted: (k: K) => boolean;
  private readonly view: K;
  private readonly compiled: ReadonlyMap<string, Compiled>;
  private readonly saved: Int32Array;
  private readonly looked: Int32Array;
  /** Of `successors`, and of `uniqueSuccessor`, which may be asked inside of a visit. */
  private context: ChoicePoints<S>;
  private readonly looking: ChoicePoints<S>;
  /** In the scratch buffer, and in the values of replays. */
  private readonly packed: ControlPoint<K>;
  private readonly plain: ControlPoint<K>;
  /** By statement, what it calls, once it has. */
  private readonly callees: Compiled[] = [];
  private readonly reasons: [Result, Result, Result][] = [];

  constructor(parts: MachineParts<K, S>) {
    const { stepInvariants = [], finished, halted } = parts;
    demandBits(stepInvariants.length);
    this.parts = parts;
    this.finished =
      finished ?? ((k) => parts.threads.every((_, t) => parts.stackOf(k, t).length === 0));
    this.halted = halted ?? (() => false);
    this.words = parts.layout.words;
    this.scratch = parts.layout.scratch;
    this.view = parts.layout.view;
    this.saved = new Int32Array(this.words);
    this.looked = new Int32Array(this.words);
    this.threads = parts.threads;
    const statements: Statement[] = [];
    const compiled = new Map<string, Compiled>();
    const passed = new Map<unknown, { readonly id: number; readonly text: string }>();
    parts.operations.forEach((operation, tag) => {
      const code = operation.statements.map((statement) => {
        const { name } = operation;
        const { token, through } = statement;
        const source = sourceOf(operation, statement);
        const section = through !== undefined && { through };
        const id = statements.push({ operation: name, token, ...source, ...section }) - 1;
        passed.set(statement, { id, text: passedText(name, token, source) });
        return { statement: statement as Code['statement'], id };
      });
      const indexOfLine = new Map(code.map(({ statement }, i) => [statement.line, i]));
      const frame = startFrame(operation, parts.scope);
      const { name, returns } = operation as AnyOperation<unknown, unknown>;
      compiled.set(name, { name, tag, code, indexOfLine, blank: frame, returns });
    });
    this.compiled = compiled;
    this.statements = statements;
    const covered = new Uint8Array(statements.length);
    // `loopsBack`: a function jumped back, or the machine stopped for good.
    this.step = {
      checked: 0,
      violated: 0,
      loopsBack: false,
      covered,
      explain: (check: number) => this.explain(check),
    };
    this.stateInvariants = parts.stateInvariants(this.view);
    this.stepInvariants = stepInvariants;
    const ignored = stepInvariants.map(({ ignored }) => ignored);
    const stacks = parts.threads.map((_, t) => parts.stackOf(this.view, t) as StackView<Frame>);
    this.packed = new PackedControlPoint(this.scratch, stacks, [...compiled.values()]);
    this.plain = new PlainControlPoint(parts.stackOf, compiled);
    const cursor = (): ChoicePoints<S> => {
      const made = new ChoicePoints(parts.scope, ignored, (check, a, b, c) => {
        this.step.violated |= 1 << check;
        this.reasons[check] = [a, b, c];
      });
      made.pass = (statement) => {
        const place = passed.get(statement);
        if (place === undefined) throw new ModelError('a passed place is not a statement');
        covered[place.id] = 1;
        if (this.notes === undefined) return;
        this.notes.push(place.text);
        this.onPlace?.();
      };
      return made;
    };
    this.context = cursor();
    this.looking = cursor();
    this.replayer = replayerOf(this, UNWORDED);
  }

  initialStates(visit: () => void): void {
    for (const state of this.parts.start) {
      this.scratch.set(this.parts.layout.pack(state));
      visit();
    }
  }

  successors(visit: Visit): void {
    const { scratch, saved, words, context, view, packed } = this;
    for (let w = 0; w < words; w++) saved[w] = scratch[w];
    const only = this.onlyThread(saved);
    if (only === NOBODY) return;
    let dirty = false;
    for (let thread = 0; thread < this.threads.length; thread++) {
      if (only >= 0 && only !== thread) continue;
      context.restart();
      do {
        if (dirty) for (let w = 0; w < words; w++) scratch[w] = saved[w];
        dirty = false;
        const id = this.takeStep(view, packed, thread);
        if (id < 0) {
          this.demandUnchanged(saved);
          continue;
        }
        dirty = true;
        visit(thread, id, context.choice());
      } while (context.advance());
    }
  }

  successorsOf(thread: number, visit: Visit): void {
    const { scratch, saved, context, view, packed } = this;
    saved.set(scratch);
    const only = this.onlyThread(saved);
    if (only === NOBODY || (only >= 0 && only !== thread)) return;
    context.restart();
    do {
      const id = this.takeStep(view, packed, thread);
      if (id < 0) {
        this.demandUnchanged(saved);
        continue;
      }
      visit(thread, id, context.choice());
      scratch.set(saved);
    } while (context.advance());
  }

  uniqueSuccessor(visit: Visit): boolean {
    const { scratch, looked, words, view, packed, context } = this;
    for (let w = 0; w < words; w++) looked[w] = scratch[w];
    const only = this.onlyThread(looked);
    if (only === NOBODY) return false;
    this.context = this.looking;
    let found = 0;
    for (let thread = 0; thread < this.threads.length && found < 2; thread++) {
      if (only >= 0 && only !== thread) continue;
      this.looking.restart();
      do {
        const id = this.takeStep(view, packed, thread);
        if (id < 0) {
          this.demandUnchanged(looked);
          continue;
        }
        if (++found === 1) visit(thread, id, this.looking.choice());
        for (let w = 0; w < words; w++) scratch[w] = looked[w];
      } while (found < 2 && this.looking.advance());
    }
    this.context = context;
    return found === 1;
  }

  running(): { readonly thread: number; readonly statement: number } | undefined {
    const { context, packed } = this;
    const statement = packed.operation?.code[packed.pc]?.id;
    return statement === undefined ? undefined : { thread: context.thread, statement };
  }

  /** The only thread that may step in the state in scratch, which is `state`; -1: any may. */
  private onlyThread(state: Int32Array): number {
    const { view, scratch } = this;
    const only = this.onlyThreadOf(view);
    if (!differs(scratch, state)) return only;
    throw wroteInstead('halted or exclusive', this.cellsChanged(state), 'may only read');
  }

  /** The same of any state; NOBODY in one that is halted. */
  private onlyThreadOf(k: K): number {
    const { parts, threads } = this;
    if (truth(this.halted(k), 'halted')) return NOBODY;
    if (parts.exclusive === undefined) return -1;
    const only = parts.exclusive(k);
    if ((only | 0) === only && only >= -1 && only < threads.length) return only;
    throw wrongAnswer(
      'exclusive',
      only,
      `the number of a thread (0 to ${threads.length - 1}), or -1`,
    );
  }

  /**
   * A thread that waits has written nothing: otherwise that would be found in the states of others.
   */
  private demandUnchanged(before: Int32Array): void {
    if (!differs(this.scratch, before)) return;
    const place = placeOf(this, this.running()!);
    throw wroteInstead(
      place,
      this.cellsChanged(before),
      'may return blocked only if it writes nothing',
    );
  }

  /** Names of the cells in which scratch is not `before`. */
  private cellsChanged(before: Int32Array): string[] {
    const { scratch, parts } = this;
    const cells = parts.layout.cells();
    return cells.flatMap(({ path, at, bits }) =>
      get(scratch, at, bits) === get(before, at, bits) ? [] : [path],
    );
  }

  isFinal(): boolean {
    const { view } = this;
    return truth(this.halted(view), 'halted') || truth(this.finished(view), 'finished');
  }

  private explain(stepCheck: number): string {
    const [a, b, c] = this.reasons[stepCheck];
    const invariant = this.stepInvariants[stepCheck];
    return stepSentence(invariant, invariant.sentence(this.parts.scope, a, b, c));
  }

  /** Replays one choice of one thread on `k`; the statement that ran, or -1 if it is blocked. */
  replay(k: K, thread: number, choice: number): number {
    this.context.replay(choice);
    return this.stepIn(k, thread);
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
      const statement = this.stepIn(fresh(), thread);
      if (statement >= 0) found.push({ statement, choice: this.context.choice() });
    } while (this.context.advance());
    return found;
  }

  private stepIn(k: K, thread: number): number {
    this.step.checked = 0;
    this.step.violated = 0;
    const only = this.onlyThreadOf(k);
    if (only === NOBODY || (only >= 0 && only !== thread)) return -1;
    return this.takeStep(k, k === this.view ? this.packed : this.plain, thread);
  }

  /**
   * The next step of a thread that may step; its statement, or -1 if it has ended or is blocked.
   */
  private takeStep(k: K, position: ControlPoint<K>, thread: number): number {
    const { context, step } = this;
    step.checked = 0;
    step.violated = 0;
    step.loopsBack = false;
    if (!position.find(k, thread)) return -1;
    context.thread = thread as Ref<'thread'>;
    context.begin(this.notes);
    const { statement, id } = position.operation.code[position.pc];
    const outcome = statement.run?.(k, position.frame, context);
    if (outcome === undefined) throw misplaced(position);
    step.checked = context.checked;
    if (outcome === blocked) return -1;
    step.covered[id] = 1;
    this.settle(k, position, outcome);
    step.checked = context.checked;
    return id;
  }

  /** Follows an outcome through returns, calls and locals to the next `at` statement. */
  private settle(k: K, position: ControlPoint<K>, first: Control): void {
    const { context, step, notes } = this;
    const { covered } = step;
    let outcome = first;
    while (outcome !== stuck) {
      if (outcome === left) {
        const { result } = context;
        notes?.push(this.returned(position.operation));
        if (!position.leave()) return; // the thread has ended
        const { statement } = codeAt(position);
        const then = statement.then?.(k, position.frame, result, context);
        if (then === undefined) throw misplaced(position);
        outcome = then;
        continue;
      }
      const to = outcome === next ? below(position) : indexOf(position.operation, outcome);
      if (to <= position.pc) step.loopsBack = true;
      position.jump(to);
      let { statement, id } = codeAt(position);
      while (statement.kind === 'calls') {
        covered[id] = 1;
        const callee = this.calleeOf(id, statement);
        const caller = position.frame;
        position.enter(callee);
        statement.pass?.(k, caller, position.frame as never, context);
        notes?.push(callee.name);
        ({ statement, id } = codeAt(position));
      }
      if (statement.kind === 'at') return;
      covered[id] = 1;
      const local = statement.run?.(k, position.frame, context);
      if (local === undefined) throw misplaced(position);
      if (local === blocked) {
        throw new ModelError(`${position.operation.name}: a local statement cannot wait`);
      }
      outcome = local;
    }
    step.loopsBack = true;
  }

  /** How a return reads in traces; that of a void function has no result. */
  private returned({ name, returns }: Compiled): string {
    const { result, isVoid } = this.context;
    if (isVoid && returns === undefined) return `return from ${name}`;
    const shown = returns?.(this.parts.scope, result) ?? result ?? 'NULL';
    return `return ${shown} from ${name}`;
  }

  /**
   * What a `calls` statement calls. Operations may be defined in any order, so not before it runs.
   */
  private calleeOf(id: number, { callee }: Code['statement']): Compiled {
    const known = this.callees[id];
    if (known !== undefined) return known;
    const name = callee!().name;
    const found = this.compiled.get(name);
    if (found === undefined) throw new ModelError(`${name} is called but is not an operation`);
    this.callees[id] = found;
    return found;
  }

  /** A frame of the given operation with everything blank, for start states. */
  blankFrame(name: string): Frame {
    return { ...(this.compiled.get(name) as Compiled).blank };
  }
}

/** Where a statement stands: a line below 1 is a mere label. */
function sourceOf<K, S>(
  { file, sourceOf: find }: AnyOperation<K, S>,
  statement: { readonly line: number; readonly fix?: string },
): Source {
  const { line, fix } = statement;
  if (find !== undefined) return find(statement) ?? { file: '', line: 0 };
  const source = { file, line: line < 1 ? 0 : line };
  return fix === undefined ? source : { ...source, fix };
}

/** How notes name a place: `munmap.c:58 do_munmap ...`, and `+do_munmap ...` if a fix has it. */
function passedText(operation: string, token: string, { file, line, fix }: Source): string {
  const text = `${operation} ${token}`;
  if (fix !== undefined) return `+${text}`;
  return file !== '' && line > 0 ? `${file}:${line} ${text}` : text;
}

function codeAt<K>({ operation, pc }: ControlPoint<K>): Code {
  return operation.code[pc];
}

/** The statement below. */
function below<K>({ operation, pc }: ControlPoint<K>): number {
  if (pc + 1 < operation.code.length) return pc + 1;
  throw new ModelError(`${operation.name}: runs off its last statement without a return`);
}

function indexOf({ name, indexOfLine }: Compiled, line: number): number {
  const index = indexOfLine.get(line);
  if (index !== undefined) return index;
  throw new ModelError(`${name}: goto(${described(line)}), but there is no statement on that line`);
}

function misplaced<K>({ operation, pc }: ControlPoint<K>): ModelError {
  const { statement } = operation.code[pc];
  const { name } = operation;
  if (statement.kind === 'calls' ? statement.then : statement.run) {
    return new ModelError(`${name}: returns undefined, not next, blocked, stuck, goto or leave`);
  }
  return new ModelError(`${name}: statement ${pc} cannot run by itself`);
}
