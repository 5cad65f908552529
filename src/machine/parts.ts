/** What a machine is made of: operations, threads, a state, and what is asked of a state. */

import type { StateInvariant } from '../explorer/model.ts';
import { demandMembers } from '../state/demand.ts';
import type { Layout } from '../state/layout.ts';
import type { Stack } from '../state/stack-view.ts';
import type { AnyOperation, Result } from './vocabulary.ts';

/** A step invariant: its sentence is made from the numbers given to `check`. */
export interface MachineStepInvariant<S> {
  readonly name: string;
  /** Not asked for: neither consulted nor raised. */
  readonly ignored: boolean;
  sentence(scope: S, a: Result, b: Result, c: Result): string;
}

/** What a `Machine` is made of. `defineSystem` puts this together for most systems. */
export interface MachineParts<K extends object, S> {
  readonly scope: S;
  readonly operations: readonly AnyOperation<NoInfer<K>, S>[];
  readonly threads: readonly string[];
  readonly layout: Layout<K>;
  readonly stackOf: (k: K, thread: number) => Stack<unknown>;
  readonly start: readonly K[];
  readonly stateInvariants: (k: K) => readonly StateInvariant[];
  /** None, if left out. */
  readonly stepInvariants?: readonly MachineStepInvariant<S>[];
  /**
   * May `k` be the last state? If left out: when every thread has returned from its first function.
   */
  readonly finished?: (k: K) => boolean;
  /** The only thread that may step in `k`, or -1: a server that answers one request at a time. */
  readonly exclusive?: (k: K) => number;
  /**
   * A kernel that has stopped for good (a failed assertion): no thread steps
   * any more. Absent: never.
   */
  readonly halted?: (k: K) => boolean;
}

const NEEDED = [
  'scope',
  'operations',
  'threads',
  'layout',
  'stackOf',
  'start',
  'stateInvariants',
] as const satisfies readonly (keyof MachineParts<object, unknown>)[];

/** Throws ModelError for what no machine can be made of. */
export function demandParts(parts: unknown): void {
  demandMembers('Machine', parts, NEEDED);
}
