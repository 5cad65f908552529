/**
 * An error in a model ends the search with a model error that has a place and a trace, never with a
 * verdict.
 */

import { describe, expect, test } from 'vitest';
import { blocked, next } from '../../../src/machine/vocabulary.ts';
import type { Control } from '../../../src/machine/vocabulary.ts';
import { placeOf } from '../../../src/explorer/checks/model-errors.ts';
import type { Model } from '../../../src/explorer/model.ts';
import { explore } from '../../../src/explore.ts';
import { machine, searches, notTruths, errorOf } from './erring.ts';

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
    const error = errorOf(() => explore(moody, { ...options, checkModel: 'none' }));
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
