/** Looks at the states of a search before they are expanded: for what is wrong with the model. */
export interface Inspector {
  /** It has seen enough: it need not be asked any more. */
  readonly done: boolean;
  /**
   * Asked with a state in scratch that is about to be expanded, and leaves it there; `id` is that
   * of the state. Throws ModelError for a wrong model.
   */
  inspect(id: number): void;
  /**
   * Asked when the search is over, for what it has put off. Calls `at` with the state that it looks
   * at, and then throws ModelError for a wrong model.
   */
  finish(at: (id: number) => void): void;
}
