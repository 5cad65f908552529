/**
 * A wrapper that hides one kind of field from the visited set: two states that differ only in it
 * are one state for the search, which continues from the first one it found.
 */

import type {
  Model,
  StateInvariant,
  StepInfo,
  StepInvariant,
  Visit,
} from '../../src/explorer/model.ts';
import { forget } from './kinds.ts';
import type { Kind } from './kinds.ts';
import { Rows } from './rows.ts';

export class Forgetful implements Model {
  readonly words: number;
  /** The key that the search uses. */
  readonly scratch: Int32Array;
  readonly threads: readonly string[];
  readonly statements: Model['statements'];
  /** None, because invariants would read fields that the search does not see. */
  readonly stateInvariants: readonly StateInvariant[] = [];
  readonly stepInvariants: readonly StepInvariant[] = [];
  readonly step: StepInfo;
  private readonly model: Model;
  private readonly kind: Kind;
  /** Each key with the first state that had it. */
  private readonly seen: Rows;
  private readonly met: Int32Array[] = [];

  constructor(model: Model, kind: Kind) {
    this.model = model;
    this.kind = kind;
    this.words = model.words;
    this.scratch = new Int32Array(model.words);
    this.threads = model.threads;
    this.statements = model.statements;
    const { covered } = model.step;
    this.step = { checked: 0, violated: 0, covered, explain: noReason };
    this.seen = new Rows(model.words);
  }

  initialStates(visit: () => void): void {
    this.model.initialStates(() => {
      this.show();
      visit();
    });
  }

  successors(visit: Visit): void {
    this.recall();
    this.model.successors((thread, statement, choice) => {
      this.show();
      visit(thread, statement, choice);
    });
  }

  isFinal(): boolean {
    this.recall();
    return this.model.isFinal();
  }

  private show(): void {
    const { seen, met, scratch, model } = this;
    forget(this.kind, model.scratch, scratch);
    const id = seen.add(scratch);
    if (id === met.length) met.push(Int32Array.from(model.scratch));
  }

  private recall(): void {
    this.model.scratch.set(this.met[this.seen.add(this.scratch)]);
  }
}

function noReason(): string {
  throw new Error('a model without invariants is asked why one is violated');
}
