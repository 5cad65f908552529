import { describe, expect, test } from 'vitest';
import { ruleModel } from '../../src/machine/rules.ts';
import type { Rule, RuleSystem, Space } from '../../src/machine/rule-system.ts';
import { ModelError } from '../../src/errors.ts';
import type { Model } from '../../src/explorer/model.ts';
import { explore } from '../../src/explore.ts';
import { layout } from '../../src/state/layout.ts';
import { pool } from '../../src/state/pool.ts';
import { record } from '../../src/state/record.ts';
import { table } from '../../src/state/table.ts';
import { oneOf, upTo } from '../../src/state/values.ts';
import { distances } from '../explorer/naive.ts';

/** Peterson's mutual exclusion for two threads, with or without the courtesy of `turn`. */
interface Peterson {
  readonly words: Int32Array;
}

const PC = 0;
const FLAG = 2;
const TURN = 4;

function peterson(polite: boolean, dispatched: boolean) {
  const scratch = new Int32Array(5);
  const space: Space<Peterson> = { words: 5, scratch, view: { words: scratch } };
  const rule = (
    name: string,
    thread: number,
    pc: number,
    run: (words: Int32Array) => boolean,
  ): Rule<Peterson> => ({
    name,
    thread,
    at: [pc],
    run({ words }) {
      if (words[PC + thread] !== pc || !run(words)) return false;
      words[PC + thread] = (pc + 1) % 4;
      return true;
    },
  });
  return ruleModel<Peterson>({
    name: 'Peterson',
    space,
    threads: ['left', 'right'],
    start: [() => {}],
    rules: [0, 1].flatMap((me) => [
      rule('want', me, 0, (words) => (words[FLAG + me] = 1) === 1),
      rule('yield', me, 1, (words) => polite && (words[TURN] = 1 - me) >= 0),
      rule('rush', me, 1, () => !polite),
      rule('enter', me, 2, (words) => words[FLAG + 1 - me] === 0 || words[TURN] === me),
      rule('leave', me, 3, (words) => (words[FLAG + me] = 0) === 0),
    ]),
    ...(dispatched ? { dispatch: (k: Peterson, thread: number) => k.words[PC + thread] } : {}),
    invariants: [
      {
        name: 'exclusion',
        violation: ({ words }) =>
          words[PC] === 3 && words[PC + 1] === 3 ? 'both are in' : undefined,
      },
    ],
  });
}

describe('a model made of rules', () => {
  test('proves that Peterson excludes, and finds what happens without his courtesy', () => {
    const verdict = explore(peterson(true, true));
    expect(verdict).toMatchObject({ outcome: 'holds', coverage: { neverStarted: ['rush'] } });
    expect(verdict.states).toBe(distances(peterson(true, false)).size);
    // Neither yields: the one whose turn it is at the start enters, and the other may be inside.
    const hasty = explore(peterson(false, true));
    expect(hasty.violations[0]).toMatchObject({ invariant: 'exclusion', sentence: 'both are in' });
  });

  test('explores the same with and without dispatch', () => {
    for (const polite of [true, false]) {
      expect(explore(peterson(polite, true))).toEqual(explore(peterson(polite, false)));
    }
  });

  test('starts from words as well, and distinguishes parameters of one rule by choice', () => {
    const scratch = new Int32Array(1);
    const add = (k: Int32Array, a: number, b: number) => (k[0] += a * b) <= 9;
    const model = ruleModel({
      name: 'add',
      space: { words: 1, scratch, view: scratch },
      threads: ['t'],
      start: [Int32Array.of(2), (k) => void (k[0] = 3)],
      rules: [
        { name: 'add', thread: 0, a: 1, b: 2, run: (k, a, b) => k[0] <= 7 && add(k, a, b) },
        { name: 'add', thread: 0, a: 3, b: 1, run: (k, a, b) => k[0] <= 6 && add(k, a, b) },
      ],
      invariants: [{ name: 'not 8', violation: (k) => (k[0] === 8 ? 'eight' : undefined) }],
    });
    expect(explore(model).violations[0]).toMatchObject({
      initial: 0,
      trace: [
        { thread: 0, statement: 0, choice: 1 },
        { thread: 0, statement: 0, choice: 1 },
      ],
    });
    expect(model.statements).toEqual([{ operation: 'add', file: 'add', line: 0, token: 'add' }]);
  });

  test('runs on a layout of the state layer', () => {
    const philosophers = pool('philosopher', 3);
    const seat = record({ pc: oneOf('thinks', 'waits', 'eats'), meals: upTo(2) });
    const space = layout(record({ seats: table(philosophers, seat) }));
    type Table = typeof space.view;
    const rules = philosophers.all.flatMap((me): Rule<Table>[] => {
      const left = philosophers.at((me + 2) % 3);
      const right = philosophers.at((me + 1) % 3);
      return [
        {
          name: 'sit',
          thread: me,
          at: [0],
          run({ seats }) {
            if (seats[me].pc !== 'thinks' || seats[me].meals === 2) return false;
            seats[me].pc = 'waits';
            return true;
          },
        },
        {
          name: 'eat',
          thread: me,
          at: [1],
          run({ seats }) {
            if (seats[left].pc === 'eats' || seats[right].pc === 'eats') return false;
            seats[me].pc = 'eats';
            seats[me].meals += 1;
            return true;
          },
        },
        {
          name: 'leave',
          thread: me,
          at: [2],
          run({ seats }) {
            seats[me].pc = 'thinks';
            return true;
          },
        },
      ];
    });
    const places = { thinks: 0, waits: 1, eats: 2 };
    const model = ruleModel<Table>({
      name: 'philosophers',
      space,
      threads: ['first', 'second', 'third'],
      start: [() => {}],
      rules,
      dispatch: ({ seats }, thread) => places[seats[philosophers.at(thread)].pc],
      finished: ({ seats }) => philosophers.all.every((me) => seats[me].meals === 2),
    });
    const verdict = explore(model);
    // Each one has 7 states, of which 2 are eating: no two eat at once.
    expect(verdict).toMatchObject({ outcome: 'holds', states: 5 ** 3 + 3 * 2 * 5 ** 2, depth: 18 });
  });
});

