/** A model in front of another one: it passes everything on, except what a reduction overrides. */

import type { Visit } from '../explorer/model.ts';
import type { ConfirmableModel } from '../explorer/rerun.ts';
import type { ReducibleModel } from './capabilities.ts';

type Inner = ReducibleModel & ConfirmableModel;

export class ModelWrapper implements Inner {
  readonly inner: Inner;
  readonly words: number;
  readonly scratch: Int32Array;
  readonly threads: Inner['threads'];
  readonly statements: Inner['statements'];
  readonly stateInvariants: Inner['stateInvariants'];
  readonly stepInvariants: Inner['stepInvariants'];
  readonly step: Inner['step'];
  running?: NonNullable<Inner['running']>;
  uniqueSuccessor?: NonNullable<Inner['uniqueSuccessor']>;
  hasSeveralSuccessors?: NonNullable<Inner['hasSeveralSuccessors']>;

  constructor(inner: Inner) {
    this.inner = inner;
    this.words = inner.words;
    this.scratch = inner.scratch;
    this.threads = inner.threads;
    this.statements = inner.statements;
    this.stateInvariants = inner.stateInvariants;
    this.stepInvariants = inner.stepInvariants;
    this.step = inner.step;
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
}
