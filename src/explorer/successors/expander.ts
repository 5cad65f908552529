/**
 * Expands stored states into batches: the half of the search that asks the model and stores
 * nothing. Nothing is allocated per transition: the model calls one closure, made once, for every successor.
 */

import { VIOLATED, CHECK_RESULT, HOLDS, STATE, type Batch } from './batch.ts';
import { ChangedBits } from '../checks/changed-bits.ts';
import type { Model } from '../model.ts';
import { RecentStates } from './recent-states.ts';
import type { VisitedSet } from '../visited/visited-set.ts';
import { truth, wroteInstead } from '../checks/model-errors.ts';

export class Expander {
  private readonly model: Model;
  private readonly store: VisitedSet;
  /** Are states without successors checked for deadlock? */
  readonly checksDeadlock: boolean;
  /** Does every successor have to be in the batch, or may some that are known be left out? */
  readonly keepDuplicates: boolean;
  private readonly changes: ChangedBits;
  private readonly recent: RecentStates | undefined;
  /** Statements that ran and checks that applied, as far as batches have told. */
  private readonly reportedCoverage: Uint8Array;
  private batch!: Batch;
  private parent = 0;
  private ending = false;

  constructor(model: Model, store: VisitedSet, deadlock: boolean, every: boolean) {
    this.model = model;
    this.store = store;
    this.checksDeadlock = deadlock;
    this.keepDuplicates = every;
    this.changes = new ChangedBits(model, store);
    this.recent = every ? undefined : new RecentStates(model.words);
    this.reportedCoverage = new Uint8Array(model.statements.length + model.stateInvariants.length);
  }

  /** The state that is being expanded or was last, and whether it is asked if it may be the last one. */
  get expanding(): { readonly state: number; readonly ending: boolean } {
    return { state: this.parent, ending: this.ending };
  }

  /** Adds the successors of the states with ids from `first` up to, not including, `end`. */
  expand(first: number, end: number, batch: Batch): void {
    const { model, store, visit } = this;
    this.batch = batch;
    batch.first = first;
    let id = first;
    for (; id < end; id++) {
      this.parent = id;
      const before = batch.count;
      const transitions = batch.transitions;
      store.load(id);
      model.successors(visit);
      if (batch.overflowed) {
        batch.count = before;
        batch.transitions = transitions;
        break;
      }
      if (batch.transitions === transitions && this.checksDeadlock) this.checkDeadlock(id);
    }
    batch.end = id;
    this.reportCoverage();
  }

  /**
   * Asks the invariants about the states that a look-up has not found. Only those are asked that a
   * step concerns: HOLDS means that nothing is violated that was not before.
   */
  check(batch: Batch): void {
    const { model, reportedCoverage } = this;
    const { scratch, words, stateInvariants, statements } = model;
    const { rows, stride, unseen, unseenCount } = batch;
    for (let i = 0; i < unseenCount; i++) {
      const at = unseen[i] * stride;
      for (let w = 0; w < words; w++) scratch[w] = rows[at + STATE + w];
      this.changes.compare(rows, at);
      let judged = HOLDS;
      for (let check = 0; check < stateInvariants.length; check++) {
        if (!this.changes.affects(check)) continue;
        const invariant = stateInvariants[check];
        const place = statements.length + check;
        if (reportedCoverage[place] === 0 && truth(invariant.applies(), invariant.name)) {
          reportedCoverage[place] = 1;
          batch.newCoverage.push(place);
        }
        if (invariant.violation() !== undefined) judged = VIOLATED;
      }
      rows[at + CHECK_RESULT] = judged;
    }
  }

  private readonly visit = (thread: number, statement: number, choice: number): void => {
    const { model, batch, recent } = this;
    const { scratch } = model;
    const { checked, violated } = model.step;
    batch.transitions++;
    batch.checked |= checked;
    // What was met before is stored, or will be by the time that this batch is taken.
    if (recent !== undefined && recent.seen(scratch) && violated === 0) return;
    batch.add(scratch, this.parent, thread, statement, choice, violated);
  };

  private checkDeadlock(id: number): void {
    this.store.load(id);
    this.ending = true;
    if (!truth(this.model.isFinal(), 'finished')) this.batch.deadlocked.push(id);
    if (!this.store.matches(id)) throw wroteInstead('finished', [], 'may only read');
    this.ending = false;
  }

  private reportCoverage(): void {
    const { reportedCoverage, batch } = this;
    const { covered, appliedWithin } = this.model.step;
    for (let statement = 0; statement < covered.length; statement++) {
      if (covered[statement] === reportedCoverage[statement]) continue;
      reportedCoverage[statement] = 1;
      batch.newCoverage.push(statement);
    }
    if (appliedWithin === undefined) return;
    for (let check = 0; check < appliedWithin.length; check++) {
      const place = covered.length + check;
      if (appliedWithin[check] === 0 || reportedCoverage[place] === 1) continue;
      reportedCoverage[place] = 1;
      batch.newCoverage.push(place);
    }
  }
}
