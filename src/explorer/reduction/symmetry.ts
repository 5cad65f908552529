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
  private hasSeveral = false;

  constructor(inner: Model, symmetry: Symmetry) {
    super(inner);
    this.names = symmetry;
    // Asked before names change: it is about the thread that has just moved.
    if (inner.several !== undefined) this.several = () => this.hasSeveral;
    if (inner.sole !== undefined) this.sole = (visit) => this.soleOf(inner.sole!.bind(inner), visit);
  }

  override initial(visit: () => void): void {
    this.inner.initial(() => {
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
  private soleOf(ask: NonNullable<Model['sole']>, visit: Visit): boolean {
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
    this.consulted = this.inner.consulted;
    this.raised = this.inner.raised;
    this.hasSeveral = this.inner.several?.() === true;
    this.names.canonicalise();
    this.visit(thread, statement, choice);
  };
}
