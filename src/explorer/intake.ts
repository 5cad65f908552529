/**
 * Takes successors in: stores them, judges what is new, counts. Batches come in the order of their
 * states, and within one everything happens as if each successor were taken by itself; so what is
 * stored, found and counted does not depend on who expanded what.
 */

import { Batch, CHOICE, JUDGED, PARENT, RAISED, SOUND } from './batch.ts';
import { STATEMENT, THREAD, UNJUDGED, WORDS } from './batch.ts';
import type { Model, Step } from './contract.ts';
import type { Expander } from './expander.ts';
import type { Findings } from './findings.ts';
import { OUT_OF_ROOM, NONE, type VisitedSet } from './store.ts';
import type { Frontier } from './strategies/strategy.ts';
import { lastStep, lost } from './trace.ts';

export class Intake {
  /** Successors taken. */
  transitions = 0;
  /** Why the store took no more. */
  full: VisitedSet['limitHit'];
  /** 1 for each statement that ran. */
  readonly covered: Uint8Array;

  private readonly model: Model;
  private readonly store: VisitedSet;
  private readonly findings: Findings;
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
    findings: Findings,
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
  readonly takeInitial = (): void => {
    const put = this.store.insert(NONE);
    if (put === OUT_OF_ROOM) this.full = this.store.limitHit;
    else if (put >= 0) this.findings.judgeInitial(put);
  };

  /** Stores and judges the successors in a batch, in order. */
  take(batch: Batch): void {
    const { store, findings } = this;
    if (!batch.lookedUp) store.lookUp(batch);
    else store.prefetch(batch);
    this.batch = batch;
    const { unseen, unseenCount, cells, stride } = batch;
    if (!store.hasRoomFor(unseenCount)) {
      this.takeSome(batch);
      return;
    }
    this.note(batch);
    this.transitions += batch.transitions;
    if (this.expander.every || batch.raised !== 0) {
      this.takeEach(batch);
      return;
    }
    // Most successors are known, and with these there is nothing left to do.
    for (let i = 0; i < unseenCount; i++) {
      const at = unseen[i]! * stride;
      const parent = cells[at + PARENT]!;
      const put = store.insertFrom(cells, at, parent);
      if (put < 0 || cells[at + JUDGED] === SOUND) continue;
      findings.leave(parent, this.strategy.depth + 1);
      this.judgeState(put, at);
    }
    for (const id of batch.stranded) this.judgeDeadlock(id);
  }

  /** The same where every successor counts; the last state whose successors were taken. */
  private takeEach(batch: Batch): number {
    const { store, findings, strategy, keepGoing } = this;
    const { cells, count, stride } = batch;
    const walking = strategy.levels === undefined;
    let parent = NONE;
    for (let i = 0, at = 0; i < count; i++, at += stride) {
      if (cells[at + PARENT] !== parent) {
        if (this.full !== undefined) break;
        parent = cells[at + PARENT]!;
        findings.leave(parent, strategy.depth + 1);
      }
      if (cells[at + RAISED] !== 0) this.judgeStep(at);
      const put = store.insertFrom(cells, at, parent);
      if (put >= 0) {
        if (cells[at + JUDGED] !== SOUND || findings.inherits) this.judgeState(put, at);
      } else if (put === OUT_OF_ROOM) {
        this.full = store.limitHit;
      } else if (keepGoing) {
        this.judgeAgain(~put, at);
      }
      if (walking && put !== OUT_OF_ROOM) strategy.push(put < 0 ? ~put : put, put >= 0);
    }
    for (const id of batch.stranded) {
      if (this.full === undefined || id <= parent) this.judgeDeadlock(id);
    }
    if (this.full !== undefined) strategy.unpop(parent + 1);
    return parent;
  }

  /**
   * The same where the store may become full, in the middle of the batch. What others have said of
   * its later successors must not count then, so they are not relied on.
   */
  private takeSome(batch: Batch): void {
    const { cells, count, stride } = batch;
    for (let at = 0; at < count * stride; at += stride) cells[at + JUDGED] = UNJUDGED;
    const last = this.takeEach(batch);
    if (this.full === undefined) {
      this.note(batch);
      this.transitions += batch.transitions;
      return;
    }
    const { covered } = this.model;
    covered.fill(0);
    const again = new Batch(this.model.words, this.store.fingerprints);
    this.expander.expand(batch.first, last + 1, again);
    covered.forEach((ran, statement) => ran === 1 && (this.covered[statement] = 1));
    this.findings.consulted |= again.consulted;
    this.transitions += again.transitions;
  }

  /** What a batch tells of coverage. */
  private note(batch: Batch): void {
    const { covered, findings } = this;
    findings.consulted |= batch.consulted;
    for (const place of batch.news) {
      if (place < covered.length) covered[place] = 1;
      else findings.applied[place - covered.length] = 1;
    }
  }

  /** The state that the step leaves which is being judged, and the step; undefined if none is. */
  get judged(): { readonly parent: number; readonly step: Step } | undefined {
    const { judging: at } = this;
    if (at < 0) return undefined;
    const { cells } = this.batch;
    const thread = cells[at + THREAD]!;
    const step = { thread, statement: cells[at + STATEMENT]!, choice: cells[at + CHOICE]! };
    return { parent: cells[at + PARENT]!, step };
  }

  private judgeState(id: number, at: number): void {
    const { cells } = this.batch;
    this.toScratch(at);
    this.judging = at;
    this.findings.judgeState(id, cells, at);
    this.judging = -1;
  }

  private toScratch(at: number): void {
    const { cells } = this.batch;
    const { scratch, words } = this.model;
    for (let i = 0; i < words; i++) scratch[i] = cells[at + WORDS + i]!;
  }

  private judgeAgain(id: number, at: number): void {
    const { cells } = this.batch;
    if (!this.findings.needsJudging(id)) return;
    this.toScratch(at);
    this.findings.judgeAgain(id, cells[at + THREAD]!, cells[at + STATEMENT]!, cells[at + CHOICE]!);
  }

  /** Takes the step again: only inside of it does the model know why it raised something. */
  private judgeStep(at: number): void {
    const { model, findings } = this;
    const { cells } = this.batch;
    const thread = cells[at + THREAD]!;
    const statement = cells[at + STATEMENT]!;
    const choice = cells[at + CHOICE]!;
    if (!findings.isNewStep(cells[at + RAISED]!, statement)) return;
    this.store.load(cells[at + PARENT]!);
    let told = false;
    model.successors((t, s, c) => {
      if (told || t !== thread || s !== statement || c !== choice) return;
      told = true;
      findings.judgeStep(t, s, c);
    });
    if (!told) throw lost(cells[at + PARENT]!, NONE);
  }

  private judgeDeadlock(id: number): void {
    const parent = this.store.parents.get(id);
    const named = this.keepGoing && parent !== NONE;
    const statement = named ? lastStep(this.model, this.store, id)?.statement : undefined;
    this.findings.judgeDeadlock(id, statement, this.strategy.depth);
  }
}
