/**
 * Rebuilds the way to a state by executing forward and matching: the store keeps one parent per
 * state and no steps. A step that cannot be found again means that the model depends on something
 * besides its state, and then no verdict about it is worth anything.
 */

import { ModelError } from '../errors.ts';
import type { Model, Step } from './contract.ts';
import type { Finding } from './findings.ts';
import { NONE, type StateStore } from './store.ts';

/** States and the steps that leave them, from an initial state on. */
export interface Path {
  readonly states: number[];
  readonly steps: Step[];
}

/** The way to a finding along the parents: the way the search went. */
export function parentPath(model: Model, store: StateStore, finding: Finding): Path {
  const states: number[] = [];
  const last = finding.step === undefined ? finding.state : finding.parent;
  for (let id = last; id !== NONE; id = store.parents.get(id)) states.unshift(id);
  const steps: Step[] = [];
  for (let i = 1; i < states.length; i++) {
    steps.push(stepBetween(model, store, states[i - 1]!, states[i]!));
  }
  if (finding.step === undefined) {
    states.pop();
  } else {
    confirm(model, store, finding, finding.step);
    steps.push(finding.step);
  }
  return { states, steps };
}

/** The first step, in the order of the model, that leads from one state to another. */
export function stepBetween(model: Model, store: StateStore, from: number, to: number): Step {
  let found: Step | undefined;
  store.load(from);
  model.successors((thread, statement, choice) => {
    if (found === undefined && store.holds(to)) found = { thread, statement, choice };
  });
  if (found === undefined) throw lost(from, to);
  return found;
}

/** The breaking step has to lead to the breach again. */
function confirm(model: Model, store: StateStore, finding: Finding, step: Step): void {
  let confirmed = false;
  store.load(finding.parent);
  model.successors((thread, statement, choice) => {
    if (thread !== step.thread || statement !== step.statement || choice !== step.choice) return;
    confirmed ||= finding.state === NONE || store.holds(finding.state);
  });
  if (!confirmed) throw lost(finding.parent, finding.state);
}

/** The step checks that a step raises, as bits. */
export function raisedBy(model: Model, store: StateStore, from: number, step: Step): number {
  let raised: number | undefined;
  store.load(from);
  model.successors((thread, statement, choice) => {
    if (thread !== step.thread || statement !== step.statement || choice !== step.choice) return;
    raised ??= model.raised;
  });
  if (raised === undefined) throw lost(from, NONE);
  return raised;
}

/** Which of the model's initial states this one is. */
export function initialIndex(model: Model, store: StateStore, state: number): number {
  let index = 0;
  let found: number | undefined;
  model.initial(() => {
    if (found === undefined && store.holds(state)) found = index;
    index++;
  });
  if (found === undefined) throw lost(NONE, state);
  return found;
}

export function lost(from: number, to: number): ModelError {
  const origin = from === NONE ? 'as an initial state' : `from state ${from}`;
  const target = to === NONE ? 'A step' : `State ${to}`;
  return new ModelError(
    `The model is not deterministic: ${target} was found ${origin}, and running it again does ` +
      'not lead there. Steps and initial states must depend on nothing but the state in scratch: ' +
      'look for variables outside it, clocks, random numbers, and writes of a blocked step.',
  );
}
