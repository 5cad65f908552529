/**
 * Checks states and steps as they are found, and logs the violations.
 *
 * With keep-going, each state is marked with the invariants that it violates, so that a step from a
 * state where an invariant holds into a known state that violates it is recognised too. Such a step
 * counts, as the state may have been found first through another statement.
 */

import { ModelError } from '../../errors.ts';
import type { Model } from '../model.ts';
import { DEADLOCK_FREE } from '../verdict.ts';
import type { Column } from '../visited/column.ts';
import { NONE } from '../visited/ids.ts';
import type { VisitedSet } from '../visited/visited-set.ts';
import { ChangedBits } from './changed-bits.ts';
import { deferredOf, type Checked } from './deferred.ts';
import { demandBits, noSentence, stepSentence, truth } from './model-errors.ts';
import { unstable, writingCheck } from './model-errors.ts';
import { ViolationLog, type FoundViolation } from './violation-log.ts';

/** A mark is the bits of one positive word. */
const MOST_MARKED = 31;

/** What a checkpoint keeps of it. */
export interface SavedViolations {
  /** 1 for each state invariant that applied. */
  readonly applied: readonly number[];
  readonly checkedSteps: number;
  readonly found: readonly FoundViolation[];
  /** With keep-going: keys of violations that are not reported again. */
  readonly known: readonly number[];
  readonly marked: boolean;
}

export class Violations {
  /** Bit i of a state's mark: it violates state invariant i. Only with keep-going. */
  readonly marks: Column | undefined;
  /** State invariants that applied, for coverage. */
  readonly applied: Uint8Array;
  /** Invariants whose violations do not end the search. */
  readonly deferred: ReadonlySet<string>;
  /** Step invariants that were checked, as bits. */
  checkedSteps = 0;

  private readonly model: Model;
  private readonly log: ViolationLog;
  private readonly changes: ChangedBits;
  private marked = false;
  private parent = NONE;
  private parentMark = 0;
  private length = 0;

  constructor(model: Model, visited: VisitedSet, options: Checked) {
    const keepGoing = options.keepGoing === true;
    this.model = model;
    this.deferred = deferredOf(model, options);
    this.log = new ViolationLog(keepGoing, this.deferred);
    this.changes = new ChangedBits(model, visited);
    demandBits(model.stepInvariants.length);
    this.applied = new Uint8Array(model.stateInvariants.length);
    if (keepGoing && model.stateInvariants.length > MOST_MARKED) {
      throw new ModelError(
        `Keep-going supports at most ${MOST_MARKED} state invariants, found ` +
          `${model.stateInvariants.length}: choose some of them, and the others in a second run.`,
      );
    }
    this.marks = keepGoing ? visited.column() : undefined;
  }

  get found(): readonly FoundViolation[] {
    return this.log.found;
  }

  /** Was a violation found that ends a search without keep-going? */
  get ends(): boolean {
    return this.log.ends;
  }

  /** With the first `count` violations. */
  save(count: number): SavedViolations {
    const { applied, checkedSteps, marked } = this;
    return { applied: [...applied], checkedSteps, ...this.log.save(count), marked };
  }

  restore({ applied, checkedSteps, found, known, marked }: SavedViolations): void {
    this.applied.set(applied);
    this.checkedSteps = checkedSteps;
    this.log.restore(found, known);
    this.marked = marked;
  }

  /** The steps to come leave this state, and are this many steps away from an initial one. */
  leave(parent: number, length: number): void {
    this.parent = parent;
    this.length = length;
    this.parentMark = this.marked ? this.marks!.get(parent) : 0;
  }

  /** Does the state left last violate something, so that its successors may, too? */
  get parentViolates(): boolean {
    return this.parentMark !== 0;
  }

  /** The state in scratch is an initial one. */
  checkInitial(state: number): void {
    const before = this.model.scratch.slice();
    this.changes.reset();
    this.checkState(state, NONE, NONE, NONE);
    this.demandUnchanged(before, 0);
  }

  /** The state in scratch is a new successor; it also lies in `cells` from `at` on. */
  checkNew(
    state: number,
    thread: number,
    statement: number,
    choice: number,
    cells: Int32Array,
    at: number,
  ): void {
    this.changes.compare(this.parent, cells, at);
    this.checkState(state, thread, statement, choice);
    this.demandUnchanged(cells, at);
  }

  /**
   * The invariants have not changed the state in scratch, which also lies in `cells` from `at` on.
   */
  private demandUnchanged(cells: Int32Array, at: number): void {
    const { scratch, words } = this.model;
    let difference = 0;
    for (let w = 0; w < words; w++) difference |= scratch[w] ^ cells[at + w];
    if (difference !== 0) throw writingCheck(this.model, cells.slice(at, at + words));
  }

