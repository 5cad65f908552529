/**
 * An error in a model ends the search with a model error that has a place and a trace, never with a
 * verdict.
 */

import { describe, expect, test } from 'vitest';
import { callStack } from '../../src/machine/thread-stacks.ts';
import { Machine } from '../../src/machine/machine.ts';
import { blocked, next, vocabulary } from '../../src/machine/vocabulary.ts';
import type { Context, Control } from '../../src/machine/vocabulary.ts';
import { replayerOf, UNWORDED } from '../../src/machine/replay.ts';
import { ruleModel } from '../../src/machine/rules.ts';
import type { Rule, RuleSystem } from '../../src/machine/rule-system.ts';
import { ModelError } from '../../src/errors.ts';
import type { SearchOptions } from '../../src/explorer/options.ts';
import { placeOf } from '../../src/explorer/checks/model-errors.ts';
import type { Model } from '../../src/explorer/model.ts';
import { explore } from '../../src/explore.ts';
import { layout } from '../../src/state/layout.ts';
import { pool } from '../../src/state/pool.ts';
import { record, table } from '../../src/state/record.ts';
import { upTo } from '../../src/state/scalar.ts';

interface Shared {
  x: number;
  readonly y: number;
}

/** Two threads that each increment x once; `run` is an extra action of the first statement. */
function machine(
  run: (k: { x: number; y: number }, cx: Context<object>) => Control,
  parts: {
    readonly violation?: (k: { x: number; y: number }) => unknown;
    readonly halted?: (k: { x: number; y: number }) => boolean;
    readonly finished?: (k: { x: number; y: number }) => boolean;
    readonly exclusive?: (k: { x: number; y: number }) => number;
    readonly stepInvariants?: number;
    readonly sentence?: unknown;
  } = {},
) {
  const thread = pool('thread', 2);
  const { operation, at } = vocabulary<any, object>();
  const user = operation({ name: 'user', file: 'a.c', lines: [1, 9], locals: () => ({}) })([
    at(1, 'first', (k) => ((k.y += 1), next)),
    at(2, 'second', (k, _my, cx) => run(k, cx)),
    at(3, 'third', (_k, _my, cx) => cx.leave()),
  ]);
  const operations = [user];
  const rows = table(thread, record({ stack: callStack(operations, {}, 1) }));
  const space = layout(record({ x: upTo(7), y: upTo(2), threads: rows }));
  const start = structuredClone(space.blank()) as any;
  for (const t of thread.all) start.threads[t].stack.push({ in: 'user', pc: 0 });
  return new Machine<any, object>({
    scope: {},
    operations,
    threads: ['a', 'b'],
    layout: space as any,
    stackOf: (k, t) => k.threads[t].stack,
    start: [start],
    stateInvariants: (k) => [
      { name: 'x-is-0', applies: () => true, violation: () => (parts.violation ?? xIs0)(k) as any },
    ],
    stepInvariants: Array.from({ length: parts.stepInvariants ?? 1 }, (_, i) => {
      const sentence = (): any => ('sentence' in parts ? parts.sentence : 'too often');
      return { name: i === 0 ? 'seldom' : `seldom ${i}`, ignored: false, sentence };
    }),
    ...(parts.exclusive && { exclusive: parts.exclusive }),
    finished: parts.finished ?? (() => true),
    halted: parts.halted ?? (() => false),
  });
}

const xIs0 = (k: Shared): string | undefined => (k.x === 0 ? undefined : `x is ${k.x}`);

const searches: readonly SearchOptions[] = [
  {},
  { keepGoing: true },
  { storage: 'fingerprint' },
  { strategy: 'dfs' },
  { strategy: 'random', walks: 20 },
  { reductions: ['merge'] },
  { reductions: ['merge'], keepGoing: true },
];

/** Values that are neither true nor false, and how messages show them. */
const notTruths: readonly (readonly [unknown, string])[] = [
  [undefined, 'undefined'],
  [null, 'null'],
  [Promise.resolve(true), 'a promise'],
  ['no', '"no"'],
  [{ ok: true }, '{"ok":true}'],
  [1, '1'],
];

function errorOf(run: () => unknown): ModelError {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(ModelError);
    return error as ModelError;
  }
  throw new Error('it came to a verdict');
}

