/** Each law of models, and a model that breaks it: the search says so, and gives no verdict. */

import { expect, test } from 'vitest';
import { ModelError } from '../../src/errors.ts';
import { explore } from '../../src/explore.ts';
import type { SearchOptions } from '../../src/explorer/options.ts';
import { laws } from '../../src/laws/laws.ts';
import { next } from '../../src/machine/vocabulary.ts';
import { replayerOf, UNWORDED } from '../../src/machine/replay.ts';
import type { LawfulModel } from '../../src/laws/observation.ts';
import { errorOf, machine, type Shared } from '../explorer/checks/erring.ts';
import { stateCheck } from '../models/plain.ts';
import { counter, switches } from './models.ts';

/** A machine that keeps all laws. */
const lawful = (): ReturnType<typeof machine> => machine(() => next);

/** The machine with a replayer of which something is replaced. */
function replayed(parts: (replayer: ReturnType<typeof replayerOf>) => object): LawfulModel {
  const model = machine((k) => ((k.x = 1), next), { violation: () => undefined });
  const replayer = replayerOf(model, UNWORDED);
  return Object.assign(model, { replayer: { ...replayer, ...parts(replayer) } });
}

let calls = 0;
const broken: readonly [law: string, make: () => LawfulModel, message: RegExp][] = [
  [
    'steps-run',
    () => machine((k) => ((k.x = k.y > 1 ? 9 : 0), next)),
    /x: expected a whole number 0\.\.7, found 9/,
  ],
  [
    'steps-repeat',
    () => machine((k) => ((k.x = calls++ % 2), next), { violation: () => undefined }),
    /^a {2}user, a\.c:2 second: leads to different states: x [01] and [01]\.$/,
  ],
  [
    'states-round-trip',
    () => replayed(({ pack }) => ({ pack: (state: Shared) => pack({ ...state, x: 5 }) })),
    /^A state changes when packed again: x 0 and 5\.$/,
  ],
  [
    'replay-agrees',
    () => {
      const model = machine((k) => ((k.x = k === model.parts.layout.view ? 1 : 2), next), {
        violation: () => undefined,
      });
      return model;
    },
    /a\.c:2 second: does something else on immutable values: x 1 and 2\.$/,
  ],
  [
    'replay-agrees',
    () => replayed(() => ({ step: () => undefined })),
    /a\.c:1 first: cannot be taken on immutable values\.$/,
  ],
  [
    'replay-agrees',
    () => replayed(() => ({ possible: () => [] })),
    /a\.c:1 first: possible on words, but not on values\.$/,
  ],
  [
    'replay-agrees',
    () => {
      const model = machine((_k, cx) => (cx.check(0, false), next));
      const { step, ...others } = replayerOf(model, UNWORDED);
      const blind: typeof step = (...given) => {
        const done = step(...given);
        return done && { ...done, violated: [] };
      };
      return Object.assign(model, { replayer: { ...others, step: blind } });
    },
    /violates seldom on words or on immutable values, not on both\.$/,
  ],
  [
    'replay-agrees',
    () => replayed(() => ({ deadlocked: () => true })),
    /^A state is final and its value a deadlock, or the other way round\.$/,
  ],
  [
    'invariants-only-read',
    () => machine(() => next, { violation: () => (calls++ % 2 === 0 ? undefined : 'sometimes') }),
    /^The invariant x-is-0 says something else of the same state when asked again\.$/,
  ],
  [
    'invariants-only-read',
    () =>
      counter(3, (scratch) => ({
        stateInvariants: [
          stateCheck('writes', () => {
            scratch[1] = scratch[0] === 0 ? 0 : 1;
            return undefined;
          }),
        ],
      })),
    /invariant writes/,
  ],
  [
    'invariants-read-their-part',
    () =>
      counter(3, (scratch) => ({
        stateInvariants: [
          {
            name: 'small',
            reads: Int32Array.of(0, -1),
            applies: () => true,
            violation: () => (scratch[0] > 1 ? 'large' : undefined),
          },
        ],
      })),
    /^The invariant small reads more than it declares\.$/,
  ],
  [
    'invariants-agree',
    () => replayed(() => ({ violations: () => [{ invariant: 'x-is-0', sentence: 'always' }] })),
    /^The invariant x-is-0 holds for a state or for its value, not for both\.$/,
  ],
  [
    'finished-only-reads',
    () => counter(3, () => ({ isFinal: () => calls++ % 2 === 0 })),
    /^finished: answers differently\.$/,
  ],
  [
    'finished-only-reads',
    () => counter(3, (scratch) => ({ isFinal: () => (scratch[1] = 1) === 1 })),
    /^finished: writes the state: it may only read it\.$/,
  ],
  [
    'symmetry-commutes',
    () => switches((scratch, which) => which === 1 && scratch[1] === 0 && (scratch[1] = 1) === 1),
    /turn on: does something else where only names differ: it is not possible there\.$/,
  ],
];

