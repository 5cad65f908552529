/**
 * Symmetry: of all states that differ only by the names of interchangeable things, one is searched.
 * Breadth first, a state is as far from the initial ones as its representative: shortest traces stay
 * shortest.
 */

import { InputError } from '../../errors.ts';
import type { Model, Symmetry, Visit } from '../contract.ts';
import { Wrapped } from './wrapped.ts';

export class Symmetric extends Wrapped {
  private readonly names: Symmetry;
  private visit: Visit = () => {};

  constructor(inner: Model, symmetry: Symmetry) {
    super(inner);
    this.names = symmetry;
  }

  override initial(visit: () => void): void {
    this.inner.initial(() => {
      this.names.canonicalise();
      visit();
    });
  }

  override successors(visit: Visit): void {
    const objection = this.names.objection();
    if (objection !== undefined) throw new InputError(`Symmetry: ${objection}`);
    this.visit = visit;
    this.inner.successors(this.pass);
  }

  private readonly pass: Visit = (thread, statement, choice) => {
    this.consulted = this.inner.consulted;
    this.raised = this.inner.raised;
    this.names.canonicalise();
    this.visit(thread, statement, choice);
  };
}
