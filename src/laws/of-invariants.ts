/** Laws of what is asked about a state: invariants, `applies` and `finished` only read. */

import { brokenLaw } from '../explorer/checks/model-errors.ts';
import { differs } from '../explorer/state-words.ts';
import type { StateInvariant } from '../explorer/model.ts';
import type { Law } from './law.ts';
import type { Observation } from './observation.ts';
import { missingValues } from './of-steps.ts';

const always = (): undefined => undefined;

/** What an invariant says of a state. */
interface Said {
  readonly applies: boolean;
  readonly violation: string | undefined;
}

function ask(seen: Observation, invariant: StateInvariant, words?: Int32Array): Said {
  seen.load(words);
  const applies = invariant.applies();
  const violation = invariant.violation();
  return { applies, violation };
}

export const invariantsOnlyRead: Law = {
  name: 'invariants-only-read',
  sentence: 'An invariant changes nothing, and says the same when it is asked again.',
  costly: false,
  missing: ({ stateInvariants }) => (stateInvariants.length === 0 ? 'it has none' : undefined),
  check(seen) {
    const { model, words } = seen;
    for (const invariant of model.stateInvariants) {
      const first = ask(seen, invariant);
      if (differs(model.scratch, words)) {
        throw brokenLaw(`The invariant ${invariant.name} writes the state: it may only read it`);
      }
      const again = ask(seen, invariant);
      if (first.applies === again.applies && first.violation === again.violation) continue;
      throw brokenLaw(
        `The invariant ${invariant.name} says something else of the same state when asked again`,
      );
    }
    return true;
  },
};

export const invariantsReadTheirPart: Law = {
  name: 'invariants-read-their-part',
  sentence: 'An invariant reads only what it declares to read.',
  costly: false,
  missing: ({ stateInvariants }) =>
    stateInvariants.some(({ reads }) => reads !== undefined)
      ? undefined
      : 'none of its invariants declares what it reads',
  check(seen) {
    const { model, words, other } = seen;
    if (other === undefined) return false;
    let mixed = false;
    for (const invariant of model.stateInvariants) {
      const { reads } = invariant;
      if (reads === undefined) continue;
      mixed = true;
      const mixture = words.map((word, w) => (word & reads[w]) | (other[w] & ~reads[w]));
      const said = ask(seen, invariant);
      const ofMixture = ask(seen, invariant, mixture);
      if (said.applies === ofMixture.applies && said.violation === ofMixture.violation) continue;
      throw brokenLaw(`The invariant ${invariant.name} reads more than it declares`);
    }
    return mixed;
  },
};

export const endOnlyReads: Law = {
  name: 'finished-only-reads',
  sentence: 'The question whether a state is final changes nothing, and has the same answer twice.',
  costly: false,
  missing: always,
  check(seen) {
    const { model, words } = seen;
    seen.load();
    const first = model.isFinal();
    const wrote = differs(model.scratch, words);
    seen.load();
    if (!wrote && model.isFinal() === first) return true;
    throw brokenLaw(
      `finished: ${wrote ? 'writes the state: it may only read it' : 'answers differently'}`,
    );
  },
};

export const invariantsAgree: Law = {
  name: 'invariants-agree',
  sentence: 'An invariant says the same of a state and of its immutable value.',
  costly: true,
  missing: (model) => missingValues(model) ?? invariantsOnlyRead.missing(model),
  check(seen) {
    const { model, value } = seen;
    const violated = new Set(model.replayer!.violations(value).map((one) => one.invariant));
    for (const invariant of model.stateInvariants) {
      const { violation } = ask(seen, invariant);
      if (violated.has(invariant.name) === (violation !== undefined)) continue;
      throw brokenLaw(
        `The invariant ${invariant.name} holds for a state or for its value, not for both`,
      );
    }
    return true;
  },
};
