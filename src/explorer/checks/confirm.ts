/**
 * Confirms a violation before it is reported: its steps are run again one by one, on values that no
 * other step can write to, and the same invariant has to break at the same step. Where it does not,
 * the search was misled by its model, and what it found is no violation of the system under check.
 */

import { ModelError } from '../../errors.ts';
import type { Model } from '../model.ts';
import type { ConfirmableModel, Rerun } from '../rerun.ts';
import { placeOf, traced } from './model-errors.ts';
import { DEADLOCK_FREE, type Violation } from '../verdict.ts';

/**
 * Throws ModelError where the violation does not come about; a model without replayer is believed.
 */
export function confirm(model: ConfirmableModel, violation: Violation): Violation {
  const { replayer } = model;
  if (replayer === undefined) return violation;
  const { trace, initial, invariant } = violation;
  let state = replayer.initial()[initial];
  let before: unknown;
  let violated: readonly { readonly invariant: string }[] = [];
  for (const [at, step] of trace.entries()) {
    const next = replayer.step(state, step);
    if (next === undefined) throw impossible(model, violation, at);
    before = state;
    ({ state, violated } = next);
  }
  if (violated.some((one) => one.invariant === invariant)) return violation;
  if (!isBroken(replayer, state, invariant)) throw unconfirmed(model, violation);
  const stepCheck = model.stepInvariants.some(({ name }) => name === invariant);
  if (stepCheck || (before !== undefined && isBroken(replayer, before, invariant))) {
    throw unconfirmed(model, violation);
  }
  return violation;
}

function isBroken(replayer: Rerun, state: unknown, invariant: string): boolean {
  if (invariant === DEADLOCK_FREE) return replayer.deadlocked(state);
  return replayer.violations(state).some((broken) => broken.invariant === invariant);
}

function impossible(
  model: Model,
  { invariant, initial, trace }: Violation,
  at: number,
): ModelError {
  const error = new ModelError(
    `The search found ${invariant} violated, but step ${at + 1} of its trace, ` +
      `${placeOf(model, trace[at])}, cannot be taken in the replay: ${HINT}`,
  );
  return traced(error, model, { initial, trace });
}

function unconfirmed(model: Model, { invariant, sentence, initial, trace }: Violation): ModelError {
  const last = trace.at(-1);
  const place = last === undefined ? 'in an initial state' : `at ${placeOf(model, last)}`;
  const error = new ModelError(
    `The search found ${invariant} violated ${place} ("${sentence}"), but that step does not ` +
      `violate it in the replay: ${HINT}`,
  );
  return traced(error, model, { initial, trace });
}

const HINT =
  'look for steps that write and then wait, invariants that write, and anything besides the ' +
  'state that steps or invariants depend on.';
