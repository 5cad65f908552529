/** Call stacks with declared successors: their size, and frames that are refused. */

import { expect, test } from 'vitest';
import { ModelError } from '../../src/errors.ts';
import { cases } from '../../src/state/cases.ts';
import { layout } from '../../src/state/layout.ts';
import { record } from '../../src/state/record.ts';
import { table } from '../../src/state/table.ts';
import { bool, oneOf, upTo } from '../../src/state/values.ts';
import { pool } from '../../src/state/pool.ts';
import { stack } from '../../src/state/call-stack.ts';

const functions = cases({
  user: { step: upTo(2 ** 10 - 1) },
  fork: { page: upTo(2 ** 20 - 1) },
  fault: { page: upTo(2 ** 9 - 1) },
  copy: { page: upTo(2 ** 10 - 1) },
});
const calls = { user: ['fork', 'fault'], fork: ['copy'], fault: ['copy'], copy: [] } as const;
const calling = () =>
  stack(functions, 4, (below) => (below === undefined ? ['user'] : calls[below]));

test('a stack has the chains that its calls allow, and takes the bits of the largest', () => {
  const { chains, bits } = calling();
  // nothing, user, user fork, user fault, and copy on top of these two
  expect(chains).toHaveLength(6);
  // user and fork in one word, the number of the chain and copy in another; number and user in one
  // would leave no room for fork beside them
  expect(bits).toBe(32 + 3 + 10);
  const chain = layout(record({ calls: calling() }))
    .cells()
    .find(({ path }) => path === 'calls.chain');
  expect(chain?.bits).toBe(3);
});

test('a frame keeps its cells while others come and go on top of it', () => {
  const { view, scratch, pack, unpack } = layout(record({ calls: calling(), after: upTo(4095) }));
  const onView = view.calls as unknown as { push(frame: object): number; pop(): void };
  view.after = 4095;
  onView.push({ in: 'user', step: 1023 });
  const idle = scratch.slice();
  for (const name of ['fork', 'fault'] as const) {
    onView.push({ in: name, page: 5 });
    onView.push({ in: 'copy', page: 1023 });
    expect(unpack(scratch)).toEqual({
      calls: [
        { in: 'user', step: 1023 },
        { in: name, page: 5 },
        { in: 'copy', page: 1023 },
      ],
      after: 4095,
    });
    expect(pack(unpack(scratch))).toEqual(scratch);
    onView.pop();
    onView.pop();
    expect(scratch).toEqual(idle);
  }
});

test('a call that no function makes is rejected in a view and a value, and writes nothing', () => {
  const { view, scratch, pack } = layout(record({ calls: calling() }));
  const onView = view.calls as unknown as {
    push(frame: object): number;
    enter(tag: number): unknown;
  };
  expect(() => onView.push({ in: 'fork', page: 1 })).toThrow(
    'calls[0]: expected a case: user, found fork',
  );
  onView.push({ in: 'user', step: 3 });
  const before = scratch.slice();
  expect(() => onView.push({ in: 'copy', page: 1 })).toThrow(ModelError);
  expect(() => onView.enter(3)).toThrow('calls[1]: expected a case: fork, fault, found copy');
  expect(() =>
    pack({ calls: [{ in: 'user', step: 0 } as const, { in: 'user', step: 0 } as const] }),
  ).toThrow('calls[1]: expected a case: fork, fault, found user');
  expect(scratch).toEqual(before);
});

test('too many chains are refused, with a hint', () => {
  const many = cases(Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`f${i}`, {}])));
  expect(() => stack(many, 5)).toThrow('say which follow which');
});

test('a cell of one value takes no bits, and its neighbours share words', () => {
  const row = record({ wide: upTo(2 ** 30), only: oneOf('this'), more: upTo(2 ** 6 - 1) });
  const state = layout(
    record({ rows: table(pool('row', 2), row), flags: upTo(2 ** 25 - 1), last: bool }),
  );
  // A row is 31 + 6 bits and begins with a word; flags and last lie behind the second one.
  expect(state.words).toBe(4);
  const { view, scratch, pack, unpack } = state;
  view.flags = 2 ** 25 - 1;
  view.last = true;
  view.rows[1 as never].more = 63;
  view.rows[1 as never].only = 'this';
  expect(pack(unpack(scratch))).toEqual(scratch);
  expect(unpack(scratch)).toMatchObject({ flags: 2 ** 25 - 1, last: true });
  expect(() => (view.rows[0 as never].only = 'that' as never)).toThrow(ModelError);
});
