/** Frames and their reference counts. */

import { describe, expect, test } from 'vitest';
import { ModelError } from '../../src/errors.ts';
import { miscounts } from '../../src/hw/checks.ts';
import { counter } from '../../src/hw/counter.ts';
import { frames } from '../../src/hw/frames.ts';
import { pool } from '../../src/state/pool.ts';
import { record } from '../../src/state/record.ts';
import { both } from './both.ts';

const frame = pool('frame', 3);
const [f0, f1, f2] = frame.all;

describe('a count', () => {
  test('of two bits wraps after 3, and below 0', () => {
    const two = counter(2);
    expect([two.most, two.plus(3, 1), two.plus(0, -1), two.plus(1, 6)]).toEqual([3, 0, 3, 3]);
  });

  test('of 31 bits wraps, too', () => {
    const wide = counter(31);
    expect(wide.plus(wide.most, 1)).toBe(0);
    expect(wide.plus(0, -1)).toBe(wide.most);
  });

  test.each([0.5, 32, -1])('of %s bits is refused', (width) => {
    expect(() => counter(width)).toThrow(ModelError);
  });
});

describe('frames', () => {
  const memory = frames({ frame, width: 2, tokens: 3, uses: 2 });
  const machine = () => both(record({ frames: memory.schema }));

  test('are handed out lowest first, counted once, until there is none', () => {
    const m = machine();
    const next = () => m.run((k) => memory.allocate(k.frames));
    expect([next(), next(), next(), next()]).toEqual([0, 1, 2, null]);
    expect(m.value.frames[f1]).toEqual({ used: true, count: 1, content: 0, use: 1 });
  });

  test('any free one is handed out as the context picks', () => {
    const m = machine();
    m.run((k) => memory.take(k.frames, f1));
    const asked: number[] = [];
    const cx = { pick: (count: number) => (asked.push(count), 1) };
    expect(m.run((k) => memory.allocateAny(k.frames, cx))).toBe(2);
    // One frame is left, so there is nothing to pick: called once for the view and once for the
    // draft.
    expect(m.run((k) => memory.allocateAny(k.frames, cx))).toBe(0);
    expect(m.run((k) => memory.allocateAny(k.frames, cx))).toBe(null);
    expect(asked).toEqual([2, 2]);
  });

  test('a reused frame has its old content and is distinguished by its use', () => {
    const m = machine();
    m.run((k) => {
      memory.take(k.frames, f0);
      k.frames[f0].content = 2;
      memory.free(k.frames, f0);
    });
    const before = m.value.frames[f0].use;
    m.run((k) => memory.take(k.frames, f0));
    expect(m.value.frames[f0]).toEqual({ used: true, count: 1, content: 2, use: 1 - before });
  });

  test('taking one in use, and freeing a free one, is answered with false', () => {
    const m = machine();
    const answers = m.run((k) => [
      memory.free(k.frames, f2),
      memory.take(k.frames, f2),
      memory.take(k.frames, f2),
      memory.free(k.frames, f2),
      memory.free(k.frames, f2),
    ]);
    expect(answers).toEqual([false, true, false, true, false]);
  });

  test('the fourth reference of a count of two bits makes it 0', () => {
    const m = machine();
    m.run((k) => {
      memory.take(k.frames, f0);
      for (let i = 0; i < 3; i++) memory.raise(k.frames, f0);
    });
    expect(m.value.frames[f0].count).toBe(0);
    expect(m.run((k) => memory.raiseUnlessZero(k.frames, f0))).toBe(false);
  });

  test('only a decrement and test in one step detects the last reference', () => {
    const m = machine();
    m.run((k) => memory.take(k.frames, f0));
    expect(m.run((k) => memory.raiseUnlessZero(k.frames, f0))).toBe(true);
    expect(m.run((k) => memory.lowerAndTest(k.frames, f0))).toBe(false);
    expect(m.run((k) => memory.lowerAndTest(k.frames, f0))).toBe(true);
    m.run((k) => memory.lower(k.frames, f0));
    expect(m.value.frames[f0].count).toBe(3);
  });

  test('a count that is not that of the references is told, of frames in use only', () => {
    const m = machine();
    m.run((k) => memory.take(k.frames, f1));
    const told = (expected: number) => m.run((k) => miscounts(memory, k.frames, () => expected));
    expect(told(1)).toBe(undefined);
    expect(told(2)).toBe('frame 1 is counted 1 times, and referred to 2');
  });

  test('take no room for unused parts', () => {
    expect(frames({ frame, width: 1 }).schema.bits).toBe(3 * 2);
  });
});
