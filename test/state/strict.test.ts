/** What a state does not have is an error, in views, in values and in drafts alike. */

import { produce } from 'immer';
import { describe, expect, test } from 'vitest';
import {
  bool,
  callStack,
  cases,
  layout,
  list,
  pool,
  record,
  table,
  upTo,
} from '../../src/index.ts';
import { next, vocabulary } from '../../src/index.ts';
import { strict } from '../../src/machine/strict-draft.ts';

const cpu = pool('cpu', 2);
const { operation, at } = vocabulary<object, object>();
const fault = operation({
  name: 'fault',
  file: 'vm.c',
  lines: [1, 9],
  locals: () => ({ page: upTo(3) }),
})([at(3, 'lookup(page)', () => next)]);
const space = layout(
  record({
    free: upTo(4),
    waiting: list(upTo(3), 3),
    doing: cases({ nothing: {}, read: { page: upTo(3) } }),
    cpus: table(cpu, record({ locked: bool, stack: callStack([fault], {}, 1) })),
  }),
);
type Loose = any;

/** Fills a state, and then does something to it that it does not have. */
function prepared(k: Loose): Loose {
  k.waiting.push(2);
  k.doing = { in: 'read', page: 1 };
  k.cpus[0].stack.push({ in: 'fault', pc: 0, page: 0 });
  return k;
}

const mistakes: readonly [what: string, act: (k: Loose) => unknown, message: string][] = [
  ['a field', (k) => k.fre, 'fre: there is no such field: there are free, waiting, doing, cpus'],
  ['a field to write', (k) => (k.fre = 1), 'fre: there is no such field'],
  [
    'a field of a row',
    (k) => k.cpus[1].lokced,
    'cpus[1].lokced: there is no such field: there are locked',
  ],
  [
    'a field of a row to write',
    (k) => (k.cpus[1].lokced = true),
    'cpus[1].lokced: there is no such field',
  ],
  ['a row too far', (k) => k.cpus[2], 'cpus[2]: there is no such row: there are 2, from 0 on'],
  ['a row below', (k) => k.cpus[-1], 'cpus[-1]: there is no such row'],
  ['a row of no number', (k) => k.cpus[undefined as never], 'cpus.undefined: there is no such row'],
  ['a row to write', (k) => (k.cpus[2] = {}), 'cpus[2]: there is no such row'],
  [
    'a field of a case',
    (k) => k.doing.frame,
    'doing.read.frame: there is no such field: there are page',
  ],
  [
    'a local of a frame',
    (k) => k.cpus[0].stack.at(-1).pge,
    'pge: there is no such field: there are pc, page',
  ],
  [
    'an element by its index',
    (k) => k.waiting[0],
    'waiting.0: there is no such field: there are length, at',
  ],
  [
    'a method of arrays',
    (k) => k.waiting.map,
    'waiting.map: there is no such field: there are length, at',
  ],
];

describe.each(mistakes)('%s', (_, act, message) => {
  test('in a view', () => {
    space.scratch.fill(0);
    expect(() => act(prepared(space.view))).toThrow(message);
  });

  test('in a draft', () => {
    const step = (draft: Loose): void => void act(prepared(strict(draft, space.schema)));
    expect(() => produce(space.blank(), step)).toThrow(message);
  });
});

test('what a state has can be read, written and enumerated in a strict draft', () => {
  const after = produce(space.blank(), (draft: Loose) => {
    const k = prepared(strict(draft, space.schema));
    k.free = k.cpus.length;
    k.cpus[1].locked = k.waiting.includes(2) && k.waiting.at(0) === 2;
    expect(k.waiting.at(7)).toBeUndefined();
    expect(k.cpus.map((one: Loose) => one.locked)).toEqual([false, true]);
    expect(k.cpus[0].stack.at(-1)).toBe(k.cpus[0].stack.at(0));
    expect([...k.cpus].every((one: Loose) => one === k.cpus[0] || one === k.cpus[1])).toBe(true);
    k.cpus[0].stack.pop();
    k.waiting.splice(0, 1);
  });
  const blank = space.blank() as Loose;
  expect(after).toEqual({
    ...blank,
    free: 2,
    doing: { in: 'read', page: 1 },
    cpus: [blank.cpus[0], { ...blank.cpus[1], locked: true }],
  });
});

test('objects can be printed, compared and awaited', async () => {
  expect(JSON.stringify((space.view as Loose).cpus[0])).toContain('"path":"cpus[0]"');
  expect(`${String(space.view)}`).toBe('[object Object]');
  expect(await Promise.resolve(space.view)).toBe(space.view);
});
