/** A model in front of another one: everything is passed on, but for what a reduction overrides. */

import type { Model, Visit } from '../explorer/model.ts';

export class ModelWrapper implements Model {
  readonly inner: Model;
  readonly words: number;
  readonly scratch: Int32Array;
  readonly threads: Model['threads'];
  readonly statements: Model['statements'];
  readonly operations: Model['operations'];
  readonly stateInvariants: Model['stateInvariants'];
  readonly stepInvariants: Model['stepInvariants'];
  readonly covered: Uint8Array;
  readonly appliedWithin?: Uint8Array;
  running?: NonNullable<Model['running']>;
  uniqueSuccessor?: NonNullable<Model['uniqueSuccessor']>;
  hasSeveralSuccessors?: NonNullable<Model['hasSeveralSuccessors']>;
  checked = 0;
  violated = 0;

  constructor(inner: Model) {
    this.inner = inner;
    this.words = inner.words;
    this.scratch = inner.scratch;
    this.threads = inner.threads;
    this.statements = inner.statements;
    this.operations = inner.operations;
    this.stateInvariants = inner.stateInvariants;
    this.stepInvariants = inner.stepInvariants;
    this.covered = inner.covered;
    if (inner.appliedWithin !== undefined) this.appliedWithin = inner.appliedWithin;
    if (inner.running !== undefined) this.running = () => inner.running!();
    if (inner.uniqueSuccessor !== undefined)
      this.uniqueSuccessor = (visit) => inner.uniqueSuccessor!(visit);
    if (inner.hasSeveralSuccessors !== undefined)
      this.hasSeveralSuccessors = () => inner.hasSeveralSuccessors!();
  }

  initialStates(visit: () => void): void {
    this.inner.initialStates(visit);
  }

  successors(visit: Visit): void {
    this.inner.successors(visit);
  }

  isFinal(): boolean {
    return this.inner.isFinal();
  }

  explain(stepCheck: number): string {
    return this.inner.explain(stepCheck);
  }
}
