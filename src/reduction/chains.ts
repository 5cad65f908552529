/**
 * Chain compression: a state with a unique successor is checked and not stored, whichever thread
 * takes that step. All states reachable from it are reachable through that step: nothing is lost.
 * A state is stored if it violates an invariant, or if the step to it does: violations are found
 * where they would be found without chain compression.
 *
 * A merged step is named by the thread and the statement of the last of its steps; its choice is
 * its number among the steps of its state.
 */

import type { Visit } from '../explorer/model.ts';
import type { Step } from '../explorer/statement.ts';
import type { ReducibleModel } from './capabilities.ts';
import { StepRecord } from './step-record.ts';
import { copyWords, differIn } from '../explorer/state-words.ts';
import { ModelWrapper } from './model-wrapper.ts';

/**
 * So many steps are merged at most: of states that lead to each other in a circle, some are kept.
 */
const MOST_MERGED = 256;

export class ChainCompression extends ModelWrapper {
  override readonly step;
  private visit: Visit = () => {};
  private readonly from: Int32Array;
  /** Is `from` sound? Asked only where a state could be passed through. */
  private fromHolds: boolean | undefined;
  /**
   * Steps of `from` that have been seen; `held` of them may go further, those with these numbers.
   */
  private seen = 0;
  private held = 0;
  private readonly first: StepRecord[] = [];
  private readonly numbers: number[] = [];
  private ahead: StepRecord;
  private spare: StepRecord;
  /** The state before the one that may be passed through. */
  private readonly before: Int32Array;
  /** Thread, statement and choice of the steps that the step just visited consists of. */
  private readonly path = new Int32Array(3 * MOST_MERGED);
  private length = 0;
  /** The last of them; undefined if it is the inner model that has just taken it. */
  private reported: StepRecord | undefined;

  constructor(inner: ReducibleModel) {
    super(inner);
    this.step = {
      checked: 0,
      violated: 0,
      covered: inner.step.covered,
      appliedWithin: new Uint8Array(inner.stateInvariants.length),
      explain: (check: number) => (this.reported ?? inner.step).explain(check),
    };
    this.from = new Int32Array(inner.words);
    this.before = new Int32Array(inner.words);
    this.ahead = new StepRecord(inner.words);
    this.spare = new StepRecord(inner.words);
  }

  override successors(visit: Visit): void {
    this.visit = visit;
    this.seen = 0;
    this.held = 0;
    this.fromHolds = undefined;
    copyWords(this.scratch, this.from);
    this.inner.successors(this.begin);
    for (let i = 0; i < this.held; i++) this.follow(i);
  }

  /** Of the step that is being visited. */
  steps(): Step[] {
    return Array.from({ length: this.length }, (_, i) => {
      const [thread, statement, choice] = this.path.subarray(3 * i, 3 * i + 3);
      return { thread: thread!, statement: statement!, choice: choice! };
    });
  }

  private readonly begin: Visit = (thread, statement, choice) => {
    const { inner } = this;
    const { checked, violated } = inner.step;
    const number = this.seen++;
    if (violated === 0 && inner.hasSeveralSuccessors?.() !== true) {
      const taken = (this.first[this.held] ??= new StepRecord(this.words));
      taken.note(inner, thread, statement, choice);
      if (inner.uniqueSuccessor?.(this.look) ?? true) {
        this.numbers[this.held++] = number;
        return;
      }
    }
    this.step.checked = checked;
    this.step.violated = violated;
    this.reported = undefined;
    this.length = 0;
    this.append(thread, statement, choice);
    this.visit(thread, statement, number);
  };

  /**
   * Goes on from the i-th step that is held as long as there is one successor, and visits the end.
   */
  private follow(i: number): void {
    const { scratch, from, before } = this;
    let taken = this.first[i];
    let { checked } = taken;
    this.length = 0;
    this.append(taken.thread, taken.statement, taken.choice);
    copyWords(from, before);
    copyWords(taken.state, scratch);
    while (taken.violated === 0 && this.fromHolds !== false && this.length < MOST_MERGED) {
      if (!this.hasUniqueSuccessor()) break;
      copyWords(taken.state, scratch);
      if (!this.invariantsHold() || !this.heldBefore(taken)) break;
      copyWords(taken.state, before);
      taken = this.ahead;
      this.ahead = this.spare;
      this.spare = taken;
      checked |= taken.checked;
      this.append(taken.thread, taken.statement, taken.choice);
      copyWords(taken.state, scratch);
    }
    copyWords(taken.state, scratch);
    this.step.checked = checked;
    this.step.violated = taken.violated;
    this.reported = taken;
    this.visit(taken.thread, taken.statement, this.numbers[i]);
  }

  /** Finds out where the only step from the state in scratch leads, if there is only one. */
  private hasUniqueSuccessor(): boolean {
    const { inner, look } = this;
    if (inner.uniqueSuccessor !== undefined) return inner.uniqueSuccessor(look);
    let found = 0;
    inner.successors((thread, statement, choice) => {
      if (found++ === 0) look(thread, statement, choice);
    });
    return found === 1;
  }

  private append(thread: number, statement: number, choice: number): void {
    const at = 3 * this.length++;
    this.path[at] = thread;
    this.path[at + 1] = statement;
    this.path[at + 2] = choice;
  }

  private readonly look: Visit = (thread, statement, choice) => {
    this.ahead.note(this.inner, thread, statement, choice);
  };

  /**
   * What is repaired in passing could be broken again there, and that would
   * be a violation of its own.
   */
  private heldBefore({ state }: StepRecord): boolean {
    const { from, scratch } = this;
    if (this.fromHolds === undefined) {
      copyWords(from, scratch);
      this.fromHolds = this.stateInvariants.every((check) => check.violation() === undefined);
      copyWords(state, scratch);
    }
    return this.fromHolds;
  }

  /**
   * Does every invariant hold in the state in scratch? Notes which of them have something to say.
   * They say what they said of the state before if the step changed nothing that they read.
   */
  private invariantsHold(): boolean {
    const { stateInvariants, scratch, before } = this;
    const { appliedWithin } = this.step;
    for (let check = 0; check < stateInvariants.length; check++) {
      const invariant = stateInvariants[check];
      const { reads } = invariant;
      if (reads !== undefined && !differIn(scratch, before, reads)) continue;
      if (invariant.violation() !== undefined) return false;
      if (appliedWithin[check] === 0 && invariant.applies()) appliedWithin[check] = 1;
    }
    return true;
  }
}
