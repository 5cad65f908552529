/** Search and replay run the same code on different states: they must agree in every profile. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Step } from '../../src/explorer/contract.ts';
import { explore } from '../../src/explorer/search.ts';
import { profileNames } from '../../src/model/codezero-mm0/options.ts';
import type { Choices, Profile } from '../../src/model/codezero-mm0/options.ts';
import { unreached } from '../../src/model/codezero-mm0/unreached.ts';
import { codezeroMm0 } from '../../src/systems/codezero-mm0.ts';
import { build, scenarioNamed } from './build.ts';
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
    const raised = subject.stepChecks.flatMap(({ name }, i) =>
      (subject.raised & (1 << i)) === 0 ? [] : [{ invariant: name, sentence: subject.why(i) }],
    );
    found.push({ step: { thread, statement, choice }, words: [...subject.scratch], raised });
  });
  return found;
}

function start(subject: Mm0Subject): number[] {
  let words: number[] = [];
  subject.initial(() => (words = [...subject.scratch]));
  return words;
}

const walks = fc.record({
  profile: fc.constantFrom(...profileNames),
  scenario: fc.constantFrom(...codezeroMm0.scenarios),
  choices: fc.array(fc.nat({ max: 20 }), { minLength: 14, maxLength: 14 }),
});

test('replays take the steps of the search, to the same states, with the same breaches', () => {
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
        const broken = subject.stateChecks.flatMap((check) => {
          const sentence = check.breach();
          return sentence === undefined ? [] : [{ invariant: check.name, sentence }];
        });
        expect([...subject.scratch], 'an invariant has written').toEqual(words);
        expect(replayer.broken(state)).toEqual(broken);
        if (following.length === 0) return;
        const chosen = following[choice % following.length]!;
        const replayed = replayer.step(state, chosen.step)!;
        expect(replayed.raised).toEqual(chosen.raised);
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
        words = following[choice % following.length]!.words;
      }
    }),
    { numRuns: 100 },
  );
});

describe.each(profileNames)('%s', (profile) => {
  const some = codezeroMm0.scenarios.filter(({ name }) => name !== 'generations');

  test.each(some)('breadth first and depth first find as many states of $name', (scenario) => {
    const breadth = explore(build(scenario, { profile }), { keepGoing: true });
    const depth = explore(build(scenario, { profile }), { keepGoing: true, strategy: 'dfs' });
    expect(depth.states).toBe(breadth.states);
    expect(depth.transitions).toBe(breadth.transitions);
  });
});

test('every place is passed in some scenario of some profile, or is listed here', () => {
  const reached = new Map<string, boolean>();
  for (const profile of profileNames) {
    const plain = codezeroMm0.scenarios.map((scenario) => ({ scenario, options: {} }));
    const chosen = choices
      .filter((choice) => choice.profile === profile)
      .map(({ scenario, options }) => ({ scenario: scenarioNamed(scenario), options }));
    for (const { scenario, options } of [...plain, ...chosen]) {
      const subject = build(scenario, { profile, options });
      explore(subject, { keepGoing: true });
      subject.statements.forEach(({ operation, token }, i) => {
        const key = `${operation} ${token}`;
        reached.set(key, (reached.get(key) ?? false) || subject.covered[i] === 1);
      });
    }
  }
  const never = [...reached].filter(([, was]) => !was).map(([key]) => key);
  expect(never).toEqual(unreached.map(([place]) => place));
});

/** Options that lead to places of the early revisions. */
const choices: readonly {
  readonly profile: Profile;
  readonly scenario: string;
  readonly options: Partial<Choices>;
}[] = [
  {
    profile: 'written-aug08',
    scenario: 'cow-3',
    options: { freedRead: 'unchanged', pageReuse: 'first' },
  },
  { profile: 'written-aug08', scenario: 'open-while-faulting', options: { openSteps: 2 } },
  { profile: 'written-nov08', scenario: 'open-while-faulting', options: { openSteps: 2 } },
  { profile: 'reference', scenario: 'read-only', options: { openSteps: 2 } },
  { profile: 'written-oct08', scenario: 'cow-3', options: { freedRead: 'unchanged' } },
  { profile: 'written-nov08', scenario: 'file-shared', options: { objectBits: 256 } },
];
