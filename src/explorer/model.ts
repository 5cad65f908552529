/**
 * What the search knows of a system, and all it knows: states are words in a scratch buffer,
 * successors arrive through a callback, invariants answer with a sentence. It knows no kernel.
 *
 * Read this file first. `search.ts` is the only loop that uses it; `machine/machine.ts` (threads that
 * run operations made of statements) and `machine/rules.ts` (guarded rules) are two ways to supply it.
 */

/** A place in the modelled source: one atomic step of an operation. */
export interface Statement {
  /** The C function, by its C name. */
  readonly operation: string;
  readonly file: string;
  /** Line of `file` at the revision under check; 0 where there is no source (rules, user programs). */
  readonly line: number;
  /** The last line of a section that is one step; absent: the line alone. */
  readonly through?: number;
  /** A few characters that really occur on that line, or the name of the rule. */
  readonly token: string;
  /** The fixes that added or changed the line, which then is none of `file`; absent: as written. */
  readonly fix?: string;
}

/** An invariant of states, bound to the scratch buffer of its model. */
export interface StateInvariant {
  readonly name: string;
  /**
   * The bits of a state that `applies` and `violation` can read, a word for each word of a state: if a
   * step changed none of them, the answers are those for the state before. Left out: all bits.
   */
  readonly reads?: Int32Array | undefined;
  /** Does the invariant say something about the state in scratch? Feeds coverage. */
  applies(): boolean;
  /** Why the state in scratch breaks it, as a sentence; undefined (and nothing allocated) if it holds. */
  violation(): string | undefined;
}

/** An invariant of steps (double free, access to a free frame, ...), judged while the step runs. */
export interface StepInvariant {
  readonly name: string;
  /** Not asked for in this search: it is never consulted, and that is no gap. */
  readonly ignored?: boolean;
}

/**
 * Which states are the same but for the names of interchangeable things. Steps, invariants and
 * `isFinal` must not distinguish such states; `test/explorer/reduction/` holds models to it.
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

/** A part of a state, and which threads may touch it; threads are bits. */
export interface Region {
  readonly name: string;
  /** Bits of the state, word by word. Regions do not overlap; anybody may touch what is in none. */
  readonly bits: Int32Array;
  /**
   * Which threads may come to write it, in the state in scratch or later, as long as none of these
   * takes a step; and which may come to read it, as long as none of either takes one.
   */
  writers(): number;
  readers(): number;
}

/** What may be seen of a state. */
export interface Visibility {
  readonly bits: Int32Array;
  /** So many of the lowest frames of each call stack, apart from what is in them. */
  depth: number;
}

/** Who may touch what, and what is touched. */
export interface Dependencies {
  /**
   * The same model with a scratch of its own, which records: whatever its steps, its invariants and
   * `regions` and `live` below, which are asked of its scratch, read and write sets bits.
   */
  readonly model: Model;
  readonly reads: Int32Array;
  readonly writes: Int32Array;
  /** Call stacks of which only the lowest frames were looked at, and how many of these. */
  readonly partialStackReads: Int32Array;
  depth: number;
  /** Clears all that has been recorded. */
  clear(): void;
  /** Bits that are of any cell. */
  readonly cells: Int32Array;
  /** Of each thread, the bits that its steps may read and write without setting any. */
  readonly privateBits: readonly Int32Array[];
  /** The fewest frames at the bottom of call stacks in which two states differ; Infinity for none. */
  difference(one: Int32Array, other: Int32Array): number;
  readonly regions: readonly Region[];
  /** Bits of which reading does not count: that of a machine that has stopped for good. */
  readonly ignoredReads: Int32Array;
  /** May the thread still take a step, in the state in scratch or later? */
  live(thread: number): boolean;
  /** The same cells in all rows of tables. */
  sameFieldEverywhere(bits: Int32Array): Int32Array;
  /** Names of the cells that have any of these bits. */
  cellsIn(bits: Int32Array): readonly string[];
  /**
   * The state checks of the model that does not record, made so that they see nothing else: where one
   * would, `unseen` is called with all that the checks read of the state in scratch, and must throw.
   */
  checksSeeing(sight: Visibility, unseen: (read: Visibility) => never): readonly StateInvariant[];
}

export interface ViolatedInvariant {
  readonly invariant: string;
  readonly sentence: string;
}

/**
 * Runs steps again, each by itself and on values that nothing else writes to. A violation is reported
 * only if it comes about there, too.
 */
export interface Rerun<State = unknown> {
  initial(): readonly State[];
  /** Undefined if the step is not possible in this state (blocked, other statement, no such choice). */
  step(
    state: State,
    step: Step,
  ): { readonly state: State; readonly violated: readonly ViolatedInvariant[] } | undefined;
  /** State invariants broken in this state. */
  violations(state: State): readonly ViolatedInvariant[];
  /** True if no step is possible though not everything has finished. */
  deadlocked(state: State): boolean;
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
  readonly stateInvariants: readonly StateInvariant[];
  /** At most 31: bit i of `checked` and `violated` is the i-th. */
  readonly stepInvariants: readonly StepInvariant[];

  /** Puts each initial state into scratch in turn. */
  initialStates(visit: () => void): void;
  /**
   * From the state in scratch, puts each successor into scratch in turn, always in the same order:
   * by thread, then choice. What scratch holds afterwards is not defined.
   * A statement that is blocked is not a successor.
   */
  successors(visit: Visit): void;
  /**
   * Has the state in scratch exactly one successor? Then it is visited, as by `successors`, and scratch
   * is not defined afterwards; otherwise scratch is as before. May be asked inside of a visit.
   */
  uniqueSuccessor?(visit: Visit): boolean;
  /**
   * Has the successor just visited several successors, as can be told from where threads are? False if
   * that is not sure.
   */
  hasSeveralSuccessors?(): boolean;
  /** May the state in scratch be the last one? Asked of states without successors (deadlock). */
  isFinal(): boolean;

  /** Bits of the step checks that the step just visited put to the test, and of those it broke. */
  checked: number;
  violated: number;
  /** The sentence for a bit of `violated`, valid inside the same `visit`. */
  explain(stepCheck: number): string;
  /** The successors by one thread, as `successors` visits them. */
  successorsOf?(thread: number, visit: Visit): void;
  /** Of the step just visited: its thread went back to a place in its program, or stays there. */
  readonly loopsBack?: boolean;
  /** Who may touch what, or why that is not known; left out by models that have not been looked at. */
  readonly dependencies?: string | (() => Dependencies);
  /** Confirms what the search found; without it a violation is only found again by `successors`. */
  readonly replayer?: Rerun;
  /** The thread and the statement that were tried last, for messages. */
  running?(): Pick<Step, 'thread' | 'statement'> | undefined;
  /** What is interchangeable, or why nothing is; left out by models that have not been looked at. */
  readonly symmetry?: Symmetry | string;
  /** covered[s] becomes 1 when statement s ran (also those folded into another one's step). */
  readonly covered: Uint8Array;
  /**
   * passed[c] becomes 1 when state check c had something to say about a state that lies within a
   * step; left out by models of which every step is one.
   */
  readonly appliedWithin?: Uint8Array;
}

/** One step of a schedule: enough to run it again. */
export interface Step {
  readonly thread: number;
  readonly statement: number;
  /** Which outcome of the statement's `pick`s; 0 when there is none. */
  readonly choice: number;
}