  private checkState(state: number, thread: number, statement: number, choice: number): void {
    const { changes, parentMark } = this;
    const { stateInvariants } = this.model;
    let mark = 0;
    for (let check = 0; check < stateInvariants.length; check++) {
      if (!changes.affects(check)) {
        mark |= parentMark & (1 << check);
        continue;
      }
      const invariant = stateInvariants[check];
      if (this.applied[check] === 0 && truth(invariant.applies(), invariant.name)) {
        this.applied[check] = 1;
      }
      const sentence = invariant.violation();
      if (sentence === undefined) continue;
      mark |= 1 << check;
      if ((parentMark & (1 << check)) !== 0) continue;
      this.addState(state, check, sentence, thread, statement, choice);
    }
    if (mark === 0 || this.marks === undefined) return;
    this.marks.set(state, mark);
    this.marked = true;
  }

  /** Can a step into this known state be a violation? */
  needsCheck(state: number): boolean {
    return this.marked && (this.marks!.get(state) & ~this.parentMark) !== 0;
  }

  /** The state in scratch was known already. */
  checkKnown(state: number, thread: number, statement: number, choice: number): void {
    const made = this.marks!.get(state) & ~this.parentMark;
    for (let check = 0; made >>> check !== 0; check++) {
      const { name, violation } = this.model.stateInvariants[check];
      const isMade = (made & (1 << check)) !== 0;
      if (!isMade || !this.log.takes(name, this.key(check, statement), this.length)) continue;
      const sentence = violation();
      if (sentence === undefined) throw unstable(name);
      this.addState(state, check, sentence, thread, statement, choice);
    }
  }

  /** Would a step that violated these step invariants add a violation? */
  isNewStep(violated: number, statement: number): boolean {
    const { stateInvariants, stepInvariants } = this.model;
    for (let check = 0; violated >>> check !== 0; check++) {
      if ((violated & (1 << check)) === 0) continue;
      const key = this.key(stateInvariants.length + check, statement);
      if (this.log.takes(stepInvariants[check].name, key, this.length)) return true;
    }
    return false;
  }

  /** The step being visited violated some step invariants. */
  addSteps(thread: number, statement: number, choice: number): void {
    const { model, parent, length } = this;
    const { violated } = model.step;
    const step = { thread, statement, choice };
    for (let check = 0; violated >>> check !== 0; check++) {
      const key = this.key(model.stateInvariants.length + check, statement);
      const { name: invariant } = model.stepInvariants[check];
      const isViolated = (violated & (1 << check)) !== 0;
      if (!isViolated || !this.log.takes(invariant, key, length)) continue;
      const sentence = stepSentence(model.stepInvariants[check], model.step.explain(check));
      const where = { parent, state: NONE, step, statement, length };
      this.log.add({ kind: 'step', invariant, check, sentence, ...where }, key);
    }
  }

  /**
   * This state has no successor; `statement` is undefined where any statement may have led to it.
   */
  addDeadlock(state: number, statement: number | undefined, length: number): void {
    const { stateInvariants, stepInvariants } = this.model;
    const key = this.key(stateInvariants.length + stepInvariants.length, statement ?? NONE);
    if (!this.log.takes(DEADLOCK_FREE, key, length)) return;
    const sentence = 'nothing can move, though not everything has finished';
    const where = { parent: NONE, state, step: undefined, statement, length };
    const violation = { invariant: DEADLOCK_FREE, check: 0, sentence, ...where };
    this.log.add({ kind: 'deadlock', ...violation }, key);
  }

  private addState(
    state: number,
    check: number,
    sentence: string,
    thread: number,
    statement: number,
    choice: number,
  ): void {
    const key = this.key(check, statement);
    const invariant = this.model.stateInvariants[check];
    if (!this.log.takes(invariant.name, key, this.length)) return;
    if (typeof sentence !== 'string') throw noSentence(invariant, sentence);
    const initial = statement === NONE;
    const violation: FoundViolation = {
      kind: 'state',
      invariant: invariant.name,
      check,
      sentence,
      parent: initial ? NONE : this.parent,
      state,
      step: initial ? undefined : { thread, statement, choice },
      statement: this.marks === undefined || initial ? undefined : statement,
      length: this.length,
    };
    this.log.add(violation, key);
  }

  private key(check: number, statement: number): number {
    return check * (this.model.statements.length + 1) + statement + 1;
  }
}
