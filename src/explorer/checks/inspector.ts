import type { Model, Visit } from '../model.ts';

/** The search that an inspector looks into. */
export interface Inspected {
  /** From now on errors are about this state. */
  readonly lookAt: (id: number) => void;
  /**
   * Visits the successors of the state in scratch, as the model does, but such that the compiled
   * code of the search stays as fast as it was.
   */
  readonly visitSuccessors: (model: Model, visit: Visit) => void;
}

/** Looks at the states of a search before they are expanded: for what is wrong with the model. */
export interface Inspector {
  /** It has seen enough: it need not be asked any more. */
  readonly done: boolean;
  /**
   * Asked with a state in scratch that is about to be expanded, and leaves it there; `id` is that
   * of the state. Throws ModelError for a wrong model.
   */
  inspect(id: number, search: Inspected): void;
  /** Asked when the search is over, for what it has put off. Throws ModelError as above. */
  finish(search: Inspected): void;
}
