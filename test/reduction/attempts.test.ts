/** Cached transitions equal fresh ones. */

import { expect, test } from 'vitest';
import type { Model } from '../../src/explorer/model.ts';
import type {
  Dependencies,
  RecordingModel,
  ReducibleModel,
} from '../../src/reduction/capabilities.ts';
import { TransitionCache } from '../../src/reduction/transition-cache.ts';
import { systems } from '../../src/systems.ts';
import { every, share } from '../extent.ts';
import { privateCells } from '../models/private-cells.ts';
import { dice } from './symmetry-laws.ts';
import { namesOfFixes, subjectOf } from './systems.ts';

const almos = systems[0];

type ByThread = Model & Pick<RecordingModel, 'successorsOf'>;

function accessOf({ dependencies }: ReducibleModel): Dependencies {
  if (typeof dependencies !== 'function') throw new Error('nothing is declared');
  return dependencies();
}

/** The transitions of a thread in a state, computed and from the cache. */
function expectSame(
  model: ByThread,
  attempts: TransitionCache,
  thread: number,
  state: Int32Array,
): void {
  const { scratch } = model;
  const run: unknown[] = [];
  scratch.set(state);
  model.step.covered.fill(0);
  model.successorsOf(thread, (_thread, statement, choice) => {
    const { checked, violated } = model.step;
    const why = Array.from(
      { length: 31 },
      (_, c) => (violated & (1 << c)) !== 0 && model.step.explain(c),
    );
    const covered = [...model.step.covered.keys()].filter((id) => model.step.covered[id] === 1);
    run.push({
      statement,
      choice,
      checked,
      violated,
      covered,
      why: why.filter(Boolean),
      to: [...scratch],
    });
    model.step.covered.fill(0);
  });
  const { transitions } = attempts.of(thread, state);
  const remembered = transitions.map(
    ({ statement, choice, checked, violated, covered, explanations, ...move }) => {
      const to = [...state];
      move.words.forEach((w, i) => (to[w] = (to[w] & ~move.masks[i]) | move.values[i]));
      return {
        statement,
        choice,
        checked,
        violated,
        covered,
        why: explanations.filter(Boolean),
        to,
      };
    },
  );
  expect(remembered).toEqual(run);
}

test.each([
  ['as written', []],
  ['fixed', namesOfFixes(almos)],
] as [string, string[]][])('along random walks through almos-mkh %s', (_name, fixes) => {
  let [asked, made] = [0, 0];
  share(almos.scenarios, every(4)).forEach((scenario, seed) => {
    const model = subjectOf(almos, scenario, fixes) as ReturnType<typeof subjectOf> & ByThread;
    const access = accessOf(model);
    const { successorsOf } = access.model;
    access.model.successorsOf = (...given) => {
      made++;
      successorsOf.apply(access.model, given);
    };
    const attempts = new TransitionCache(access);
    const roll = dice(seed + 1);
    for (let walk = 0; walk < 6; walk++) {
      let state: Int32Array | undefined;
      model.initialStates(() => (state = model.scratch.slice()));
      for (let step = 0; step < 60 && state !== undefined; step++) {
        for (const thread of model.threads.keys()) {
          expectSame(model, attempts, thread, state);
          asked++;
        }
        const next: Int32Array[] = [];
        model.scratch.set(state);
        model.successors(() => next.push(model.scratch.slice()));
        state = next[roll(next.length)];
      }
    }
  });
  // Most steps came from the cache.
  expect(made).toBeLessThan(asked / 3);
});

test('a step that depends on more than cells is an error, not a wrong verdict', () => {
  const model = privateCells({
    cells: 1,
    programs: [[{ do: 'set', cell: 0, value: 1 }]],
    watched: [0, 0],
  });
  const access = accessOf(model);
  const attempts = new TransitionCache(access);
  const state = new Int32Array(model.words);
  const many = (): void => {
    for (let i = 0; i < 10_000; i++) expect(attempts.of(0, state).transitions).toHaveLength(1);
  };
  many();
  access.model.successorsOf = () => {};
  expect(many).toThrow(
    /A step of t0 behaves differently in two states .* something outside the state/,
  );
});
