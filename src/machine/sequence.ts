/** Guarded rules for a thread that runs a fixed sequence of steps. */

import type { Rule } from './rule-system.ts';

/** The name of a step, and what it does. It returns false, having written nothing, to wait. */
export type SequenceStep<K> = readonly [name: string, run: (k: K) => boolean | void];

/**
 * The rules of a thread that runs these steps in order, each of them once. `pcOf` is the cell that
 * counts its finished steps: `{ pc: upTo(steps.length) }`, 0 at the start. In a `RuleSystem`, let
 * `dispatch` return the same number, so that only the next step of each thread is tried.
 */
export function sequence<K>(
  thread: number,
  pcOf: (k: K, thread: number) => { pc: number },
  steps: readonly SequenceStep<K>[],
): Rule<K>[] {
  return steps.map(([name, run], at) => ({
    name,
    thread,
    at: [at],
    run(k: K) {
      const cell = pcOf(k, thread);
      if (cell.pc !== at || run(k) === false) return false;
      cell.pc = at + 1;
      return true;
    },
  }));
}
