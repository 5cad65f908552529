/**
 * Commits batches: inserts the successors, checks the new states, counts. Batches come in the order
 * of their states, and the effect is that of committing one successor after the other; so what is
 * stored, found and counted does not depend on which thread expanded what.
 */

import type { Violations } from '../checks/violations.ts';
import type { Frontier } from '../frontier/frontier.ts';
import type { Model } from '../model.ts';
import type { Step } from '../statement.ts';
import { lastStep, notDeterministic } from '../traces/path.ts';
import { NONE, OUT_OF_ROOM } from '../visited/ids.ts';
import type { VisitedSet } from '../visited/visited-set.ts';
import { Batch, CHECK_RESULT, CHOICE, HASH, HOLDS, PARENT } from './batch.ts';
import { STATE, STATEMENT, THREAD, UNCHECKED, VIOLATED_STEPS } from './batch.ts';
import type { Expander } from './expander.ts';

export class Committer {
  /** Successors committed. */
  transitions = 0;
  /** Why there was no room for more. */
  limitHit: VisitedSet['limitHit'];
  /** 1 for each statement that ran. */
  readonly covered: Uint8Array;
  /** Was a final state without successors expanded? */
  ended = false;

  private readonly model: Model;
  private readonly visited: VisitedSet;
  private readonly violations: Violations;
  private readonly frontier: Frontier;
  private readonly expander: Expander;
  private readonly keepGoing: boolean;
  /** The batch being committed. */
  private batch!: Batch;
  /** Where the row begins whose state is being checked; -1: none is. */
  private checkedRow = -1;

  constructor(
    model: Model,
    visited: VisitedSet,
    violations: Violations,
    frontier: Frontier,
    expander: Expander,
    keepGoing: boolean,
  ) {
    this.model = model;
    this.visited = visited;
    this.violations = violations;
    this.frontier = frontier;
    this.expander = expander;
    this.keepGoing = keepGoing;
    this.covered = new Uint8Array(model.statements.length);
  }

  /** Inserts the initial state in scratch. */
  readonly commitInitial = (): void => {
    const id = this.visited.insert(NONE);
    if (id === OUT_OF_ROOM) this.limitHit = this.visited.limitHit;
    else if (id >= 0) this.violations.checkInitial(id);
  };

  commit(batch: Batch): void {
    const { visited, violations, frontier } = this;
    if (batch.lookedUp) visited.prefetch(batch);
    else visited.lookUp(batch);
    this.batch = batch;
    const { unseen, unseenCount, rows, stride } = batch;
    if (!visited.hasRoomFor(unseenCount)) {
      this.commitUntilFull(batch);
      return;
    }
    this.mergeCoverage(batch);
    this.transitions += batch.transitions;
    if (this.expander.keepDuplicates || batch.violated !== 0) {
      this.commitEach(batch);
      return;
    }
    // Most successors are known, and for these there is nothing left to do.
    for (let i = 0; i < unseenCount; i++) {
      const at = unseen[i] * stride;
      const parent = rows[at + PARENT];
      const id = this.insert(at, parent);
      if (id < 0 || rows[at + CHECK_RESULT] === HOLDS) continue;
      violations.leave(parent, frontier.depth + 1);
      this.checkNew(id, at);
    }
    for (const id of batch.deadlocked) this.addDeadlock(id);
  }

  /** Commits every successor, including known ones. Returns the last state of which it did. */
  private commitEach(batch: Batch): number {
    const { visited, violations, frontier, keepGoing } = this;
    const { rows, count, stride } = batch;
    const walking = frontier.levels === undefined;
    let parent = NONE;
    for (let i = 0, at = 0; i < count; i++, at += stride) {
      if (rows[at + PARENT] !== parent) {
        if (this.limitHit !== undefined) break;
        parent = rows[at + PARENT];
        violations.leave(parent, frontier.depth + 1);
      }
      if (rows[at + VIOLATED_STEPS] !== 0) this.checkStep(at);
      const id = this.insert(at, parent);
      if (id >= 0) {
        if (rows[at + CHECK_RESULT] !== HOLDS || violations.parentViolates) this.checkNew(id, at);
      } else if (id === OUT_OF_ROOM) {
        this.limitHit = visited.limitHit;
      } else if (keepGoing) {
        this.checkKnown(~id, at);
      }
      if (walking && id !== OUT_OF_ROOM) frontier.push(id < 0 ? ~id : id, id >= 0);
    }
    for (const id of batch.deadlocked) {
      if (this.limitHit === undefined || id <= parent) this.addDeadlock(id);
    }
    if (this.limitHit !== undefined) frontier.unpop(parent + 1);
    return parent;
  }

