/**
 * Runs one step of one thread: the `at` statement at which it stands, then everything that only
 * concerns the thread itself (returns, calls, `local` statements) until the next `at`. What the
 * step did besides writing the state is reported in `step`, and in notes if a replay wants them.
 */

import { ModelError } from '../errors.ts';
import { described, stepSentence, thrownBy } from '../explorer/checks/model-errors.ts';
import type { Ref } from '../state/pool.ts';
import { ChoicePoints } from './choice-points.ts';
import type { Code, Compiled, Program } from './compile.ts';
import type { ControlPoint } from './control-point.ts';
import type { MachineStepInvariant } from './parts.ts';
import { blocked, left, next, stuck } from './vocabulary.ts';
import type { Control, Result } from './vocabulary.ts';

export class StepRunner<K, S> {
  readonly step;
  /** The choices of the step that runs; a machine that looks ahead puts others in their place. */
  context: ChoicePoints<S>;
  notes: string[] | undefined;
  onPlace: (() => void) | undefined;
  private readonly scope: S;
  private readonly program: Program;
  private readonly stepInvariants: readonly MachineStepInvariant<S>[];
  private readonly ignored: readonly boolean[];
  /** By statement, what it calls, once it has. */
  private readonly callees: Compiled[] = [];
  /** By step invariant, the numbers of its last violation. */
  private readonly reasons: [Result, Result, Result][] = [];

  constructor(scope: S, program: Program, stepInvariants: readonly MachineStepInvariant<S>[]) {
    this.scope = scope;
    this.program = program;
    this.stepInvariants = stepInvariants;
    this.ignored = stepInvariants.map(({ ignored }) => ignored);
    // `loopsBack`: a function jumped back, or the machine stopped for good.
    this.step = {
      checked: 0,
      violated: 0,
      loopsBack: false,
      covered: new Uint8Array(program.statements.length),
      explain: (check: number) => this.explain(check),
    };
    this.context = this.choicePoints();
  }

  /** Choices that have not been made yet, for the steps of this runner. */
  choicePoints(): ChoicePoints<S> {
    const made = new ChoicePoints(this.scope, this.ignored, (check, a, b, c) => {
      this.step.violated |= 1 << check;
      this.reasons[check] = [a, b, c];
    });
    made.pass = (statement) => this.pass(statement);
    return made;
  }

  /**
   * The next step of a thread that may step; its statement, or -1 if it has ended or is blocked.
   */
  run(k: K, position: ControlPoint<K>, thread: number): number {
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
    const shown = returns?.(this.scope, result) ?? result ?? 'NULL';
    return `return ${shown} from ${name}`;
  }

  /**
   * What a `calls` statement calls. Operations may be defined in any order, so not before it runs.
   */
  private calleeOf(id: number, { callee }: Code['statement']): Compiled {
    const known = this.callees[id];
    if (known !== undefined) return known;
    const name = callee!().name;
    const found = this.program.operations.get(name);
    if (found === undefined) throw new ModelError(`${name} is called but is not an operation`);
    this.callees[id] = found;
    return found;
  }

  private explain(stepCheck: number): string {
    const [a, b, c] = this.reasons[stepCheck];
    const invariant = this.stepInvariants[stepCheck];
    try {
      return stepSentence(invariant, invariant.sentence(this.scope, a, b, c));
    } catch (error) {
      throw thrownBy(invariant.name, error);
    }
  }

  /** A statement of another operation was run within the step. */
  private pass(statement: unknown): void {
    const place = this.program.places.get(statement);
    if (place === undefined) throw new ModelError('a passed place is not a statement');
    this.step.covered[place.id] = 1;
    if (this.notes === undefined) return;
    this.notes.push(place.text);
    this.onPlace?.();
  }
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
