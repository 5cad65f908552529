/**
 * What reductions need to know of a model. All of it is optional: a model that leaves something out
 * is refused by the reductions that need it. docs/reductions.md says what each relies on, and why.
 */

import type { Model, StateInvariant, StepInfo, Visit } from '../explorer/model.ts';

/** A model that says what reductions may rely on. */
export interface ReducibleModel extends Model {
  /** What is interchangeable, or a sentence that says why nothing is. */
  readonly symmetry?: Symmetry | string;
  /** Which thread can access what, or a sentence that says why that is not known. */
  readonly dependencies?: (() => Dependencies) | string;
  /**
   * Has the state in scratch exactly one successor? Then it is visited, as by `successors`, and
   * scratch is undefined afterwards; otherwise scratch is as before. May be called within a visit.
   */
  uniqueSuccessor?(visit: Visit): boolean;
  /**
   * Has the successor being visited several successors? False also if that takes more than a look.
   */
  hasSeveralSuccessors?(): boolean;
}

/**
 * Which states differ only in the names of interchangeable things. Steps, invariants and `isFinal`
 * must not distinguish such states; `test/reduction/` holds models to it.
 */
export interface Symmetry {
  /** What is interchangeable, in words: `frames of a cluster`. */
  readonly what: string;
  /** Replaces the state in scratch by its canonical form; allocates nothing. */
  canonicalise(): void;
  /**
   * Why names matter in the state in scratch after all (an allocator takes the lowest of several
   * things that differ), as a sentence; undefined if they do not.
   */
  objection(): string | undefined;
}

/** Which thread can access what, and what a step does access. Sets of threads are bits. */
export interface Dependencies {
  /**
   * The same model with its own scratch. All that is read and written there by its steps, by its
   * invariants and by `regions` and `live` below is recorded.
   */
  readonly model: RecordingModel;
  /** Bits that were read and written. */
  readonly reads: Int32Array;
  readonly writes: Int32Array;
  /** Call stacks of which only the lowest frames were read, and how many of these. */
  readonly partialStackReads: Int32Array;
  depth: number;
  /** Forgets everything recorded. */
  clear(): void;
  /** Bits that belong to any field. */
  readonly cells: Int32Array;
  /** By thread, the bits that its steps may read and write unrecorded. */
  readonly privateBits: readonly Int32Array[];
  /** The lowest frame, from 1 up, in which the call stacks of two states differ; Infinity: none. */
  difference(one: Int32Array, other: Int32Array): number;
  readonly regions: readonly Region[];
  /** Bits whose reads do not count: that of a machine that has stopped for good. */
  readonly ignoredReads: Int32Array;
  /** Can the thread still take a step, in the state in scratch or later? */
  live(thread: number): boolean;
  /** The bits of the same fields in all rows of tables. */
  sameFieldEverywhere(bits: Int32Array): Int32Array;
  /** Names of the fields that have any of these bits. */
  cellsIn(bits: Int32Array): readonly string[];
  /**
   * The state invariants of the model that does not record, restricted to what is
   * visible. Where one would read more, `hidden` is called with all that the invariants
   * read of the state; it must throw.
   */
  checksSeeing(visible: Visibility, hidden: (read: Visibility) => never): readonly StateInvariant[];
}

/** A model that runs the steps of one thread at a time. */
export interface RecordingModel extends Model {
  /** The successors by one thread, as `successors` visits them. */
  successorsOf(thread: number, visit: Visit): void;
  readonly step: StepInfo & {
    /** The thread went back in its program or stayed where it was. Absent: it may have. */
    readonly loopsBack?: boolean;
  };
}

/** A part of a state, and which threads can access it. */
export interface Region {
  readonly name: string;
  /** Regions do not overlap; any thread may access bits that are in none. */
  readonly bits: Int32Array;
  /**
   * Threads that can write it, in the state in scratch or later, before any of these takes a step;
   * and threads that can read it, before any of either takes one.
   */
  writers(): number;
  readers(): number;
}

/** What invariants may read of a state. */
export interface Visibility {
  readonly bits: Int32Array;
  /** How many frames of each call stack, from the bottom, are visible apart from their content. */
  depth: number;
}
