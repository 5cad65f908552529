/** Random walks through the scenarios of the library, as the search sees them: on packed words. */

import * as fc from 'fast-check';
import type { Step } from '../../src/explorer/statement.ts';
import type { Kernel } from '../../src/model/almos-mkh/state.ts';
import type { Scenario } from '../../src/system.ts';
import { almosMkh } from '../../src/systems/almos-mkh.ts';
import { build } from './build.ts';
import type { AlmosSubject, Build } from './build.ts';

export type Options = NonNullable<Build['options']>;

/** One subject per scenario and setting of the options. */
export const built = new Map<string, AlmosSubject>();
export function subjectOf(scenario: Scenario, options: Options = {}): AlmosSubject {
  const key = JSON.stringify([scenario.name, options]);
  const subject = built.get(key) ?? build(scenario, { options });
  built.set(key, subject);
  return subject;
}

export const anyOptions: fc.Arbitrary<Options> = fc.record(
  Object.fromEntries(
    // A scenario may not have the cluster that inactiveCluster names.
    almosMkh.options
      .filter(({ name }) => name !== 'inactiveCluster')
      .map(({ name, values }) => [name, fc.constantFrom(...values)]),
  ),
);

export const walks = fc.record({
  scenario: fc.constantFrom(...almosMkh.scenarios),
  options: anyOptions,
  /** The sequence of choices of a walk. */
  choices: fc.array(fc.nat(), { minLength: 1, maxLength: 30 }),
  length: fc.integer({ min: 1, max: 90 }),
});

/** A successor, as the search sees it. */
export interface Successor {
  readonly step: Step;
  readonly words: readonly number[];
  readonly raised: readonly { readonly invariant: string; readonly sentence: string }[];
}

export function successorsOf(subject: AlmosSubject, words: readonly number[]): Successor[] {
  const found: Successor[] = [];
  subject.scratch.set(words);
  subject.successors((thread, statement, choice) => {
    const bits = subject.step.violated;
    const raised = subject.stepInvariants.flatMap(({ name }, i) =>
      (bits & (1 << i)) === 0 ? [] : [{ invariant: name, sentence: subject.step.explain(i) }],
    );
    found.push({ step: { thread, statement, choice }, words: [...subject.scratch], raised });
  });
  return found;
}

export function start(subject: AlmosSubject): readonly number[] {
  let words: readonly number[] = [];
  subject.initialStates(() => {
    words = [...subject.scratch];
  });
  return words;
}

/** Calls `visit` for every state of a random walk, with its successors. */
export function walk(
  subject: AlmosSubject,
  { choices, length }: { readonly choices: readonly number[]; readonly length: number },
  visit: (words: readonly number[], following: readonly Successor[]) => void,
): void {
  let words = start(subject);
  for (let i = 0; i < length; i++) {
    const following = successorsOf(subject, words);
    visit(words, following);
    if (following.length === 0) return;
    words = following[choices[i % choices.length] % following.length].words;
  }
}

export function unpack(subject: AlmosSubject, words: readonly number[]): Kernel {
  return subject.parts.layout.unpack(Int32Array.from(words));
}
