/**
 * Takes successors in: stores them, judges what is new, counts. Batches come in the order of their
 * states, and within one everything happens as if each successor were taken by itself; so what is
 * stored, found and counted does not depend on who expanded what.
 */

import { Batch, CHOICE, CHECK_RESULT, PARENT, VIOLATED_STEPS, HOLDS } from './batch.ts';
import { STATEMENT, THREAD, UNCHECKED, STATE } from './batch.ts';
import type { Model } from '../model.ts';
import type { Step } from '../statement.ts';
import type { Expander } from './expander.ts';
import type { Violations } from '../checks/violations.ts';
import { OUT_OF_ROOM, NONE, type VisitedSet } from '../visited/visited-set.ts';
import type { Frontier } from '../frontier/frontier.ts';
import { lastStep, notDeterministic } from '../traces/path.ts';

export class Committer {
  /** Successors taken. */
  transitions = 0;
  /** Why the store took no more. */
  limitHit: VisitedSet['limitHit'];
  /** 1 for each statement that ran. */
  readonly covered: Uint8Array;

  private readonly model: Model;
  private readonly store: VisitedSet;
  private readonly findings: Violations;
  private readonly strategy: Frontier;
  private readonly expander: Expander;
  private readonly keepGoing: boolean;
  /** Whose successors are being taken. */
  private batch!: Batch;
  /** Where the one begins that is being judged; -1: none is. */
  private judging = -1;

  constructor(
    model: Model,
    store: VisitedSet,
    findings: Violations,
    strategy: Frontier,
    expander: Expander,
    keepGoing: boolean,
  ) {
    this.model = model;
    this.store = store;
    this.findings = findings;
    this.strategy = strategy;
    this.expander = expander;
    this.keepGoing = keepGoing;
    this.covered = new Uint8Array(model.statements.length);
  }

  /** Takes the initial state in scratch. */
  readonly commitInitial = (): void => {
    const put = this.store.insert(NONE);
    if (put === OUT_OF_ROOM) this.limitHit = this.store.limitHit;
    else if (put >= 0) this.findings.checkInitial(put);
  };

  /** Stores and judges the successors in a batch, in order. */
  commit(batch: Batch): void {
    const { store, findings } = this;
    if (!batch.lookedUp) store.lookUp(batch);
    else store.prefetch(batch);
    this.batch = batch;
    const { unseen, unseenCount, rows, stride } = batch;
    if (!store.hasRoomFor(unseenCount)) {
      this.commitUntilFull(batch);
      return;
    }
    this.mergeCoverage(batch);
    this.transitions += batch.transitions;
    if (this.expander.keepDuplicates || batch.violated !== 0) {
      this.commitEach(batch);
      return;
    }
    // Most successors are known, and with these there is nothing left to do.
    for (let i = 0; i < unseenCount; i++) {
      const at = unseen[i] * stride;
      const parent = rows[at + PARENT];
      const put = store.insertFrom(rows, at, parent);
      if (put < 0 || rows[at + CHECK_RESULT] === HOLDS) continue;
      findings.leave(parent, this.strategy.depth + 1);
      this.checkState(put, at);
    }
    for (const id of batch.deadlocked) this.addDeadlock(id);
  }

  /** The same where every successor counts; the last state whose successors were taken. */
  private commitEach(batch: Batch): number {
    const { store, findings, strategy, keepGoing } = this;
    const { rows, count, stride } = batch;
    const walking = strategy.levels === undefined;
    let parent = NONE;
    for (let i = 0, at = 0; i < count; i++, at += stride) {
      if (rows[at + PARENT] !== parent) {
        if (this.limitHit !== undefined) break;
        parent = rows[at + PARENT];
        findings.leave(parent, strategy.depth + 1);
      }
      if (rows[at + VIOLATED_STEPS] !== 0) this.checkStep(at);
      const put = store.insertFrom(rows, at, parent);
      if (put >= 0) {
        if (rows[at + CHECK_RESULT] !== HOLDS || findings.parentViolates) this.checkState(put, at);
      } else if (put === OUT_OF_ROOM) {
        this.limitHit = store.limitHit;
      } else if (keepGoing) {
        this.checkKnown(~put, at);
      }
      if (walking && put !== OUT_OF_ROOM) strategy.push(put < 0 ? ~put : put, put >= 0);
    }
    for (const id of batch.deadlocked) {
      if (this.limitHit === undefined || id <= parent) this.addDeadlock(id);
    }
    if (this.limitHit !== undefined) strategy.unpop(parent + 1);
    return parent;
  }

  /**
   * The same where the store may become full, in the middle of the batch. What others have said of
   * its later successors must not count then, so they are not relied on.
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
    const again = new Batch(this.model.words, this.store.fingerprints);
    this.expander.expand(batch.first, last + 1, again);
    covered.forEach((ran, statement) => ran === 1 && (this.covered[statement] = 1));
    this.findings.checkedSteps |= again.checked;
    this.transitions += again.transitions;
  }

  /** What a batch tells of coverage. */
  private mergeCoverage(batch: Batch): void {
    const { covered, findings } = this;
    findings.checkedSteps |= batch.checked;
    for (const place of batch.newCoverage) {
      if (place < covered.length) covered[place] = 1;
      else findings.applied[place - covered.length] = 1;
    }
  }

  /** The state that the step leaves which is being judged, and the step; undefined if none is. */
  get checking(): { readonly parent: number; readonly step: Step } | undefined {
    const { judging: at } = this;
    if (at < 0) return undefined;
    const { rows } = this.batch;
    const thread = rows[at + THREAD];
    const step = { thread, statement: rows[at + STATEMENT], choice: rows[at + CHOICE] };
    return { parent: rows[at + PARENT], step };
  }

  private checkState(id: number, at: number): void {
    const { rows } = this.batch;
    this.toScratch(at);
    this.judging = at;
    this.findings.checkNew(id, rows, at);
    this.judging = -1;
  }

  private toScratch(at: number): void {
    const { rows } = this.batch;
    const { scratch, words } = this.model;
    for (let i = 0; i < words; i++) scratch[i] = rows[at + STATE + i];
  }

  private checkKnown(id: number, at: number): void {
    const { rows } = this.batch;
    if (!this.findings.needsCheck(id)) return;
    this.toScratch(at);
    this.findings.checkKnown(id, rows[at + THREAD], rows[at + STATEMENT], rows[at + CHOICE]);
  }

  /** Takes the step again: only inside of it does the model know why it raised something. */
  private checkStep(at: number): void {
    const { model, findings } = this;
    const { rows } = this.batch;
    const thread = rows[at + THREAD];
    const statement = rows[at + STATEMENT];
    const choice = rows[at + CHOICE];
    if (!findings.isNewStep(rows[at + VIOLATED_STEPS], statement)) return;
    this.store.load(rows[at + PARENT]);
    let told = false;
    model.successors((t, s, c) => {
      if (told || t !== thread || s !== statement || c !== choice) return;
      told = true;
      findings.addSteps(t, s, c);
    });
    if (!told) throw notDeterministic(rows[at + PARENT], NONE);
  }

  private addDeadlock(id: number): void {
    const parent = this.store.parents.get(id);
    const named = this.keepGoing && parent !== NONE;
    const statement = named ? lastStep(this.model, this.store, id)?.statement : undefined;
    this.findings.addDeadlock(id, statement, this.strategy.depth);
  }
}