describe.each(searches)('with %j', (options) => {
  test('a statement that writes and then waits is named, with the trace to it', () => {
    const writing = machine((k, cx) => {
      if (cx.thread === 1 || k.y < 2) return next;
      k.x = 7;
      return blocked;
    });
    const error = errorOf(() => explore(writing, options));
    expect(error.message).toBe(
      'a  user, a.c:2 second: writes x, which it must not: it may return blocked ' +
        'only if it writes nothing.',
    );
    expect(error.trace.length).toBeGreaterThan(0);
    expect(error.trace[0]).toMatch(/^1 {2}[ab] {2}user, a\.c:1 first$/);
  });

  test('a violation that only the search sees is not reported', () => {
    // The result depends on something outside the state, which a replay does not have.
    const view = (): unknown => moody.parts.layout.view;
    const moody = machine((k) => ((k.x = k === view() ? 1 : 0), next));
    const error = errorOf(() => explore(moody, options));
    expect(error.message).toMatch(
      /^The search found x-is-0 violated at [ab] {2}user, a\.c:2 second /,
    );
    expect(error.trace.length).toBeGreaterThan(1);
  });

  test.each([
    [
      'an invariant that writes',
      machine(() => next, { violation: (k) => void (k.x = 3) }),
      'x-is-0',
    ],
    ['finished that writes', machine(() => next, { finished: (k) => (k.x = 3) > 0 }), 'finished'],
    ['halted that writes', machine(() => next, { halted: (k) => (k.x = 3) < 0 }), 'halted'],
  ])('%s is named', (_name, model, named) => {
    expect(errorOf(() => explore(model, options)).message).toContain(named);
  });

  test.each([true, null, Promise.resolve(), 3])('an invariant answers %s', (answer) => {
    const odd = machine((k) => ((k.x = 1), next), {
      violation: (k) => (k.x === 0 ? undefined : answer),
    });
    expect(errorOf(() => explore(odd, options)).message).toMatch(/^The invariant x-is-0 returns /);
  });

  test.each(notTruths)(
    'a function that must return true or false returns %s: %s',
    (answer, told) => {
      const says = answer as boolean;
      const places: readonly [string, ReturnType<typeof machine>][] = [
        ['halted', machine(() => next, { halted: () => says })],
        ['finished', machine(() => blocked, { finished: () => says })],
        ['check', machine((_k, cx) => (cx.check(0, says), next))],
      ];
      for (const [place, model] of places) {
        const { message } = errorOf(() => explore(model, options));
        expect(message).toContain(place);
        expect(message).toContain(told);
      }
    },
  );

  test.each([
    [-1, '-1'],
    [0.5, '0.5'],
    [1, '1'],
    [NaN, 'NaN'],
    [undefined, 'undefined'],
  ])('a check %s is not the number of a step invariant', (check, told) => {
    const odd = machine((_k, cx) => (cx.check(check as number, true), next));
    expect(errorOf(() => explore(odd, options)).message).toMatch(
      new RegExp(
        `^[ab] {2}user, a\\.c:2 second: check: ${told} is not the number of a step invariant: ` +
          'they are counted from 0 to 0$',
      ),
    );
  });

  test.each([0, -1, 1.5, NaN])('a pick among %s outcomes', (count) => {
    const odd = machine((_k, cx) => (cx.pick(count), next));
    expect(errorOf(() => explore(odd, options)).message).toContain(`found ${count}`);
  });

  test.each([undefined, null, {}, Promise.resolve(), 7])(
    'a step is broken with the sentence %s',
    (sentence) => {
      const odd = machine((k, cx) => (cx.check(0, k.y < 2), next), { sentence });
      const { message } = errorOf(() => explore(odd, options));
      expect(message).toMatch(
        /^The invariant seldom returns .*: it must return a sentence that says why the step .*\.$/,
      );
      expect(message).not.toContain('[object');
    },
  );

  test('a value out of its range is reported where it is written', () => {
    const high = machine((k) => ((k.y += 1), next));
    const { message, trace } = errorOf(() => explore(high, options));
    expect(message).toMatch(
      /^[ab] {2}user, a\.c:[12] \w+: y: expected a whole number 0\.\.2, found 3$/,
    );
    expect(trace.length).toBeGreaterThan(0);
  });

  test('violations of states, of steps and deadlocks that come about are confirmed', () => {
    const state = machine((k) => ((k.x = 1), next));
    expect(explore(state, options).violations[0]).toMatchObject({ invariant: 'x-is-0' });
    const step = machine((k, cx) => (cx.check(0, k.y < 2), next));
    expect(explore(step, options).violations[0]).toMatchObject({ invariant: 'seldom' });
    const stuck = machine(() => blocked, { finished: () => false });
    expect(explore(stuck, options).violations[0]).toMatchObject({ invariant: 'deadlock-free' });
  });
});

