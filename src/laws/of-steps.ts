/** Laws of steps and states: the same question has the same answer, on words and on values. */

import { brokenLaw, placeOf } from '../explorer/checks/model-errors.ts';
import { differs } from '../explorer/state-words.ts';
import type { Step } from '../explorer/statement.ts';
import { differenceOf } from './differences.ts';
import type { Law } from './law.ts';
import type { LawfulModel, Observation, Taken } from './observation.ts';

const always = (): undefined => undefined;

/** Where states are values, too. */
export function missingValues({ replayer }: LawfulModel): string | undefined {
  return replayer?.unpack === undefined || replayer.pack === undefined
    ? 'its replayer does not pack and unpack states'
    : undefined;
}

const same = (one: Step, other: Step): boolean =>
  one.thread === other.thread && one.statement === other.statement && one.choice === other.choice;

/** The steps by themselves are checked by the model as they run. */
export const stepsRun: Law = {
  name: 'steps-run',
  sentence: 'Every step runs: it throws nothing, stays in range, and writes nothing if it waits.',
  costly: false,
  missing: always,
  check: ({ steps }) => steps.length > 0,
};

export const stepsRepeat: Law = {
  name: 'steps-repeat',
  sentence: 'The same step, taken twice in the same state, leads to the same state.',
  costly: false,
  missing: always,
  check(seen) {
    const { model, words, steps } = seen;
    const again = seen.stepsFrom(words);
    for (const [i, step] of steps.entries()) {
      const repeated = again[i];
      if (repeated === undefined || !same(step, repeated)) {
        throw brokenLaw(`${placeOf(model, step)}: possible, and then not, in the same state`);
      }
      if (differs(step.words, repeated.words)) {
        const difference = differenceOf(model, step.words, repeated.words);
        throw brokenLaw(`${placeOf(model, step)}: leads to different states: ${difference}`);
      }
      if (step.violated === repeated.violated) continue;
      throw brokenLaw(`${placeOf(model, step)}: violates an invariant only when it is first taken`);
    }
    const more = again[steps.length];
    if (more === undefined) return steps.length > 0;
    throw brokenLaw(`${placeOf(model, more)}: not possible, and then it is, in the same state`);
  },
};

export const statesRoundTrip: Law = {
  name: 'states-round-trip',
  sentence: 'A state that is unpacked into a value and packed again is the same state.',
  costly: true,
  missing: missingValues,
  check({ model, words, value }) {
    const packed = model.replayer!.pack!(value);
    if (!differs(words, packed)) return true;
    throw brokenLaw(`A state changes when packed again: ${differenceOf(model, words, packed)}`);
  },
};

export const replayAgrees: Law = {
  name: 'replay-agrees',
  sentence: 'A step does the same on immutable values, from which nothing can leak.',
  costly: true,
  onValues: true,
  missing: missingValues,
  check(seen) {
    const { model, steps, value } = seen;
    for (const step of steps) checkReplay(seen, step);
    const replayer = model.replayer!;
    const possible = replayer.possible?.(value) ?? steps;
    const [missing] = steps.filter((step) => !possible.some((one) => same(one, step)));
    const [extra] = possible.filter((one) => !steps.some((step) => same(one, step)));
    const odd = missing ?? extra;
    if (odd === undefined) return checkEnd(seen);
    const [here, there] = missing === undefined ? ['values', 'words'] : ['words', 'values'];
    throw brokenLaw(`${placeOf(model, odd)}: possible on ${here}, but not on ${there}`);
  },
};

/** A state without steps is a deadlock as a value, too, or final. */
function checkEnd(seen: Observation): boolean {
  const { model, steps, value } = seen;
  if (steps.length > 0) return true;
  seen.load();
  const final = model.isFinal();
  if (model.replayer!.deadlocked(value) !== final) return true;
  throw brokenLaw(`A state is final and its value a deadlock, or the other way round`);
}

function checkReplay({ model, value }: Observation, step: Taken): void {
  const replayer = model.replayer!;
  const place = placeOf(model, step);
  const replayed = replayer.step(value, step);
  if (replayed === undefined) throw brokenLaw(`${place}: cannot be taken on immutable values`);
  const packed = replayer.pack!(replayed.state);
  if (differs(step.words, packed)) {
    const difference = differenceOf(model, step.words, packed);
    throw brokenLaw(`${place}: does something else on immutable values: ${difference}`);
  }
  const violated = new Set(replayed.violated.map(({ invariant }) => invariant));
  for (const [i, { name }] of model.stepInvariants.entries()) {
    if (violated.has(name) === ((step.violated & (1 << i)) !== 0)) continue;
    throw brokenLaw(`${place}: violates ${name} on words or on immutable values, not on both`);
  }
}
