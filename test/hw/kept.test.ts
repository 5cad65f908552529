/** What keeps frames alive without a page table: deferred frees, pins, the page cache. */

import { describe, expect, test } from 'vitest';
import { deferredFrees } from '../../src/hw/deferred-frees.ts';
import { frames } from '../../src/hw/frames.ts';
import { pageCache } from '../../src/hw/page-cache.ts';
import { pageTable } from '../../src/hw/page-table.ts';
import { pins } from '../../src/hw/pins.ts';
import { pool } from '../../src/state/pool.ts';
import { record } from '../../src/state/record.ts';
import { both } from './both.ts';

const frame = pool('frame', 3);
const page = pool('page', 2);
const cpu = pool('cpu', 2);
const index = pool('index', 3);
const [f0, f1, f2] = frame.all;
const [c0, c1] = cpu.all;
const [p0] = page.all;
const [i0, i1, i2] = index.all;

describe('a deferred free', () => {
  const later = deferredFrees({ frame, cpu, most: 2 });
  const start = () => both(record({ later: later.schema }));

  test('waits for the CPUs that were inside when its grace period began', () => {
    const m = start();
    m.run((k) => later.defer(k.later, f1));
    expect(m.run((k) => later.expire(k.later))).toBe(null);
    expect(m.run((k) => later.begin(k.later, 0b11))).toBe(true);
    m.run((k) => later.pass(k.later, c1));
    expect(m.run((k) => later.expire(k.later))).toBe(null);
    m.run((k) => later.pass(k.later, c0));
    expect(m.run((k) => later.has(k.later, f1))).toBe(true);
    expect(m.run((k) => later.expire(k.later))).toBe(1);
    expect(m.run((k) => later.expire(k.later))).toBe(null);
    expect(m.run((k) => later.has(k.later, f1))).toBe(false);
  });

  test('that comes after the beginning waits for the next grace period', () => {
    const m = start();
    expect(m.run((k) => later.begin(k.later, 0b01))).toBe(false);
    m.run((k) => later.defer(k.later, f0));
    m.run((k) => later.begin(k.later, 0b01));
    m.run((k) => later.defer(k.later, f2));
    expect(m.run((k) => later.begin(k.later, 0b10))).toBe(false);
    m.run((k) => later.pass(k.later, c0));
    expect(m.run((k) => [later.expire(k.later), later.expire(k.later)])).toEqual([0, null]);
    expect(m.run((k) => later.begin(k.later, 0))).toBe(true);
    expect(m.run((k) => later.expire(k.later))).toBe(2);
  });

  test('finds no room beyond the most that there may be', () => {
    const m = start();
    m.run((k) => [f0, f1].forEach((f) => later.defer(k.later, f)));
    expect(() => m.run((k) => later.defer(k.later, f2))).toThrow(/later\.queued.*at most 2/);
  });
});

describe('a pin', () => {
  const memory = frames({ frame });
  const pages = pageTable({ page, frame, cow: true });
  const pinned = pins({ frames: memory });
  const fields = { frames: memory.schema, ptes: pages.schema, pins: pinned.schema };
  const start = () => {
    const m = both(record(fields));
    m.run((k) => memory.take(k.frames, f1));
    return m;
  };

  test('is a reference that outlives the entry that it was found by', () => {
    const m = start();
    m.run((k) => pages.map(k.ptes, p0, f1, true));
    expect(m.run((k) => pinned.pin(k.pins, k.frames, k.ptes[p0], 'write'))).toBe(1);
    expect(m.value.frames[f1].count).toBe(2);
    m.run((k) => pages.unmap(k.ptes, p0));
    expect(m.run((k) => memory.lowerAndTest(k.frames, f1))).toBe(false);
    expect(m.run((k) => pinned.isPinned(k.pins, f1))).toBe(true);
    expect(m.run((k) => pinned.unpin(k.pins, k.frames, f1))).toBe(true);
    expect(m.run((k) => pinned.isPinned(k.pins, f1))).toBe(false);
  });

  test('is refused where the entry would refuse the access', () => {
    const m = start();
    const pin = (kind: 'read' | 'write') =>
      m.run((k) => pinned.pin(k.pins, k.frames, k.ptes[p0], kind));
    expect(pin('read')).toBe(null);
    m.run((k) => pages.map(k.ptes, p0, f1, false, true));
    expect(pin('write')).toBe(null);
    expect(m.value.frames[f1].count).toBe(1);
    expect(pin('read')).toBe(1);
  });
});

describe('a page cache', () => {
  const cache = pageCache({ index, frame });
  const start = () => {
    const m = both(record({ file: cache.schema }));
    m.run((k) => void (k.file.length = 3));
    return m;
  };

  test('finds what was inserted, once, and only before the end of the file', () => {
    const m = start();
    expect(m.run((k) => cache.find(k.file, i1))).toBe(null);
    expect(m.run((k) => cache.insert(k.file, i1, f2))).toBe(true);
    expect(m.run((k) => cache.insert(k.file, i1, f0))).toBe(false);
    expect(m.value.file.pages[i1]).toEqual({ frame: 2, uptodate: false, dirty: false });
    expect(m.run((k) => cache.find(k.file, i1))).toBe(2);
    m.run((k) => void (k.file.length = 1));
    expect(m.run((k) => cache.find(k.file, i1))).toBe(null);
  });

  test('a truncation takes the pages beyond the end out one by one', () => {
    const m = start();
    m.run((k) => [i0, i1, i2].forEach((i) => cache.insert(k.file, i, frame.at(i))));
    m.run((k) => void (k.file.pages[i2].dirty = true));
    expect(m.run((k) => cache.beyondEnd(k.file))).toBe(null);
    m.run((k) => void (k.file.length = 1));
    expect(m.run((k) => cache.beyondEnd(k.file))).toBe(1);
    expect(m.run((k) => cache.remove(k.file, i1))).toBe(1);
    expect(m.run((k) => cache.beyondEnd(k.file))).toBe(2);
    expect(m.run((k) => cache.remove(k.file, i2))).toBe(2);
    expect(m.value.file.pages[i2]).toEqual({ frame: null, uptodate: false, dirty: false });
    expect(m.run((k) => cache.beyondEnd(k.file))).toBe(null);
    expect(m.run((k) => cache.remove(k.file, i2))).toBe(null);
  });
});
