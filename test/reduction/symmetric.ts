/** Compares a search with symmetry to one without. */

import { expect } from 'vitest';
import type { Model } from '../../src/explorer/model.ts';
import { explore } from '../../src/explore.ts';
import type { Verdict } from '../../src/explorer/verdict.ts';
import { systems } from '../../src/systems.ts';
import type { System } from '../../src/system.ts';
import { distances } from '../explorer/naive.ts';
import { canonicalOf } from './symmetry-laws.ts';

export const reductions = ['symmetry'] as const;
export const [almos, , codezero] = systems as readonly [System, System, System];

export const found = ({ outcome, violations }: Verdict) => {
  const told = violations.map(({ invariant, trace, shortest, statement }) => {
    return [invariant, trace.length, shortest, statement];
  });
  return { outcome, violations: told };
};

/** Searches with and without symmetry, and expects the same verdict and no more states. */
export function compare(make: () => Model, options = {}): [all: number, fewer: number] {
  const all = explore(make(), options);
  const fewer = explore(make(), { ...options, reductions });
  expectSame(fewer, all);
  return [all.states, fewer.states];
}

export function expectSame(fewer: Verdict, all: Verdict): void {
  expect(found(fewer)).toEqual(found(all));
  expect(fewer.reductions).toEqual(reductions);
  expect(fewer.states).toBeLessThanOrEqual(all.states);
  expect(fewer.depth).toBeLessThanOrEqual(all.depth);
}

/** Takes the steps of a trace in the model itself, and returns the last state. */
export function walk(model: Model, { initial, trace }: Verdict['violations'][0]): Int32Array {
  const starts: Int32Array[] = [];
  model.initialStates(() => starts.push(model.scratch.slice()));
  return trace.reduce((state, step) => {
    let next: Int32Array | undefined;
    model.scratch.set(state);
    model.successors((thread, statement, choice) => {
      const same = thread === step.thread && statement === step.statement;
      if (same && choice === step.choice) next ??= model.scratch.slice();
    });
    return next!;
  }, starts[initial]);
}

/** The number of distinct canonical forms of the states of a model, searched without symmetry. */
export function kinds(model: Model): number {
  const states = [...distances(model).keys()];
  return new Set(
    states.map((key) => canonicalOf(model, Int32Array.from(key.split(','), Number)).join()),
  ).size;
}