  /**
   * Commits a batch in the middle of which the visited set may become full. What the thread that
   * made it says of successors after that point must not count, so none of it is relied on.
   */
  private commitUntilFull(batch: Batch): void {
    const { rows, count, stride } = batch;
    for (let at = 0; at < count * stride; at += stride) rows[at + CHECK_RESULT] = UNCHECKED;
    const last = this.commitEach(batch);
    if (this.limitHit === undefined) {
      this.mergeCoverage(batch);
      this.transitions += batch.transitions;
      return;
    }
    const { covered } = this.model.step;
    covered.fill(0);
    const counted = new Batch(this.model.words, this.visited.fingerprints);
    this.expander.expand(batch.first, last + 1, counted);
    covered.forEach((ran, statement) => ran === 1 && (this.covered[statement] = 1));
    this.ended ||= counted.ended;
    this.violations.checkedSteps |= counted.checked;
    this.transitions += counted.transitions;
  }

  private mergeCoverage(batch: Batch): void {
    const { covered, violations } = this;
    this.ended ||= batch.ended;
    violations.checkedSteps |= batch.checked;
    for (const index of batch.newCoverage) {
      if (index < covered.length) covered[index] = 1;
      else violations.applied[index - covered.length] = 1;
    }
  }

  /** Whose successor is being checked, and the step to it; undefined if none is. */
  get checking(): { readonly parent: number; readonly step: Step } | undefined {
    const { checkedRow: at } = this;
    if (at < 0) return undefined;
    const { rows } = this.batch;
    const thread = rows[at + THREAD];
    const step = { thread, statement: rows[at + STATEMENT], choice: rows[at + CHOICE] };
    return { parent: rows[at + PARENT], step };
  }

  private insert(at: number, parent: number): number {
    const { rows, keyAt } = this.batch;
    return this.visited.insertRow(rows[at + HASH], rows, at + keyAt, at + STATE, parent);
  }

  private checkNew(id: number, at: number): void {
    const { rows } = this.batch;
    this.toScratch(at);
    this.checkedRow = at;
    const thread = rows[at + THREAD];
    const statement = rows[at + STATEMENT];
    this.violations.checkNew(id, thread, statement, rows[at + CHOICE], rows, at + STATE);
    this.checkedRow = -1;
  }

  private toScratch(at: number): void {
    const { rows } = this.batch;
    const { scratch, words } = this.model;
    for (let i = 0; i < words; i++) scratch[i] = rows[at + STATE + i];
  }

  private checkKnown(id: number, at: number): void {
    const { rows } = this.batch;
    if (!this.violations.needsCheck(id)) return;
    this.toScratch(at);
    this.violations.checkKnown(id, rows[at + THREAD], rows[at + STATEMENT], rows[at + CHOICE]);
  }

  /** Takes the step again: only while it is visited can the model explain what it violated. */
  private checkStep(at: number): void {
    const { model, violations } = this;
    const { rows } = this.batch;
    const thread = rows[at + THREAD];
    const statement = rows[at + STATEMENT];
    const choice = rows[at + CHOICE];
    if (!violations.isNewStep(rows[at + VIOLATED_STEPS], statement)) return;
    this.visited.load(rows[at + PARENT]);
    let taken = false;
    model.successors((t, s, c) => {
      if (taken || t !== thread || s !== statement || c !== choice) return;
      taken = true;
      violations.addSteps(t, s, c);
    });
    if (!taken) throw notDeterministic(rows[at + PARENT], NONE);
  }

  private addDeadlock(id: number): void {
    const parent = this.visited.parents.get(id);
    const named = this.keepGoing && parent !== NONE;
    const statement = named ? lastStep(this.model, this.visited, id)?.statement : undefined;
    this.violations.addDeadlock(id, statement, this.frontier.depth);
  }
}
