/** Search and replay run the same code on different states: they must agree in every profile. */

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Step } from '../../src/explorer/statement.ts';
import { profileNames } from '../../src/model/codezero-mm0/profiles.ts';
import { codezeroMm0 } from '../../src/systems/codezero-mm0.ts';
import { build } from './build.ts';
import type { Mm0Subject } from './build.ts';

interface Successor {
  readonly step: Step;
  readonly words: readonly number[];
  readonly raised: readonly { readonly invariant: string; readonly sentence: string }[];
}

function successorsOf(subject: Mm0Subject, words: readonly number[]): Successor[] {
  const found: Successor[] = [];
  subject.scratch.set(words);
  subject.successors((thread, statement, choice) => {
    const raised = subject.stepInvariants.flatMap(({ name }, i) =>
      (subject.step.violated & (1 << i)) === 0
        ? []
        : [{ invariant: name, sentence: subject.step.explain(i) }],
    );
    found.push({ step: { thread, statement, choice }, words: [...subject.scratch], raised });
  });
  return found;
}

function start(subject: Mm0Subject): number[] {
  let words: number[] = [];
  subject.initialStates(() => (words = [...subject.scratch]));
  return words;
}

const walks = fc.record({
  profile: fc.constantFrom(...profileNames),
  scenario: fc.constantFrom(...codezeroMm0.scenarios),
  choices: fc.array(fc.nat({ max: 20 }), { minLength: 14, maxLength: 14 }),
});

test('replays take the steps of the search, to the same states, with the same violations', () => {
  fc.assert(
    fc.property(walks, ({ profile, scenario, choices }) => {
      const subject = build(scenario, { profile });
      const { replayer } = subject;
      let state = replayer.initial()[0];
      let words = start(subject);
      for (const choice of choices) {
        expect([...replayer.pack(state)]).toEqual(words);
        const following = successorsOf(subject, words);
        expect(replayer.possible(state)).toEqual(following.map(({ step }) => step));
        subject.scratch.set(words);
        const broken = subject.stateInvariants.flatMap((check) => {
          const sentence = check.violation();
          return sentence === undefined ? [] : [{ invariant: check.name, sentence }];
        });
        expect([...subject.scratch], 'an invariant has written').toEqual(words);
        expect(replayer.violations(state)).toEqual(broken);
        if (following.length === 0) return;
        const chosen = following[choice % following.length];
        const replayed = replayer.step(state, chosen.step)!;
        expect(replayed.violated).toEqual(chosen.raised);
        state = replayed.state;
        words = [...chosen.words];
      }
    }),
    { numRuns: 150 },
  );
});

test('a thread that cannot go on has written nothing', () => {
  fc.assert(
    fc.property(walks, ({ profile, scenario, choices }) => {
      const subject = build(scenario, { profile });
      const { view } = subject.parts.layout;
      let words: readonly number[] = start(subject);
      for (const choice of choices) {
        const following = successorsOf(subject, words);
        const moves = new Set(following.map(({ step }) => step.thread));
        for (let thread = 0; thread < subject.threads.length; thread++) {
          if (moves.has(thread)) continue;
          subject.scratch.set(words);
          expect(subject.replay(view, thread, 0)).toBe(-1);
          expect([...subject.scratch]).toEqual(words);
        }
        if (following.length === 0) return;
        words = following[choice % following.length].words;
      }
    }),
    { numRuns: 100 },
  );
});
