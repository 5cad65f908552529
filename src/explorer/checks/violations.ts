/**
 * Judges states and steps as they are found, and remembers what broke.
 *
 * Without keep-going only the first violation counts, in order of discovery. With it there is one
 * finding per distinct breach: the same invariant made false by the same statement is the same
 * violation. For this each state is marked with the invariants that it breaks, so that a step from a
 * sound state into a known broken one is recognised too; such a step has to count, as the state may
 * have been found first through another statement.
 */

import { ModelError } from '../../errors.ts';
import { CHOICE, STATEMENT, THREAD, STATE } from '../successors/batch.ts';
import { ChangedBits } from './changed-bits.ts';
import type { Column } from '../visited/column.ts';
import { DEADLOCK_FREE } from './confirm.ts';
import type { Model } from '../model.ts';
import type { Step } from '../statement.ts';
import type { CheckpointHead } from '../checkpoint.ts';
import { NONE, type VisitedSet } from '../visited/visited-set.ts';
import { demandBits, noSentence, stepSentence, truth, writingCheck } from './model-errors.ts';

/** A mark is the bits of one positive word. */
const MOST_CHECKS = 31;

export interface FoundViolation {
  readonly kind: 'state' | 'step' | 'deadlock';
  readonly invariant: string;
  /** Index of the check among those of its kind. */
  readonly check: number;
  readonly sentence: string;
  /** The state that the breaking step leaves; NONE for an initial state and for a deadlock. */
  readonly parent: number;
  /** The broken state; NONE for a step. */
  readonly state: number;
  /** The breaking step, as found; undefined where `parent` is NONE. */
  readonly step: Step | undefined;
  /** The statement that every trace to it must end with; undefined if any will do. */
  readonly statement: number | undefined;
  /** Steps up to the violation on the way the search went. */
  readonly length: number;
}

export class Violations {
  readonly found: FoundViolation[] = [];
  /** Bit i of a state's mark: it breaks state check i. Only with keep-going. */
  readonly marks: Column | undefined;
  /** State checks that had something to say, for coverage. */
  readonly applied: Uint8Array;
  /** Step checks that were put to the test, as bits. */
  checkedSteps = 0;

  private readonly model: Model;
  private readonly changes: ChangedBits;
  private readonly known = new Set<number>();
  private marked = false;
  private parent = NONE;
  private parentMark = 0;
  private length = 0;

  constructor(model: Model, store: VisitedSet, keepGoing: boolean) {
    this.model = model;
    this.changes = new ChangedBits(model, store);
    demandBits(model.stepInvariants.length);
    this.applied = new Uint8Array(model.stateInvariants.length);
    if (keepGoing && model.stateInvariants.length > MOST_CHECKS) {
      throw new ModelError(
        `Keep-going supports at most ${MOST_CHECKS} state invariants, found ` +
          `${model.stateInvariants.length}: choose some of them, and the others in a second run.`,
      );
    }
    this.marks = keepGoing ? store.column() : undefined;
  }

  /** For a checkpoint: the first so many findings. */
  save(
    count: number,
  ): Pick<CheckpointHead, 'applied' | 'checkedSteps' | 'found' | 'known' | 'marked'> {
    const { applied, checkedSteps, marked } = this;
    const found = this.found.slice(0, count);
    // With keep-going, each finding has made one key known.
    return {
      applied: [...applied],
      checkedSteps,
      found,
      known: [...this.known].slice(0, count),
      marked,
    };
  }

  /** From a checkpoint. */
  restore(head: CheckpointHead): void {
    this.applied.set(head.applied);
    this.checkedSteps = head.checkedSteps;
    this.found.push(...head.found);
    for (const key of head.known) this.known.add(key);
    this.marked = head.marked;
  }

  /** The steps to come leave this state, and are this many steps away from an initial one. */
  leave(parent: number, length: number): void {
    this.parent = parent;
    this.length = length;
    this.parentMark = this.marked ? this.marks!.get(parent) : 0;
  }

  /** Was the parent of the last `leave` broken, so that what comes after it may be, too? */
  get parentViolates(): boolean {
    return this.parentMark !== 0;
  }

