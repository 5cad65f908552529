/**
 * Expands stored states into batches: the half of the search that asks the model and stores
 * nothing. Nothing is allocated per transition: the model calls one closure, made once, for every successor.
 */

import { BROKEN, JUDGED, SOUND, WORDS, type Batch } from './batch.ts';
import { Changes } from './changes.ts';
import type { Model } from './contract.ts';
import type { StateStore } from './store.ts';

export class Expander {
  private readonly model: Model;
  private readonly store: StateStore;
  private readonly deadlock: boolean;
  private readonly changes: Changes;
  /** Statements that ran and checks that applied, as far as batches have told. */
  private readonly told: Uint8Array;
  private batch!: Batch;
  private parent = 0;

  /** `deadlock`: are states that nothing can leave told apart from those that are finished? */
  constructor(model: Model, store: StateStore, deadlock: boolean) {
    this.model = model;
    this.store = store;
    this.deadlock = deadlock;
    this.changes = new Changes(model, store);
    this.told = new Uint8Array(model.statements.length + model.stateChecks.length);
  }

  /** Adds the successors of the states with ids from `first` up to, not including, `end`. */
  expand(first: number, end: number, batch: Batch): void {
    const { model, store, visit } = this;
    this.batch = batch;
    let id = first;
    for (; id < end; id++) {
      this.parent = id;
      const before = batch.count;
      store.load(id);
      model.successors(visit);
      if (batch.overflowed) {
        batch.count = before;
        break;
      }
      if (batch.count === before && this.deadlock) this.judgeEnd(id);
    }
    batch.end = id;
    this.tellCovered();
  }

  /**
   * Asks the invariants about the states that a look-up has not found. Only those are asked that a
   * step concerns: SOUND means that nothing is broken that was not before.
   */
  judge(batch: Batch): void {
    const { model, told } = this;
    const { scratch, words, stateChecks, statements } = model;
    const { cells, stride, unseen, unseenCount } = batch;
    for (let i = 0; i < unseenCount; i++) {
      const at = unseen[i]! * stride;
      for (let w = 0; w < words; w++) scratch[w] = cells[at + WORDS + w]!;
      this.changes.compare(cells, at);
      let judged = SOUND!;
      for (let check = 0; check < stateChecks.length; check++) {
        if (!this.changes.concern(check)) continue;
        const invariant = stateChecks[check]!;
        const place = statements.length + check;
        if (told[place] === 0 && invariant.applies()) {
          told[place] = 1;
          batch.news.push(place);
        }
        if (invariant.breach() !== undefined) judged = BROKEN!;
      }
      cells[at + JUDGED] = judged;
    }
  }

  private readonly visit = (thread: number, statement: number, choice: number): void => {
    const { model, batch } = this;
    batch.consulted |= model.consulted;
    batch.add(model.scratch, this.parent, thread, statement, choice, model.raised);
  };

  private judgeEnd(id: number): void {
    this.store.load(id);
    if (!this.model.finished()) this.batch.stranded.push(id);
  }

  private tellCovered(): void {
    const { told, batch } = this;
    const { covered } = this.model;
    for (let statement = 0; statement < covered.length; statement++) {
      if (covered[statement] === told[statement]) continue;
      told[statement] = 1;
      batch.news.push(statement);
    }
    const { passed } = this.model;
    if (passed === undefined) return;
    for (let check = 0; check < passed.length; check++) {
      const place = covered.length + check;
      if (passed[check] === 0 || told[place] === 1) continue;
      told[place] = 1;
      batch.news.push(place);
    }
  }
}
