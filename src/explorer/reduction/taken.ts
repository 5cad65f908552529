/** A step of a model that is kept for a moment: what it was, and where it led. */

import type { Model } from '../contract.ts';
import { copy } from './words.ts';

export class Taken {
  readonly state: Int32Array;
  thread = 0;
  statement = 0;
  choice = 0;
  consulted = 0;
  raised = 0;
  /** Sentences of what it raised, by step check: later the inner model has forgotten them. */
  readonly why: string[] = [];

  constructor(words: number) {
    this.state = new Int32Array(words);
  }

  note(model: Model, thread: number, statement: number, choice: number): void {
    copy(model.scratch, this.state);
    this.thread = thread;
    this.statement = statement;
    this.choice = choice;
    this.consulted = model.consulted;
    this.raised = model.raised;
    for (let check = 0; model.raised >>> check !== 0; check++) {
      if ((model.raised & (1 << check)) !== 0) this.why[check] = model.why(check);
    }
  }
}