  /** The state in scratch is an initial one. */
  checkInitial(state: number): void {
    const { scratch } = this.model;
    const before = scratch.slice();
    this.changes.reset();
    this.checkState(state, NONE, NONE, NONE);
    this.demandUnchanged(before, 0);
  }

  /** The state in scratch is new, and a successor that begins in `cells` at `at`. */
  checkNew(state: number, cells: Int32Array, at: number): void {
    this.changes.compare(cells, at);
    this.checkState(state, cells[at + THREAD], cells[at + STATEMENT], cells[at + CHOICE]);
    this.demandUnchanged(cells, at + STATE);
  }

  /** The invariants have left the state in scratch as it lies in `cells` from `at` on. */
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
      if ((made & (1 << check)) === 0 || this.known.has(this.key(check, statement))) continue;
      const sentence = this.model.stateInvariants[check].violation();
      if (sentence === undefined) throw unstable(this.model.stateInvariants[check].name);
      this.addState(state, check, sentence, thread, statement, choice);
    }
  }

  /** Would a step that raised these step checks tell anything new? */
  isNewStep(raised: number, statement: number): boolean {
    if (this.marks === undefined) {
      return this.found.length === 0 || this.length < this.found[0].length;
    }
    for (let check = 0; raised >>> check !== 0; check++) {
      const key = this.key(this.model.stateInvariants.length + check, statement);
      if ((raised & (1 << check)) !== 0 && !this.known.has(key)) return true;
    }
    return false;
  }

  /** The step just visited raised some step checks. */
  addSteps(thread: number, statement: number, choice: number): void {
    const { model, parent, length } = this;
    const { violated } = model.step;
    for (let check = 0; violated >>> check !== 0; check++) {
      const key = this.key(model.stateInvariants.length + check, statement);
      if ((violated & (1 << check)) === 0 || this.known.has(key)) continue;
      const step = { thread, statement, choice };
      const invariant = model.stepInvariants[check].name;
      const sentence = stepSentence(model.stepInvariants[check], model.step.explain(check));
      const kind = 'step';
      const finding = {
        kind,
        invariant,
        check,
        sentence,
        parent,
        state: NONE,
        step,
        statement,
        length,
      };
      this.add(finding as FoundViolation, key);
    }
  }

  /** Nothing leaves this state; `statement` is undefined where any statement may have led to it. */
  addDeadlock(state: number, statement: number | undefined, length: number): void {
    const { stateInvariants, stepInvariants } = this.model;
    const key = this.key(stateInvariants.length + stepInvariants.length, statement ?? NONE);
    if (this.known.has(key)) return;
    this.add(
      {
        kind: 'deadlock',
        invariant: DEADLOCK_FREE,
        check: 0,
        sentence: 'nothing can move, though not everything has finished',
        parent: NONE,
        state,
        step: undefined,
        statement,
        length,
      },
      key,
    );
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
    if (this.known.has(key)) return;
    if (typeof sentence !== 'string') throw noSentence(this.model.stateInvariants[check], sentence);
    const { parent, length, marks } = this;
    const initial = statement === NONE;
    this.add(
      {
        kind: 'state',
        invariant: this.model.stateInvariants[check].name,
        check,
        sentence,
        parent: initial ? NONE : parent,
        state,
        step: initial ? undefined : { thread, statement, choice },
        statement: marks === undefined || initial ? undefined : statement,
        length,
      },
      key,
    );
  }

  private add(finding: FoundViolation, key: number): void {
    if (this.marks !== undefined) {
      this.known.add(key);
      this.found.push(finding);
    } else if (this.found.length === 0 || finding.length < this.found[0].length) {
      // Shorter only if a deadlock is found in the level that a violation has begun to wind up.
      this.found[0] = finding;
    }
  }

  private key(check: number, statement: number): number {
    return check * (this.model.statements.length + 1) + statement + 1;
  }
}

function unstable(invariant: string): ModelError {
  return new ModelError(
    `The invariant ${invariant} was violated in a state and holds when checked again: ` +
      'an invariant must read nothing but the state.',
  );
}
