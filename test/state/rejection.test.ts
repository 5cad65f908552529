/** Values out of range are rejected with the path of the field, and nothing is written. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ModelError } from '../../src/errors.ts';
import { cases } from '../../src/state/cases.ts';
import { stack } from '../../src/state/call-stack.ts';
import { layout } from '../../src/state/layout.ts';
import { list } from '../../src/state/list.ts';
import { pool } from '../../src/state/pool.ts';
import { record } from '../../src/state/record.ts';
import { table } from '../../src/state/table.ts';
import { bool, int, oneOf, upTo } from '../../src/state/values.ts';
import { optional, ref } from '../../src/state/references.ts';

const frame = pool('frame', 3);
const page = pool('page', 5);

const state = layout(
  record({
    top: upTo(5),
    frames: table(frame, record({ refcount: upTo(4), drift: int(-2, 1), locked: bool })),
    entries: table(page, record({ frame: optional(frame), back: ref(page) })),
    holders: list(ref(frame), 2),
    doing: cases({
      idle: {},
      copy: { from: ref(frame), to: optional(frame), state: oneOf('begun', 'done') },
    }),
    calls: stack(
      cases({ map: { page: ref(page) }, wide: { a: upTo(2 ** 20), b: upTo(2 ** 20) } }),
      2,
    ),
  }),
);
type Loose = Record<string, any>;
const view = state.view as Loose;

/** Runs a write on a view of random bits that are a legal state; it must throw and change none. */
function rejects(path: string, expected: string, write: (draft: Loose) => unknown): void {
  for (const fill of [0, 1]) {
    state.scratch.set(state.pack(state.blank()));
    if (fill === 1) {
      view['top'] = 5;
      view['doing'] = { in: 'copy', from: 2, to: 1, state: 'done' };
      view['calls'].push({ in: 'wide', a: 7, b: 9 });
    }
    const before = state.scratch.slice();
    expect(() => write(view)).toThrow(ModelError);
    expect(() => write(view)).toThrow(`${path}: expected ${expected}`);
    expect(state.scratch).toEqual(before);
  }
}

const odd = [-3, 6, 2 ** 31, 2 ** 32, 0.5, NaN, Infinity, '1', true, undefined, {}, []];

describe('a view rejects, with the path of the cell, and writes nothing:', () => {
  test.each([...odd, null])('%s as a whole number', (value) => {
    rejects('top', 'a whole number 0..5', (s) => (s['top'] = value));
    rejects('frames[1].refcount', 'a whole number 0..4', (s) => (s['frames'][1].refcount = value));
    rejects('frames[2].drift', 'a whole number -2..1', (s) => (s['frames'][2].drift = value));
  });

  test.each([...odd, null])('%s as a reference', (value) => {
    rejects('entries[4].back', 'a whole number 0..4', (s) => (s['entries'][4].back = value));
  });

  test.each([...odd, 3, -1])('%s as an optional reference', (value) => {
    rejects('entries[0].frame', 'null or a whole', (s) => (s['entries'][0].frame = value));
  });

  test.each([0, 1, 'true', null, undefined])('%s as a boolean', (value) => {
    rejects('frames[0].locked', 'true or false', (s) => (s['frames'][0].locked = value));
  });

  test('a value in a list that does not fit, and one more than fits', () => {
    rejects('holders', 'a whole number 0..2', (s) => s['holders'].push(3));
    rejects('holders', 'a whole number 0..2', (s) => s['holders'].unshift(-1));
    for (const grow of ['push', 'unshift']) {
      state.scratch.fill(0);
      view['holders'].push(2);
      view['holders'].push(1);
      expect(() => view['holders'][grow](0)).toThrow('holders: expected a list of at most 2');
      expect(state.unpack(state.scratch).holders).toEqual([2, 1]);
    }
  });

  test('a splice that an array would read differently', () => {
    rejects('holders', 'splice(start, count)', (s) => s['holders'].splice(-1, 1));
    rejects('holders', 'splice(start, count)', (s) => s['holders'].splice(0, -1));
    rejects('holders', 'splice(start, count)', (s) => s['holders'].splice(0));
    rejects('holders', 'splice(start, count)', (s) => s['holders'].splice(0.5, 1));
    rejects('holders', 'a splice that only removes', (s) => s['holders'].splice(0, 0, 1));
  });

  test('a case that does not exist, or a field of it that does not fit, or is not one', () => {
    const copy = { in: 'copy', from: 1, to: null, state: 'done' };
    rejects('doing', 'a case: idle, copy', (s) => (s['doing'] = { in: 'sleep' }));
    rejects('doing', 'a case: idle, copy', (s) => (s['doing'] = null));
    rejects('doing.copy.to', 'null or a whole', (s) => (s['doing'] = { ...copy, to: 3 }));
    const missing = { ...copy, state: undefined };
    rejects('doing.copy.state', 'one of begun', (s) => (s['doing'] = missing));
    rejects('doing.copy.more', 'no such field', (s) => (s['doing'] = { ...copy, more: 1 }));
    rejects('doing.idle.from', 'no such field', (s) => (s['doing'] = { in: 'idle', from: 1 }));
  });

  test('a frame of a stack that does not fit, or one too many, or a return without a call', () => {
    const grow = { in: 'wide', a: 3, b: 4 };
    rejects('wide.b', 'a whole', (s) => s['calls'].push({ in: 'wide', a: 3, b: 2 ** 21 }));
    rejects(']', 'a case: map, wide', (s) => s['calls'].push({ in: 'unmap' }));
    state.scratch.fill(0);
    expect(() => view['calls'].pop()).toThrow('calls: expected a frame to return from');
    view['calls'].push(grow);
    view['calls'].push(grow);
    const before = state.scratch.slice();
    expect(() => view['calls'].push(grow)).toThrow('calls: expected at most 2 frames');
    expect(() => view['calls'].enter(0)).toThrow('calls: expected at most 2 frames');
    expect(state.scratch).toEqual(before);
  });

  test('an assignment to a record, a table, a list or a stack as a whole', () => {
    for (const key of ['frames', 'holders', 'calls']) {
      expect(() => (view[key] = [])).toThrow(TypeError);
    }
  });
});

