/**
 * Rebuilds the path to a state by executing forward and matching: the store keeps one parent per
 * state and no steps. A step that cannot be found again means that the model depends on something
 * besides its state, and then no verdict about it is worth anything.
 */

import { ModelError } from '../../errors.ts';
import type { Model } from '../model.ts';
import type { Step } from '../statement.ts';
import type { FoundViolation } from '../checks/violation-log.ts';
import { NONE } from '../visited/ids.ts';
import type { VisitedSet } from '../visited/visited-set.ts';

/** States and the steps that leave them, from an initial state on. */
export interface Path {
  /** Their ids. */
  readonly states: readonly number[];
  /** The states themselves. */
  readonly words: readonly Int32Array[];
  readonly steps: readonly Step[];
  /** Where the last step leads. */
  readonly last: Int32Array;
}

/** The path to a violation along the parents: the one that the search took. */
export function parentPath(model: Model, store: VisitedSet, violation: FoundViolation): Path {
  const { step, parent, state } = violation;
  if (step === undefined) return pathTo(model, store, state);
  const path = pathTo(model, store, parent);
  return {
    states: [...path.states, parent],
    words: [...path.words, path.last],
    steps: [...path.steps, step],
    last: confirmed(model, store, violation, path.last),
  };
}

/** The path to a state along the parents. */
export function pathTo(model: Model, store: VisitedSet, state: number): Path {
  const states: number[] = [];
  for (let id = state; id !== NONE; id = store.parents.get(id)) states.unshift(id);
  const words = [initialState(model, store, states[0]).words];
  const steps: Step[] = [];
  for (let i = 1; i < states.length; i++) {
    const next = stepBetween(model, store, words[i - 1], states[i - 1], states[i]);
    steps.push(next.step);
    words.push(next.words);
  }
  return { states: states.slice(0, -1), words: words.slice(0, -1), steps, last: words.at(-1)! };
}

/** The step by which a state was found; undefined for an initial one. */
export function lastStep(model: Model, store: VisitedSet, state: number): Step | undefined {
  const parent = store.parents.get(state);
  if (parent === NONE) return undefined;
  if (!store.canLoad(parent)) return pathTo(model, store, state).steps.at(-1);
  store.load(parent);
  return stepBetween(model, store, model.scratch.slice(), parent, state).step;
}

/** The first step, in the order of the model, that leads from one state to another. */
function stepBetween(
  model: Model,
  store: VisitedSet,
  state: Int32Array,
  from: number,
  to: number,
): { readonly step: Step; readonly words: Int32Array } {
  let found: { readonly step: Step; readonly words: Int32Array } | undefined;
  model.scratch.set(state);
  model.successors((thread, statement, choice) => {
    if (found !== undefined || !store.matches(to)) return;
    found = { step: { thread, statement, choice }, words: model.scratch.slice() };
  });
  if (found === undefined) throw notDeterministic(from, to);
  return found;
}

/** Where the breaking step leads from this state: it has to be the violation again. */
function confirmed(
  model: Model,
  store: VisitedSet,
  violation: FoundViolation,
  from: Int32Array,
): Int32Array {
  const step = violation.step!;
  let last: Int32Array | undefined;
  model.scratch.set(from);
  model.successors((thread, statement, choice) => {
    if (thread !== step.thread || statement !== step.statement || choice !== step.choice) return;
    if (violation.state === NONE || store.matches(violation.state)) last ??= model.scratch.slice();
  });
  if (last === undefined) throw notDeterministic(violation.parent, violation.state);
  return last;
}

/** The step checks that the n-th step of a path raises, as bits. */
export function violatedBy(model: Model, path: Path, index: number): number {
  const step = path.steps[index];
  let raised: number | undefined;
  model.scratch.set(path.words[index]);
  model.successors((thread, statement, choice) => {
    if (thread !== step.thread || statement !== step.statement || choice !== step.choice) return;
    raised ??= model.step.violated;
  });
  if (raised === undefined) throw notDeterministic(path.states[index], NONE);
  return raised;
}

/** Which of the model's initial states this one is, and its words. */
export function initialState(
  model: Model,
  store: VisitedSet,
  state: number,
): { readonly index: number; readonly words: Int32Array } {
  let index = 0;
  let found: { readonly index: number; readonly words: Int32Array } | undefined;
  model.initialStates(() => {
    if (found === undefined && store.matches(state))
      found = { index, words: model.scratch.slice() };
    index++;
  });
  if (found === undefined) throw notDeterministic(NONE, state);
  return found;
}

export function notDeterministic(from: number, to: number): ModelError {
  const origin = from === NONE ? 'as an initial state' : `from state ${from}`;
  const target = to === NONE ? 'A step' : `State ${to}`;
  return new ModelError(
    `The model is not deterministic: ${target} was found ${origin}, and running it again does ` +
      'not lead there. Steps and initial states must depend on nothing but the state in scratch: ' +
      'look for variables outside it, clocks, random numbers, and writes of a blocked step.',
  );
}
