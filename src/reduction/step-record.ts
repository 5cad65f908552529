/** A step of a model that is kept for a moment: what it was, and where it led. */

import type { Model } from '../explorer/model.ts';
import { copyWords } from '../explorer/state-words.ts';

export class StepRecord {
  readonly state: Int32Array;
  thread = 0;
  statement = 0;
  choice = 0;
  checked = 0;
  violated = 0;
  /** Sentences of what it raised, by step check: later the inner model has forgotten them. */
  private readonly explanations: string[] = [];

  constructor(words: number) {
    this.state = new Int32Array(words);
  }

  note(model: Model, thread: number, statement: number, choice: number): void {
    copyWords(model.scratch, this.state);
    this.thread = thread;
    this.statement = statement;
    this.choice = choice;
    const { checked, violated } = model.step;
    this.checked = checked;
    this.violated = violated;
    for (let check = 0; violated >>> check !== 0; check++) {
      if ((violated & (1 << check)) !== 0) this.explanations[check] = model.step.explain(check);
    }
  }

  explain(check: number): string {
    return this.explanations[check];
  }
}
