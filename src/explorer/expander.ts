/**
 * Expands stored states into batches: the half of the search that asks the model, and stores nothing.
 * Nothing is allocated per transition: the model calls one closure, made once, for every successor.
 */

import type { Batch } from './batch.ts';
import type { Model } from './contract.ts';
import type { StateStore } from './store.ts';

export class Expander {
  private readonly model: Model;
  private readonly store: StateStore;
  private readonly deadlock: boolean;
  private batch!: Batch;
  private parent = 0;

  /** `deadlock`: are states that nothing can leave told apart from those that are finished? */
  constructor(model: Model, store: StateStore, deadlock: boolean) {
    this.model = model;
    this.store = store;
    this.deadlock = deadlock;
  }

  /** Adds the successors of the states with ids from `first` up to, not including, `end`. */
  expand(first: number, end: number, batch: Batch): void {
    const { model, store, visit } = this;
    this.batch = batch;
    for (let id = first; id < end; id++) {
      this.parent = id;
      const before = batch.count;
      store.load(id);
      model.successors(visit);
      if (batch.count === before && this.deadlock) this.judgeEnd(id);
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
}
