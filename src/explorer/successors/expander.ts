/**
 * Expands stored states into batches: the half of the search that runs the model and
 * stores nothing. Nothing is allocated per transition: the model calls one closure, made
 * once, for every successor.
 */

import { ChangedBits } from '../checks/changed-bits.ts';
import { truth, wroteInstead } from '../checks/model-errors.ts';
import type { Inspected, Inspector } from '../checks/inspector.ts';
import type { Model, Visit } from '../model.ts';
import type { VisitedSet } from '../visited/visited-set.ts';
import { CHECK_RESULT, HOLDS, PARENT, STATE, VIOLATED, type Batch } from './batch.ts';
import { RecentStates } from './recent-states.ts';

export class Expander implements Inspected {
  /** Are states without successors checked for deadlock? */
  readonly checksDeadlock: boolean;
  /** Does every successor have to be in the batch, or can some that are known be left out? */
  readonly keepDuplicates: boolean;

  /** Looks at each state before it is expanded, until it has seen enough. */
  inspector: Inspector | undefined;

  private readonly model: Model;
  private readonly visited: VisitedSet;
  private readonly changes: ChangedBits;
  private readonly recent: RecentStates | undefined;
  /** Statements that ran, then state invariants that applied, as far as batches say so. */
  private readonly reportedCoverage: Uint8Array;
  private batch!: Batch;
  private parent = 0;
  private ending = false;
  private observer: Visit | undefined;

  constructor(model: Model, visited: VisitedSet, checksDeadlock: boolean, keepDuplicates: boolean) {
    this.model = model;
    this.visited = visited;
    this.checksDeadlock = checksDeadlock;
    this.keepDuplicates = keepDuplicates;
    this.changes = new ChangedBits(model, visited);
    this.recent = keepDuplicates ? undefined : new RecentStates(model.words);
    this.reportedCoverage = new Uint8Array(model.statements.length + model.stateInvariants.length);
  }

  /**
   * The state being expanded, or the last one; and is the model being asked whether it is final?
   */
  get expanding(): { readonly state: number; readonly ending: boolean } {
    return { state: this.parent, ending: this.ending };
  }

  /** Adds the successors of the states with ids from `first` up to, not including, `end`. */
  expand(first: number, end: number, batch: Batch): void {
    const { model, visited, visit } = this;
    this.batch = batch;
    batch.first = first;
    let id = first;
    for (; id < end; id++) {
      this.parent = id;
      const before = batch.count;
      const transitions = batch.transitions;
      visited.load(id);
      if (this.inspector !== undefined) this.inspect(this.inspector, id);
      model.successors(visit);
      if (batch.overflowed) {
        batch.count = before;
        batch.transitions = transitions;
        break;
      }
      if (batch.transitions === transitions) this.checkEnd(id);
    }
    batch.end = id;
    this.reportCoverage();
  }

  /**
   * Checks the states that a look-up has not found, against the invariants that the step can
   * affect. HOLDS means that the step made none of them false.
   */
  check(batch: Batch): void {
    const { model, reportedCoverage } = this;
    const { scratch, words, stateInvariants, statements } = model;
    const { rows, stride, unseen, unseenCount } = batch;
    for (let i = 0; i < unseenCount; i++) {
      const at = unseen[i] * stride;
      for (let w = 0; w < words; w++) scratch[w] = rows[at + STATE + w];
      this.changes.compare(rows[at + PARENT], rows, at + STATE);
      let result = HOLDS;
      for (let check = 0; check < stateInvariants.length; check++) {
        if (!this.changes.affects(check)) continue;
        const invariant = stateInvariants[check];
        const index = statements.length + check;
        if (reportedCoverage[index] === 0 && truth(invariant.applies(), invariant.name)) {
          reportedCoverage[index] = 1;
          batch.newCoverage.push(index);
        }
        if (invariant.violation() !== undefined) result = VIOLATED;
      }
      rows[at + CHECK_RESULT] = result;
    }
  }

  /** From now on errors are about this state. */
  readonly lookAt = (state: number): void => {
    this.parent = state;
    this.ending = false;
  };

  /** By `visit`, so that the model is called with one function only. */
  readonly visitSuccessors = (model: Model, visit: Visit): void => {
    if (model !== this.model) {
      model.successors(visit);
      return;
    }
    this.observer = visit;
    try {
      model.successors(this.visit);
    } finally {
      this.observer = undefined;
    }
  };

  private inspect(inspector: Inspector, id: number): void {
    inspector.inspect(id, this);
    if (inspector.done) this.inspector = undefined;
  }

  private readonly visit = (thread: number, statement: number, choice: number): void => {
    if (this.observer !== undefined) {
      this.observer(thread, statement, choice);
      return;
    }
    const { model, batch, recent } = this;
    const { scratch } = model;
    const { checked, violated } = model.step;
    batch.transitions++;
    batch.checked |= checked;
    // A recent state is stored, or is in this batch or an earlier one.
    if (recent !== undefined && recent.seen(scratch) && violated === 0) return;
    batch.add(scratch, this.parent, thread, statement, choice, violated);
  };

  /** A state without successors: a deadlock, unless it is final. */
  private checkEnd(id: number): void {
    const { batch, checksDeadlock } = this;
    if (batch.ended && !checksDeadlock) return;
    this.visited.load(id);
    this.ending = true;
    if (truth(this.model.isFinal(), 'finished')) batch.ended = true;
    else if (checksDeadlock) batch.deadlocked.push(id);
    if (!this.visited.matches(id)) throw wroteInstead('finished', [], 'may only read');
    this.ending = false;
  }

  private reportCoverage(): void {
    const { covered, appliedWithin } = this.model.step;
    for (let statement = 0; statement < covered.length; statement++) {
      if (covered[statement] !== 0) this.reportCovered(statement);
    }
    if (appliedWithin === undefined) return;
    for (let check = 0; check < appliedWithin.length; check++) {
      if (appliedWithin[check] !== 0) this.reportCovered(covered.length + check);
    }
  }

  private reportCovered(index: number): void {
    if (this.reportedCoverage[index] === 1) return;
    this.reportedCoverage[index] = 1;
    this.batch.newCoverage.push(index);
  }
}
