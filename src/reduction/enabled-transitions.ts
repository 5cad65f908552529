/** What a thread would do in a state, and what it would touch, as far as other states share it. */

/** A step, as what it changes. */
export interface Transition {
  readonly thread: number;
  readonly statement: number;
  readonly choice: number;
  readonly checked: number;
  readonly violated: number;
  /** Sentences of what it raised, by step check. */
  readonly explanations: readonly string[];
  /** The thread went back to a place in its program, or stays there. */
  readonly loopsBack: boolean;
  /** Statements that ran. */
  readonly covered: readonly number[];
  /** Words that it changes, the bits that it changes of each, and what these are then. */
  readonly words: Int32Array;
  readonly masks: Int32Array;
  readonly values: Int32Array;
  /** So many of the lowest frames of call stacks are not the same then; Infinity for none. */
  readonly depth: number;
}

/** An answer that holds in all states that hold the same in some bits. */
export interface Answer {
  readonly depends: Int32Array;
}

/**
 * All steps of a thread in a state, none if it waits, and what it touches to take them or to wait.
 */
export interface EnabledTransitions extends Answer {
  readonly thread: number;
  readonly transitions: readonly Transition[];
  readonly touched: readonly Touched[];
  /** Does it touch what is in no region? */
  readonly elsewhere: boolean;
  /** Threads that may touch the same, one of the two changing it, by who may touch what. */
  readonly dependentThreads: Map<Accessors, number>;
  /** What a search thinks of it. */
  visibility: { readonly by: unknown; readonly shows: boolean } | undefined;
}

/** A region that is read or written, or both. */
export interface Touched {
  readonly region: number;
  readonly read: boolean;
  readonly written: boolean;
}

/** Who may touch which region, before any of them has moved. Threads are bits. */
export interface Accessors {
  readonly readers: readonly number[];
  readonly writers: readonly number[];
}

export interface Live extends Answer {
  readonly live: boolean;
}