test('packing rejects a value that does not fit, with the path of the cell', () => {
  const blank = state.blank() as Loose;
  const { pack } = state as { pack: (value: unknown) => Int32Array };
  expect(() => pack({ ...blank, top: 6 })).toThrow('top: expected a whole number 0..5, found 6');
  expect(() => pack({ ...blank, frames: [] })).toThrow('frames: expected 3 rows, one per frame');
  expect(() => pack({ ...blank, holders: [0, 1, 2] })).toThrow('holders: expected a list of');
  expect(() => pack({ ...blank, holders: [0, 7] })).toThrow('holders[1]: expected a whole number');
  expect(() => pack({ ...blank, doing: { in: 'copy' } })).toThrow('doing.copy.from: expected');
  expect(() => pack({ ...blank, extra: 1 })).toThrow('extra: expected no such field');
  expect(() => pack(null)).toThrow('the state: expected a record');
});

test('every whole number of a range can be written, and none beside it', () => {
  fc.assert(
    fc.property(fc.integer({ min: -40, max: 40 }), fc.nat(60), (min, size) => {
      const max = min + size;
      const { view: one, pack, unpack, scratch } = layout(record({ n: int(min, max) }));
      for (let n = min - 3; n <= max + 3; n++) {
        if (n >= min && n <= max) {
          one.n = n;
          expect(one.n).toBe(n);
          expect(unpack(scratch)).toEqual({ n });
          expect(pack({ n })).toEqual(scratch);
        } else {
          expect(() => (one.n = n)).toThrow(ModelError);
          expect(() => pack({ n })).toThrow(ModelError);
        }
      }
    }),
  );
});

test('a declaration that makes no sense is rejected', () => {
  expect(() => int(3, 2)).toThrow(ModelError);
  expect(() => int(0, 2 ** 31)).toThrow('int: expected a range of at most 31 bits');
  expect(() => int(2 ** 31, 2 ** 31 + 1)).toThrow('of 32-bit numbers');
  expect(() => pool('frame', 0)).toThrow(ModelError);
  expect(() => frame.at(3)).toThrow('frame 3 does not exist: there are 3');
  expect(() => oneOf('a', 'a')).toThrow(ModelError);
  expect(() => cases({})).toThrow('cases: expected at least one case');
  expect(() => list(bool, 0)).toThrow(ModelError);
  expect(() => stack(cases({ a: {} }), 0)).toThrow(ModelError);
  expect(() => record({ at: bool })).toThrow('record.at: expected another field name');
});
