/**
 * Expresses what a reduced search found as steps of the model itself: along the trace, a state of
 * the model is kept beside each state that was searched, and a step of the model is looked for that
 * leads to the same place. There is one, or the reduction is wrong, which must not go unnoticed.
 */

import { ModelError } from '../errors.ts';
import type { Model } from '../explorer/model.ts';
import type { Step } from '../explorer/statement.ts';
import type { ReducibleModel } from './capabilities.ts';
import type { Violation } from '../explorer/verdict.ts';
import type { Reduction } from '../explorer/reduction-names.ts';
import { ChainCompression } from './chains.ts';
import { reduce } from './reduce.ts';

/** The same violation of the model, found in the searched one. */
export function liftTrace(
  model: ReducibleModel,
  reductions: readonly Reduction[],
  searched: Model,
  violation: Violation,
): Violation {
  if (!(searched instanceof ChainCompression))
    return new Lifting(model, reductions, searched).follow(violation);
  const trace = unmerged(searched, violation);
  // Fewest merged steps are not fewest steps.
  const shortest = violation.shortest && trace.length === 0;
  return new Lifting(model, reductions, searched.inner).follow({ ...violation, trace, shortest });
}

/** The steps that the merged ones consist of. */
function unmerged(searched: ChainCompression, { initial, trace }: Violation): Step[] {
  let state = statesOf(searched)[initial];
  return trace.flatMap(({ thread, statement, choice }) => {
    let steps: Step[] | undefined;
    searched.scratch.set(state);
    searched.successors((t, s, c) => {
      if (t !== thread || s !== statement || c !== choice) return;
      steps = searched.steps();
      state = searched.scratch.slice();
    });
    if (steps === undefined) throw noCounterpart();
    return steps;
  });
}

class Lifting {
  private readonly model: ReducibleModel;
  private readonly searched: Model;
  private readonly canonical: Model;
  private readonly state: Int32Array;

  constructor(model: ReducibleModel, reductions: readonly Reduction[], searched: Model) {
    this.model = model;
    this.searched = searched;
    this.canonical = reduce(
      model,
      reductions.filter((name) => name === 'symmetry'),
      undefined,
    );
    this.state = new Int32Array(model.words);
  }

  follow(violation: Violation): Violation {
    const { model, state } = this;
    const initial = statesOf(model)[violation.initial];
    let seen = statesOf(this.searched)[violation.initial];
    state.set(initial);
    const trace: Step[] = [];
    let sentence: string | undefined;
    for (const [i, step] of violation.trace.entries()) {
      seen = this.after(seen, step);
      const last = i === violation.trace.length - 1;
      const raised = last
        ? model.stepInvariants.findIndex(({ name }) => name === violation.invariant)
        : -1;
      sentence = this.advance(seen, step, raised, trace);
    }
    model.scratch.set(state);
    const check = model.stateInvariants.find(({ name }) => name === violation.invariant);
    sentence ??= check?.violation() ?? violation.sentence;
    return { ...violation, trace, sentence, statement: trace.at(-1)?.statement };
  }

  /** Where a step of the searched model leads. */
  private after(from: Int32Array, { thread, statement, choice }: Step): Int32Array {
    const { scratch } = this.searched;
    let found: Int32Array | undefined;
    scratch.set(from);
    this.searched.successors((t, s, c) => {
      if (t === thread && s === statement && c === choice) found ??= scratch.slice();
    });
    if (found === undefined) throw noCounterpart();
    return found;
  }

  /**
   * Takes the step of the model that leads to what the search saw, one of the same thread if there
   * is. It answers what step invariant `raised` says about it.
   */
  private advance(
    seen: Int32Array,
    { thread, statement }: Step,
    raised: number,
    trace: Step[],
  ): string | undefined {
    const { model, canonical, state } = this;
    const { scratch } = model;
    const candidates: Int32Array[] = [];
    let best: Step | undefined;
    let bestRank = 0;
    scratch.set(state);
    // Successors of the model and of its representatives come in the same order.
    model.successors(() => void candidates.push(scratch.slice()));
    let at = 0;
    let place = -1;
    scratch.set(state);
    canonical.successors((t, s, c) => {
      const i = at++;
      if (s !== statement || !same(scratch, seen)) return;
      if (raised >= 0 && (canonical.step.violated & (1 << raised)) === 0) return;
      const rank = t === thread ? 2 : 1;
      if (rank <= bestRank) return;
      bestRank = rank;
      best = { thread: t, statement: s, choice: c };
      place = i;
    });
    if (best === undefined) throw noCounterpart();
    trace.push(best);
    let sentence: string | undefined;
    if (raised >= 0) {
      let i = 0;
      scratch.set(state);
      model.successors(() => {
        if (i++ === place) sentence = model.step.explain(raised);
      });
    }
    state.set(candidates[place]);
    return sentence;
  }
}

function statesOf(model: Model): Int32Array[] {
  const states: Int32Array[] = [];
  model.initialStates(() => states.push(model.scratch.slice()));
  return states;
}

function same(one: Int32Array, other: Int32Array): boolean {
  return one.every((word, i) => word === other[i]);
}

function noCounterpart(): ModelError {
  return new ModelError(
    'A step of the reduced search has no counterpart in the model: an object or field is ' +
      'declared interchangeable or private but is not. This is a fault of ' +
      'the model or of the checker.',
  );
}
