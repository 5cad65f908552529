/** Invariants whose violations do not end a search, and are reported after those of all others. */

import { InputError } from '../../errors.ts';
import { quote } from '../../safe-text.ts';
import type { Model } from '../model.ts';
import { DEADLOCK_FREE, type Violation } from '../verdict.ts';

/** The search options that say which violations count, and when. */
export interface Checked {
  readonly keepGoing?: boolean | undefined;
  readonly defer?: readonly string[] | undefined;
  readonly deadlock?: boolean | undefined;
}

/** Those that `defer` names; none if no others are checked. */
export function deferredOf(
  { stateInvariants, stepInvariants }: Model,
  { defer = [], deadlock = true }: Checked,
): ReadonlySet<string> {
  const all = [...stateInvariants, ...stepInvariants].map(({ name }) => name);
  for (const name of defer) {
    if (name === DEADLOCK_FREE || all.includes(name)) continue;
    const known = [...all, DEADLOCK_FREE].join(', ');
    throw new InputError(`defer: there is no invariant ${quote(name)}: choose among ${known}.`);
  }
  const deferred = new Set(defer);
  const ignored = stepInvariants.filter((check) => check.ignored === true);
  const unchecked = new Set(ignored.map(({ name }) => name));
  const checked = [...all, ...(deadlock ? [DEADLOCK_FREE] : [])];
  const others = checked.filter((name) => !unchecked.has(name) && !deferred.has(name));
  return others.length === 0 ? new Set() : deferred;
}

/** By the length of their traces, first those that are not deferred. */
export function inOrder(
  violations: readonly Violation[],
  deferred: ReadonlySet<string>,
): Violation[] {
  const late = ({ invariant }: Violation): number => Number(deferred.has(invariant));
  return violations.toSorted(
    (one, other) => late(one) - late(other) || one.trace.length - other.trace.length,
  );
}
