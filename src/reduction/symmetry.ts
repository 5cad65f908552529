/**
 * Symmetry: of all states that differ only by the names of interchangeable things, one is searched.
 * Breadth first, a state is as far from the initial ones as its representative:
 * shortest traces stay shortest.
 */

import { InputError } from '../errors.ts';
import type { Visit } from '../explorer/model.ts';
import type { ReducibleModel, Symmetry } from './capabilities.ts';
import { ModelWrapper } from './model-wrapper.ts';

export class Symmetric extends ModelWrapper {
  private readonly names: Symmetry;
  private visit: Visit = () => {};
  private hasSeveral = false;

  constructor(inner: ReducibleModel, symmetry: Symmetry) {
    super(inner);
    this.names = symmetry;
    // Asked before names change: it is about the thread that has just moved.
    if (inner.hasSeveralSuccessors !== undefined) this.hasSeveralSuccessors = () => this.hasSeveral;
    if (inner.uniqueSuccessor !== undefined)
      this.uniqueSuccessor = (visit) => this.soleOf(inner.uniqueSuccessor!.bind(inner), visit);
  }

  override initialStates(visit: () => void): void {
    this.inner.initialStates(() => {
      this.names.canonicalise();
      visit();
    });
  }

  override successors(visit: Visit): void {
    this.object();
    this.visit = visit;
    this.inner.successors(this.pass);
  }

  /** Asked inside of a visit, too. */
  private soleOf(ask: NonNullable<ReducibleModel['uniqueSuccessor']>, visit: Visit): boolean {
    this.object();
    const outer = this.visit;
    this.visit = visit;
    const found = ask(this.pass);
    this.visit = outer;
    return found;
  }

  private object(): void {
    const objection = this.names.objection();
    if (objection !== undefined) throw new InputError(`Symmetry: ${objection}`);
  }

  private readonly pass: Visit = (thread, statement, choice) => {
    this.hasSeveral = this.inner.hasSeveralSuccessors?.() === true;
    this.names.canonicalise();
    this.visit(thread, statement, choice);
  };
}
