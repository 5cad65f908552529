/**
 * The contract: everything that the search knows of a system. Read this file first. `search.ts` is
 * the only loop that uses it; `machine/machine.ts` (C functions made of statements) and
 * `machine/rules.ts` (guarded rules) are two ways to supply it. A model may supply more: `rerun.ts`
 * to have violations confirmed, `reduction/capabilities.ts` to have fewer states searched.
 */

import type { Statement } from './statement.ts';

/** Everything that a search has to know of a system. A state is `words` words of 32 bits. */
export interface Model {
  /** Size of a state in 32-bit words. */
  readonly words: number;
  /** The current state: all functions below read and write this buffer of `words` words. */
  readonly scratch: Int32Array;
  readonly threads: readonly string[];
  readonly statements: readonly Statement[];
  readonly stateInvariants: readonly StateInvariant[];
  /** At most 31: bit i of `step.checked` and `step.violated` is the i-th. */
  readonly stepInvariants: readonly StepInvariant[];
  /** Puts each initial state into scratch and calls `visit`. */
  initialStates(visit: () => void): void;
  /**
   * Puts each successor of the state in scratch there and calls `visit`: by thread, then by choice,
   * always in the same order. What scratch holds afterwards is undefined.
   */
  successors(visit: Visit): void;
  /**
   * May the state in scratch be the last one? If not, and it has no successor, it is a deadlock.
   */
  isFinal(): boolean;
  readonly step: StepInfo;
}

/**
 * Called for a successor, which is in scratch: indexes of the thread and of the statement that ran,
 * and which of its choices it took, from 0 up.
 */
export type Visit = (thread: number, statement: number, choice: number) => void;

/** What the steps report besides the states they lead to. */
export interface StepInfo {
  /** Bits of the step invariants that the step being visited checked, and of those it violated. */
  readonly checked: number;
  readonly violated: number;
  /** The message for a bit of `violated`; valid until `visit` returns. */
  explain(stepInvariant: number): string;
  /** [s] becomes 1 when statement s runs, also within the step of another one. */
  readonly covered: Uint8Array;
  /**
   * [i] becomes 1 when state invariant i applies to a state within a step; absent if none has any.
   */
  readonly appliedWithin?: Uint8Array;
}

/** An invariant of states; its functions are about the state in scratch, and only read it. */
export interface StateInvariant {
  readonly name: string;
  /**
   * Bits of a state that it can read: it is checked again if a step changes
   * one of them. Absent: all.
   */
  readonly reads?: Int32Array | undefined;
  /** Does it say anything about the state? If it never does, it is vacuous. */
  applies(): boolean;
  /** Why the state violates it, as a sentence; undefined, and nothing allocated, if it holds. */
  violation(): string | undefined;
}

/**
 * An invariant of steps (no double free, no access to a free frame), checked while the step runs.
 */
export interface StepInvariant {
  readonly name: string;
  /** It was not asked for: it is never checked, and that does not make it vacuous. */
  readonly ignored?: boolean;
}