test.each([undefined, null, 0.5, NaN, 2, -2, true])('exclusive answers %s', (answer) => {
  const odd = machine(() => next, { exclusive: () => answer as number });
  expect(errorOf(() => explore(odd)).message).toBe(
    `exclusive: returns ${answer}, but must return the number of a thread (0 to 1), or -1.`,
  );
});

test.each([{}, Promise.resolve(), undefined])('a statement answers %s', (answer) => {
  const { message } = errorOf(() => explore(machine(() => answer as Control)));
  expect(message).toMatch(/^[ab] {2}user, a\.c:2 second: user: /);
  expect(message).not.toContain('[object');
});

test('more than 31 step invariants are refused', () => {
  expect(explore(machine(() => next, { stepInvariants: 31 })).outcome).toBe('holds');
  const { message } = errorOf(() => machine(() => next, { stepInvariants: 32 }));
  expect(message).toMatch(/^A model has at most 31 step invariants, found 32: /);
});

test('a statement without a file is cited without a line', () => {
  const statement = { operation: 'program', file: '', line: 1, token: 'program' };
  const model = { threads: ['P'], statements: [statement] } as unknown as Model;
  expect(placeOf(model, { thread: 0, statement: 0 })).toBe('P  program');
});

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

describe('rules', () => {
  const space = () => layout(record({ x: upTo(5) }));
  type Cells = { x: number };
  const count: Rule<Cells> = { name: 'count', thread: 0, run: (k) => k.x < 5 && (k.x += 1) > 0 };
  const model = (parts: Partial<RuleSystem<Cells>>) =>
    ruleModel<Cells>({
      name: 'm',
      space: space(),
      threads: ['t'],
      start: [() => {}],
      rules: [count],
      ...parts,
    });
  const two = (k: Cells): string | undefined => (k.x === 2 ? 'x is 2' : undefined);

  test.each(searches)('that write and are then blocked, with %j', (options) => {
    const late = (k: Cells): boolean => (k.x === 3 ? ((k.x = 2), false) : false);
    const error = errorOf(() =>
      explore(model({ rules: [{ name: 'late', thread: 0, run: late }, count] }), options),
    );
    expect(error.message).toBe(
      't  late: writes the state, which it must not: it may return false ' +
        'only if it writes nothing.',
    );
    expect(error.trace).toEqual(
      ['1  t  count', '2  t  count', '3  t  count'].slice(0, error.trace.length),
    );
  });

  test.each(searches)('whose dispatch or invariant writes, with %j', (options) => {
    const dispatch = (k: Cells): number => ((k.x = 4), 0);
    expect(errorOf(() => explore(model({ dispatch }), options)).message).toContain('m: dispatch');
    const writes = [{ name: 'writes', violation: (k: Cells) => void (k.x = 5) }];
    expect(errorOf(() => explore(model({ invariants: writes }), options)).message).toContain(
      'writes',
    );
  });

  test.each(searches)('that answer neither true nor false, with %j', (options) => {
    for (const [answer, told] of notTruths) {
      const odd: Rule<Cells> = { name: 'odd', thread: 0, run: () => answer as boolean };
      expect(errorOf(() => explore(model({ rules: [count, odd] }), options)).message).toBe(
        `t  odd: returns ${told}, but must return true or false.`,
      );
      const finished = (): boolean => answer as boolean;
      expect(errorOf(() => explore(model({ finished }), options)).message).toBe(
        `finished: returns ${told}, but must return true or false.`,
      );
      const applies = [{ name: 'sound', applies: finished, violation: () => undefined }];
      expect(errorOf(() => explore(model({ invariants: applies }), options)).message).toBe(
        `sound: returns ${told}, but must return true or false.`,
      );
    }
  });

  test('violations and deadlocks are confirmed unless they depend on a variable', () => {
    expect(
      explore(model({ invariants: [{ name: 'two', violation: two }] })).violations[0]?.trace,
    ).toHaveLength(2);
    expect(explore(model({ finished: () => false })).violations[0]?.invariant).toBe(
      'deadlock-free',
    );
    let asked = 0;
    const once = [
      { name: 'once', violation: (k: Cells) => (k.x === 2 && asked++ === 0 ? 'once' : undefined) },
    ];
    expect(errorOf(() => explore(model({ invariants: once }))).message).toContain('once');
  });

  test('a value out of its range names the rule', () => {
    const high: Rule<Cells> = { name: 'high', thread: 0, run: (k) => (k.x += 1) > 0 };
    const error = errorOf(() => explore(model({ rules: [high] })));
    expect(error.message).toBe('t  high: x: expected a whole number 0..5, found 6');
    expect(error.trace).toHaveLength(5);
  });
});
