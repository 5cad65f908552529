/** A model in front of another one: everything is passed on, but for what a reduction overrides. */

import type { Model, Visit } from '../contract.ts';

export class Wrapped implements Model {
  readonly inner: Model;
  readonly words: number;
  readonly scratch: Int32Array;
  readonly threads: Model['threads'];
  readonly statements: Model['statements'];
  readonly operations: Model['operations'];
  readonly stateChecks: Model['stateChecks'];
  readonly stepChecks: Model['stepChecks'];
  readonly covered: Uint8Array;
  readonly passed?: Uint8Array;
  running?: NonNullable<Model['running']>;
  sole?: NonNullable<Model['sole']>;
  several?: NonNullable<Model['several']>;
  consulted = 0;
  raised = 0;

  constructor(inner: Model) {
    this.inner = inner;
    this.words = inner.words;
    this.scratch = inner.scratch;
    this.threads = inner.threads;
    this.statements = inner.statements;
    this.operations = inner.operations;
    this.stateChecks = inner.stateChecks;
    this.stepChecks = inner.stepChecks;
    this.covered = inner.covered;
    if (inner.passed !== undefined) this.passed = inner.passed;
    if (inner.running !== undefined) this.running = () => inner.running!();
    if (inner.sole !== undefined) this.sole = (visit) => inner.sole!(visit);
    if (inner.several !== undefined) this.several = () => inner.several!();
  }

  initial(visit: () => void): void {
    this.inner.initial(visit);
  }

  successors(visit: Visit): void {
    this.inner.successors(visit);
  }

  finished(): boolean {
    return this.inner.finished();
  }

  why(stepCheck: number): string {
    return this.inner.why(stepCheck);
  }
}
