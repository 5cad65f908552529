/**
 * Threads that run operations: supplies the explorer's contract for systems written as C functions.
 * The same `step` runs on the view over the scratch buffer (search) and on immer drafts (replay).
 *
 * A thread is a call stack; its bottom frame is the user program, the operation named first. One
 * step is one `at` statement of the running function, followed by everything that only concerns the
 * thread itself (returns, calls, `local` statements) until the next `at`.
 */

import type { StateInvariant, Visit } from '../explorer/model.ts';
import type { ConfirmableModel, Rerun } from '../explorer/rerun.ts';
import type { Statement } from '../explorer/statement.ts';
import type { ReducibleModel, RecordingModel } from '../reduction/capabilities.ts';
import { demandBits, placeOf, wroteInstead } from '../explorer/checks/model-errors.ts';
import { differs } from '../explorer/state-words.ts';
import { get } from '../state/schema.ts';
import type { StackView } from '../state/stack-view.ts';
import type { ChoicePoints } from './choice-points.ts';
import { compile } from './compile.ts';
import type { Compiled } from './compile.ts';
import { PackedControlPoint, PlainControlPoint } from './control-point.ts';
import type { ControlPoint } from './control-point.ts';
import { demandParts, type MachineParts, type MachineStepInvariant } from './parts.ts';
import { replayerOf, UNWORDED } from './replay.ts';
import { NONE, Scheduling } from './scheduling.ts';
import { StepRunner } from './step-runner.ts';
import type { Frame } from './thread-stacks.ts';

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
  readonly parts: MachineParts<K, S>;
  readonly replayer: Rerun;
  private readonly view: K;
  private readonly operations: ReadonlyMap<string, Compiled>;
  private readonly runner: StepRunner<K, S>;
  private readonly scheduling: Scheduling<K>;
  private readonly saved: Int32Array;
  private readonly looked: Int32Array;
  /** Of `successors`, and of `uniqueSuccessor`, which may be asked inside of a visit. */
  private readonly choosing: ChoicePoints<S>;
  private readonly looking: ChoicePoints<S>;
  /** In the scratch buffer, and in the values of replays. */
  private readonly packed: ControlPoint<K>;
  private readonly plain: ControlPoint<K>;

  constructor(parts: MachineParts<K, S>) {
    demandParts(parts);
    const { stepInvariants = [] } = parts;
    demandBits(stepInvariants.length);
    this.parts = parts;
    this.words = parts.layout.words;
    this.scratch = parts.layout.scratch;
    this.view = parts.layout.view;
    this.saved = new Int32Array(this.words);
    this.looked = new Int32Array(this.words);
    this.threads = parts.threads;
    const program = compile(parts.operations, parts.scope);
    this.operations = program.operations;
    this.statements = program.statements;
    this.runner = new StepRunner(parts.scope, program, stepInvariants);
    this.step = this.runner.step;
    this.scheduling = new Scheduling(parts);
    this.stateInvariants = parts.stateInvariants(this.view);
    this.stepInvariants = stepInvariants;
    const stacks = parts.threads.map((_, t) => parts.stackOf(this.view, t) as StackView<Frame>);
    this.packed = new PackedControlPoint(this.scratch, stacks, [...this.operations.values()]);
    this.plain = new PlainControlPoint(parts.stackOf, this.operations);
    this.choosing = this.runner.context;
    this.looking = this.runner.choicePoints();
    this.replayer = replayerOf(this, UNWORDED);
  }

  initialStates(visit: () => void): void {
    for (const state of this.parts.start) {
      this.scratch.set(this.parts.layout.pack(state));
      visit();
    }
  }

  successors(visit: Visit): void {
    const { scratch, saved, words, runner, choosing, view, packed } = this;
    for (let w = 0; w < words; w++) saved[w] = scratch[w];
    const only = this.onlyThread(saved);
    if (only === NONE) return;
    let dirty = false;
    for (let thread = 0; thread < this.threads.length; thread++) {
      if (only >= 0 && only !== thread) continue;
      choosing.restart();
      do {
        if (dirty) for (let w = 0; w < words; w++) scratch[w] = saved[w];
        dirty = false;
        const id = runner.run(view, packed, thread);
        if (id < 0) {
          this.demandUnchanged(saved);
          continue;
        }
        dirty = true;
        visit(thread, id, choosing.choice());
      } while (choosing.advance());
    }
  }

  successorsOf(thread: number, visit: Visit): void {
    const { scratch, saved, runner, choosing, view, packed } = this;
    saved.set(scratch);
    const only = this.onlyThread(saved);
    if (only === NONE || (only >= 0 && only !== thread)) return;
    choosing.restart();
    do {
      const id = runner.run(view, packed, thread);
      if (id < 0) {
        this.demandUnchanged(saved);
        continue;
      }
      visit(thread, id, choosing.choice());
      scratch.set(saved);
    } while (choosing.advance());
  }

  uniqueSuccessor(visit: Visit): boolean {
    const { scratch, looked, words, runner, looking, view, packed } = this;
    for (let w = 0; w < words; w++) looked[w] = scratch[w];
    const only = this.onlyThread(looked);
    if (only === NONE) return false;
    const { context } = runner;
    runner.context = looking;
    let found = 0;
    for (let thread = 0; thread < this.threads.length && found < 2; thread++) {
      if (only >= 0 && only !== thread) continue;
      looking.restart();
      do {
        const id = runner.run(view, packed, thread);
        if (id < 0) {
          this.demandUnchanged(looked);
          continue;
        }
        if (++found === 1) visit(thread, id, looking.choice());
        for (let w = 0; w < words; w++) scratch[w] = looked[w];
      } while (found < 2 && looking.advance());
    }
    runner.context = context;
    return found === 1;
  }

  running(): { readonly thread: number; readonly statement: number } | undefined {
    const { runner, packed } = this;
    const statement = packed.operation?.code[packed.pc]?.id;
    return statement === undefined ? undefined : { thread: runner.context.thread, statement };
  }

  /** The only thread that may step in the state in scratch, which is `state`. */
  private onlyThread(state: Int32Array): number {
    const { view, scratch } = this;
    const only = this.scheduling.onlyThread(view);
    if (!differs(scratch, state)) return only;
    throw wroteInstead('halted or exclusive', this.cellsChanged(state), 'may only read');
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
    return this.scheduling.isFinal(this.view);
  }

  /** Filled by replays: functions entered and left, and what statements say of themselves. */
  get notes(): string[] | undefined {
    return this.runner.notes;
  }

  set notes(notes: string[] | undefined) {
    this.runner.notes = notes;
  }

  /** Called by replays whenever a place has been added to the notes. */
  set onPlace(onPlace: (() => void) | undefined) {
    this.runner.onPlace = onPlace;
  }

  /** Replays one choice of one thread on `k`; the statement that ran, or -1 if it is blocked. */
  replay(k: K, thread: number, choice: number): number {
    this.runner.context.replay(choice);
    return this.stepIn(k, thread);
  }

  /** True if the last `replay` used up its choice: the outcome it named exists. */
  choiceExists(): boolean {
    return this.runner.context.exhausted();
  }

  /** All choices of one thread in `k`, which `fresh` hands out unchanged for each of them. */
  choices(fresh: () => K, thread: number): { statement: number; choice: number }[] {
    const found: { statement: number; choice: number }[] = [];
    this.runner.context.restart();
    do {
      const statement = this.stepIn(fresh(), thread);
      if (statement >= 0) found.push({ statement, choice: this.runner.context.choice() });
    } while (this.runner.context.advance());
    return found;
  }

  private stepIn(k: K, thread: number): number {
    this.step.checked = 0;
    this.step.violated = 0;
    const only = this.scheduling.onlyThread(k);
    if (only === NONE || (only >= 0 && only !== thread)) return -1;
    return this.runner.run(k, k === this.view ? this.packed : this.plain, thread);
  }

  /** A frame of this operation with everything blank, for start states. */
  blankFrame(name: string): Frame {
    return { ...(this.operations.get(name) as Compiled).blank };
  }
}
