/** Looks at the states of a search before they are expanded: for what is wrong with the model. */
export interface Inspector {
  /** It has seen enough: it need not be asked any more. */
  readonly done: boolean;
  /**
   * Asked with a state in scratch that is about to be expanded, and leaves it there. Throws
   * ModelError for a wrong model.
   */
  inspect(): void;
}
