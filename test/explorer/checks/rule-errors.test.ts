/** Errors of a model that is written as guarded rules. */

import { describe, expect, test } from 'vitest';
import { ruleModel } from '../../../src/machine/rules.ts';
import type { Rule, RuleSystem } from '../../../src/machine/rule-system.ts';
import { explore } from '../../../src/explore.ts';
import { layout } from '../../../src/state/layout.ts';
import { record } from '../../../src/state/record.ts';
import { upTo } from '../../../src/state/values.ts';
import { searches, notTruths, errorOf } from './erring.ts';

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
