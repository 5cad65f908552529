/**
 * Code that the compiler must refuse, checked by `tsc --noEmit`. Some values are read back as well.
 */

import { expect, test } from 'vitest';
import { cases } from '../../src/state/cases.ts';
import { stack } from '../../src/state/call-stack.ts';
import { layout } from '../../src/state/layout.ts';
import { list } from '../../src/state/list.ts';
import { pool } from '../../src/state/pool.ts';
import { record } from '../../src/state/record.ts';
import { table } from '../../src/state/table.ts';
import { bool, oneOf, upTo } from '../../src/state/values.ts';
import { optional, ref } from '../../src/state/references.ts';

const frame = pool('frame', 3);
const page = pool('page', 5);

const { view } = layout(
  record({
    entries: table(page, record({ frame: optional(frame), dirty: bool })),
    frames: table(frame, record({ refcount: upTo(5), owner: ref(page) })),
    order: list(ref(frame), 3),
    mode: oneOf('user', 'kernel'),
    calls: stack(cases({ fault: { page: ref(page) }, exit: {} }), 2),
  }),
);

test('a reference indexes the table of its own pool', () => {
  view.entries[page.at(2)].frame = frame.at(1);
  const mapped = view.entries[page.at(2)].frame;
  expect(mapped).toBe(1);
  if (mapped !== null) view.frames[mapped].refcount = 1;
  expect(view.frames[frame.at(1)].refcount).toBe(1);
});

test('the compiler refuses a reference into another pool, and a plain number', () => {
  const refused = (): void => {
    // @ts-expect-error a frame cannot index a table of pages
    view.entries[frame.at(0)].dirty = true;
    // @ts-expect-error a page is not a frame
    view.entries[page.at(0)].frame = page.at(0);
    // @ts-expect-error nor is a number
    view.entries[page.at(0)].frame = 0;
    // @ts-expect-error a list of frames takes no pages
    view.order.push(page.at(0));
    // @ts-expect-error only declared names
    view.mode = 'supervisor';
    // @ts-expect-error a reference that may be absent is not a reference
    view.order.push(view.entries[page.at(0)].frame);
    // @ts-expect-error rows are not replaced but written to
    view.entries[page.at(0)] = { frame: null, dirty: false };
    // @ts-expect-error views of lists have no elements by index
    void view.order[0];
    // @ts-expect-error a frame of a stack has the fields of its case
    view.calls.push({ in: 'exit', page: page.at(0) });
  };
  expect(refused).toBeTypeOf('function');
});

test('a case is identified by its name', () => {
  view.calls.push({ in: 'fault', page: page.at(3) });
  const top = view.calls.at(-1);
  expect(top?.in).toBe('fault');
  if (top?.in === 'fault') {
    expect(top.page).toBe(3);
    top.page = page.at(4);
  }
  expect(top).toHaveProperty('page', 4);
});