describe('a system of rules is refused', () => {
  const space = () => layout(record({ x: upTo(5), colour: oneOf('red', 'green', 'blue') }));
  type Cells = { x: number; colour: 'red' | 'green' | 'blue' };
  const system = { name: 'm', threads: ['t'], start: [() => {}] };
  const rule: Rule<Cells> = { name: 'go', thread: 0, run: () => false };
  const made = (parts: Partial<RuleSystem<Cells>>) => (): Model =>
    ruleModel<Cells>({ ...system, space: space(), rules: [rule], ...parts });

  test.each([
    [1, '1'],
    [-1, '-1'],
    [0.5, '0.5'],
    [NaN, 'NaN'],
    [undefined, 'undefined'],
    [null, 'null'],
    ['0', '"0"'],
  ])('with a rule of thread %s', (thread, told) => {
    expect(made({ rules: [{ ...rule, thread: thread as number }] })).toThrow(
      new ModelError(`m: the rule go belongs to thread ${told}, but there are 1, counted from 0.`),
    );
  });

  test.each([
    [[], 'no place'],
    [[0, 0.5], '0.5'],
    [[-1], '-1'],
    [[NaN], 'NaN'],
    [['0'], '"0"'],
    [[2 ** 16], '65536'],
    [0, 'no place'],
  ])('with a rule at %j', (at, told) => {
    const rules = [{ ...rule, at: at as number[] }];
    expect(made({ rules, dispatch: () => 0 })).toThrow(
      new ModelError(
        `m: the rule go is tried at ${told}: \`at\` must be a list of whole numbers ` +
          'from 0 to 65535, or left out.',
      ),
    );
  });

  test.each([-1, 0.5, NaN, undefined, null])('whose dispatch answers %s', (place) => {
    expect(() => explore(made({ dispatch: () => place as number })())).toThrow(
      new ModelError(`m: dispatch: returns ${place}, but must return a whole number from 0 up.`),
    );
  });

  test.each([
    [Int32Array.of(), 'm: start 0 has 0 words, but a state has 1.'],
    [Int32Array.of(0, 0), 'm: start 0 has 2 words, but a state has 1.'],
    [Int32Array.of(6), 'm: start 0 is not a state: x: expected a whole number 0..5, found 6'],
    [Int32Array.of(3 << 3), /^m: start 0 is not a state: colour: expected /],
    [Int32Array.of(1 << 31), 'm: start 0 has bits in word 0 that belong to no field.'],
    [[0], 'm: start 0 must be a function or an Int32Array, found [0].'],
  ])('that starts from %j', (start, told) => {
    expect(made({ start: [start as Int32Array] })).toThrow(told);
  });

  test('but not one that starts from a state in words', () => {
    expect(explore(made({ start: [Int32Array.of(5)] })()).outcome).toBe('holds');
  });
});

test('a rule that is said never to be blocked, and is, or is said nowhere, is an error', () => {
  const scratch = new Int32Array(1);
  const space: Space<Int32Array> = { words: 1, scratch, view: scratch };
  const rule: Rule<Int32Array> = { name: 'on', thread: 0, at: [0], always: true, run: () => false };
  const system = { name: 'stuck', space, threads: ['t0'], start: [() => {}] };
  const dispatched = { ...system, dispatch: () => 0 };
  expect(() => explore(ruleModel({ ...dispatched, rules: [rule] }))).toThrow(
    new ModelError('stuck: on is declared never to be blocked, but it is.'),
  );
  const nowhere =
    'stuck: on is declared never to be blocked: it needs `at`, and its system `dispatch`.';
  expect(() => ruleModel({ ...system, rules: [rule] })).toThrow(new ModelError(nowhere));
});