test('there is a model that breaks each law', () => {
  const names = new Set(broken.map(([law]) => law));
  expect(laws.map(({ name }) => name).filter((name) => !names.has(name))).toEqual([]);
});

test.each(broken)('%s is told to be broken (%#)', (_law, make, message) => {
  calls = 0;
  expect(errorOf(() => explore(make())).message).toMatch(message);
  calls = 0;
  expect(errorOf(() => explore(make(), { checkModel: 'all' })).message).toMatch(message);
});

test('a law that is checked when the search is over is broken after a trace, too', () => {
  const model = machine((k) => ((k.x = k === model.parts.layout.view ? 1 : 2), next), {
    violation: () => undefined,
  });
  const { trace } = errorOf(() => explore(model));
  expect(trace.length).toBeGreaterThan(0);
  expect(trace).toEqual(errorOf(() => explore(model, { checkModel: 'all' })).trace);
});

test('models that keep all laws come to a verdict, whatever is checked', () => {
  const keeping: readonly (() => LawfulModel)[] = [
    lawful,
    () => counter(30),
    () => switches((scratch, which) => scratch[which] === 0 && (scratch[which] = 1) === 1),
  ];
  for (const make of keeping) {
    const verdicts = (['none', 'first', 'all'] as const).map((checkModel) =>
      explore(make(), { checkModel }),
    );
    expect(verdicts[0].outcome).toBe('holds');
    expect(verdicts[1]).toEqual(verdicts[0]);
    expect(verdicts[2]).toEqual(verdicts[0]);
  }
});

test('all states are checked by one thread', () => {
  const factory = { module: 'model.js', name: 'model', args: [] };
  expect(() => explore(lawful(), { checkModel: 'all', workers: 2, factory })).toThrow(
    'A model is checked in all states by one thread: leave out workers.',
  );
  expect(() => explore(lawful(), { checkModel: 'some' as never })).toThrow(
    'checkModel must be first, all or none, found "some".',
  );
});

test('all states are checked if asked for, and else the first ones', () => {
  const late = (last: number): LawfulModel =>
    counter(last, (scratch) => ({ isFinal: () => scratch[0] < last - 3 || calls++ % 2 === 0 }));
  const options: SearchOptions = { deadlock: false };
  expect(errorOf(() => explore(late(30), options))).toBeInstanceOf(ModelError);
  expect(explore(late(5000), options).outcome).toBe('holds');
  calls = 0;
  const { message, trace } = errorOf(() => explore(late(5000), { ...options, checkModel: 'all' }));
  expect(message).toBe('finished: answers differently.');
  expect(trace).toHaveLength(4997);
});

test('a law that cannot be checked says why', () => {
  const missing = laws.map((law) => [law.name, law.missing(counter(1))]);
  expect(Object.fromEntries(missing)).toEqual({
    'steps-run': undefined,
    'steps-repeat': undefined,
    'states-round-trip': 'its replayer does not pack and unpack states',
    'replay-agrees': 'its replayer does not pack and unpack states',
    'invariants-only-read': 'it has none',
    'invariants-read-their-part': 'none of its invariants declares what it reads',
    'invariants-agree': 'its replayer does not pack and unpack states',
    'finished-only-reads': undefined,
    'symmetry-commutes': 'it does not say what is symmetric',
  });
});
