/** The law of symmetry: states that differ only in names have the same future. */

import { brokenLaw, placeOf } from '../explorer/checks/model-errors.ts';
import { differs } from '../explorer/state-words.ts';
import type { Symmetry } from '../reduction/capabilities.ts';
import { differenceOf } from './differences.ts';
import type { Law } from './law.ts';
import type { Observation, Taken } from './observation.ts';

export const symmetryCommutes: Law = {
  name: 'symmetry-commutes',
  sentence: 'Steps, invariants and the end do not distinguish states that differ only in names.',
  costly: true,
  missing: ({ symmetry }) =>
    typeof symmetry === 'object' ? undefined : (symmetry ?? 'it does not say what is symmetric'),
  check(seen) {
    const { model, words, steps } = seen;
    const symmetry = model.symmetry as Symmetry;
    seen.load();
    if (symmetry.objection() !== undefined) return false;
    const renamed = canonical(seen, symmetry, words);
    if (!differs(words, renamed)) return false;
    compareSteps(seen, symmetry, seen.stepsFrom(renamed), steps);
    for (const { name, violation } of model.stateInvariants) {
      seen.load();
      const violated = violation() !== undefined;
      seen.load(renamed);
      if (violated === (violation() !== undefined)) continue;
      throw brokenLaw(`The invariant ${name} distinguishes states that differ only in names`);
    }
    seen.load();
    const final = model.isFinal();
    seen.load(renamed);
    if (final === model.isFinal()) return true;
    throw brokenLaw('finished: distinguishes states that differ only in names');
  },
};

function canonical(seen: Observation, symmetry: Symmetry, words: Int32Array): Int32Array {
  seen.load(words);
  symmetry.canonicalise();
  return seen.model.scratch.slice();
}

/** Both lead to the same states, up to names. */
function compareSteps(
  seen: Observation,
  symmetry: Symmetry,
  renamed: readonly Taken[],
  steps: readonly Taken[],
): void {
  const { model } = seen;
  const keyOf = (step: Taken): string => {
    const words = canonical(seen, symmetry, step.words);
    return `${step.statement} ${step.violated} ${words.join(' ')}`;
  };
  const left = new Map<string, number>();
  for (const step of renamed) left.set(keyOf(step), (left.get(keyOf(step)) ?? 0) + 1);
  for (const step of steps) {
    const count = left.get(keyOf(step)) ?? 0;
    if (count === 0) {
      const near = renamed.find(({ statement }) => statement === step.statement);
      const difference =
        near === undefined
          ? 'it is not possible there'
          : differenceOf(
              model,
              canonical(seen, symmetry, step.words),
              canonical(seen, symmetry, near.words),
            );
      throw brokenLaw(
        `${placeOf(model, step)}: does something else where only names differ: ${difference}`,
      );
    }
    left.set(keyOf(step), count - 1);
  }
  if (renamed.length === steps.length) return;
  throw brokenLaw('States that differ only in names have different numbers of steps');
}
