/** A violation that the replayer does not confirm is an error of the model. */

import { describe, expect, test } from 'vitest';
import { blocked, next } from '../../../src/machine/vocabulary.ts';
import { replayerOf, UNWORDED } from '../../../src/machine/replay.ts';
import { explore as exploreModel } from '../../../src/explore.ts';
import { machine, errorOf } from './erring.ts';

/** Without looking for what is wrong with the model before. */
const explore: typeof exploreModel = (model, options) =>
  exploreModel(model, { ...options, checkModel: 'none' });

describe('a violation is refused that the replayer does not confirm', () => {
  const model = (judged: boolean) => machine((k, cx) => ((k.x = 1), cx.check(0, !judged), next));

  test.each([
    ['the state', model(false), { violations: () => [] }],
    ['the step', model(true), { step: undefined }],
  ])('%s', (_name, found, wrong) => {
    const replayer = replayerOf(found, UNWORDED);
    const step: typeof replayer.step = (...given) => {
      const done = replayer.step(...given);
      return done && { ...done, violated: [] };
    };
    const broken = Object.assign(found, {
      replayer: { ...replayer, step, ...('violations' in wrong && wrong) },
    });
    const error = errorOf(() => explore(broken, { keepGoing: true }));
    expect(error.message).toContain('a.c:2 second');
    expect(error.trace).toHaveLength(2);
  });

  test('a trace of which a step is impossible', () => {
    const found = model(false);
    const replayer = { ...replayerOf(found, UNWORDED), step: () => undefined };
    const error = errorOf(() => explore(Object.assign(found, { replayer })));
    expect(error.message).toMatch(/step 1 of its trace, a {2}user, a\.c:1 first, cannot be taken/);
  });

  test('a deadlock', () => {
    const found = machine(() => blocked, { finished: () => false });
    const replayer = { ...replayerOf(found, UNWORDED), deadlocked: () => false };
    expect(errorOf(() => explore(Object.assign(found, { replayer }))).message).toContain(
      'deadlock-free',
    );
  });

  test('one that was there a step before', () => {
    const found = model(false);
    const replayer = replayerOf(found, UNWORDED);
    const broken = (): { invariant: string; sentence: string }[] => [
      { invariant: 'x-is-0', sentence: 'always' },
    ];
    const error = errorOf(() =>
      explore(Object.assign(found, { replayer: { ...replayer, violations: broken } })),
    );
    expect(error.message).toContain('x-is-0');
  });
});
