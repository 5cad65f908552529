/** One state of a model, and what the model says of it: what the laws are about. */

import type { Inspected } from '../explorer/checks/inspector.ts';
import type { ConfirmableModel } from '../explorer/rerun.ts';
import type { Step } from '../explorer/statement.ts';
import type { ReducibleModel } from '../reduction/capabilities.ts';

export type LawfulModel = ReducibleModel & ConfirmableModel;

/** A step, where it leads, and the bits of the step invariants that it violates. */
export interface Taken extends Step {
  readonly words: Int32Array;
  readonly violated: number;
}

export class Observation {
  readonly model: LawfulModel;
  /** The state. */
  readonly words: Int32Array;
  /** What the model says of it, asked once. */
  readonly steps: readonly Taken[];
  /** Another state of the model, observed before; undefined for the first one. */
  readonly other: Int32Array | undefined;
  private frozen: unknown;

  private readonly successors: Inspected['visitSuccessors'];

  /** Of the state in scratch; throws what the model throws. */
  constructor(
    model: LawfulModel,
    other: Int32Array | undefined,
    successors: Inspected['visitSuccessors'] = (of, visit) => of.successors(visit),
  ) {
    this.model = model;
    this.successors = successors;
    this.words = model.scratch.slice();
    this.other = other;
    this.steps = this.stepsFrom(this.words);
  }

  /** Asks the model for the steps from a state. */
  stepsFrom(words: Int32Array): readonly Taken[] {
    const { model } = this;
    const steps: Taken[] = [];
    model.scratch.set(words);
    this.successors(model, (thread, statement, choice) => {
      const { violated } = model.step;
      steps.push({ thread, statement, choice, violated, words: model.scratch.slice() });
    });
    return steps;
  }

  /** Puts a state into scratch, the one observed if none is named. */
  load(words: Int32Array = this.words): void {
    this.model.scratch.set(words);
  }

  /** The state as a frozen value; only of a model whose replayer can unpack. */
  get value(): unknown {
    return (this.frozen ??= this.model.replayer!.unpack!(this.words.slice()));
  }
}
