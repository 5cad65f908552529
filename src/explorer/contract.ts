/**
 * What the search knows of a system, and all it knows: states are words in a scratch buffer,
 * successors arrive through a callback, invariants answer with a sentence. It knows no kernel.
 *
 * Read this file first. `search.ts` is the only loop that uses it; `actions/machine.ts` (threads that
 * run operations made of statements) and `actions/rules.ts` (guarded rules) are two ways to supply it.
 */

/** A place in the modelled source: one atomic step of an operation. */
export interface Statement {
  /** The C function, by its C name. */
  readonly operation: string;
  readonly file: string;
  /** Line of `file` at the revision under check; 0 where there is no source (rules, user programs). */
  readonly line: number;
  /** A few characters that really occur on that line, or the name of the rule. */
  readonly token: string;
}

/** An invariant of states, bound to the scratch buffer of its model. */
export interface StateCheck {
  readonly name: string;
  /**
   * The bits of a state that `applies` and `breach` can read, a word for each word of a state: if a
   * step changed none of them, the answers are those for the state before. Left out: all bits.
   */
  readonly reads?: Int32Array | undefined;
  /** Does the invariant say something about the state in scratch? Feeds coverage. */
  applies(): boolean;
  /** Why the state in scratch breaks it, as a sentence; undefined (and nothing allocated) if it holds. */
  breach(): string | undefined;
}

/** An invariant of steps (double free, access to a free frame, ...), judged while the step runs. */
export interface StepCheck {
  readonly name: string;
  /** Not asked for in this search: it is never consulted, and that is no gap. */
  readonly ignored?: boolean;
}

/**
 * Which states are the same but for the names of interchangeable things. Steps, invariants and
 * `finished` must not tell such states apart; `test/explorer/reduction/` holds models to it.
 */
export interface Symmetry {
  /** What is interchangeable, for people: `frames of a cluster`. */
  readonly what: string;
  /** Puts the representative of its kind in place of the state in scratch; allocates nothing. */
  canonicalise(): void;
  /**
   * Why names matter in the state in scratch after all (an allocator takes the lowest of things that
   * are not alike), as a sentence; undefined if they do not.
   */
  objection(): string | undefined;
}

/** Called once for each successor, which is then in scratch; what it leaves there is not used. */
export type Visit = (thread: number, statement: number, choice: number) => void;

export interface Model {
  /** Size of a state in 32-bit words. */
  readonly words: number;
  /** The state that steps and checks read and write; `words` long. */
  readonly scratch: Int32Array;
  readonly threads: readonly string[];
  readonly statements: readonly Statement[];
  /** All operations (C functions) that the scenario could start; coverage names those never entered. */
  readonly operations: readonly string[];
  readonly stateChecks: readonly StateCheck[];
  /** At most 31: bit i of `consulted` and `raised` is the i-th. */
  readonly stepChecks: readonly StepCheck[];

  /** Puts each initial state into scratch in turn. */
  initial(visit: () => void): void;
  /**
   * From the state in scratch, puts each successor into scratch in turn, always in the same order:
   * by thread, then choice. What scratch holds afterwards is not defined.
   * A statement that is blocked is not a successor.
   */
  successors(visit: Visit): void;
  /** May the state in scratch be the last one? Asked of states without successors (deadlock). */
  finished(): boolean;

  /** Bits of the step checks that the step just visited put to the test, and of those it broke. */
  consulted: number;
  raised: number;
  /** The sentence for a bit of `raised`, valid inside the same `visit`. */
  why(stepCheck: number): string;
  /** What is interchangeable, or why nothing is; left out by models that have not been looked at. */
  readonly symmetry?: Symmetry | string;
  /** covered[s] becomes 1 when statement s ran (also those folded into another one's step). */
  readonly covered: Uint8Array;
  /**
   * passed[c] becomes 1 when state check c had something to say about a state that lies within a
   * step; left out by models of which every step is one.
   */
  readonly passed?: Uint8Array;
}

/** One step of a schedule: enough to run it again. */
export interface Step {
  readonly thread: number;
  readonly statement: number;
  /** Which outcome of the statement's `pick`s; 0 when there is none. */
  readonly choice: number;
}
