/** Page tables, the MMU, TLBs and what flushes them. */

import { describe, expect, test } from 'vitest';
import { ModelError } from '../../src/errors.ts';
import { mapsFreeFrame, remembersFreeFrame } from '../../src/hw/checks.ts';
import { frames } from '../../src/hw/frames.ts';
import { mmu } from '../../src/hw/mmu.ts';
import { pageTable } from '../../src/hw/page-table.ts';
import { tlbs } from '../../src/hw/tlbs.ts';
import { pool } from '../../src/state/pool.ts';
import { record } from '../../src/state/record.ts';
import { both } from './both.ts';

const cpu = pool('cpu', 3);
const page = pool('page', 4);
const frame = pool('frame', 2);
const [c0, c1, c2] = cpu.all;
const [p0, p1, p2, p3] = page.all;
const [f0, f1] = frame.all;

const machine = ({ cow = false, dirty = false, coherent = false }) => {
  const pages = pageTable({ page, frame, cow, dirty });
  const mmus = tlbs({ cpu, pages, coherent });
  const memory = frames({ frame });
  const fields = { ptes: pages.schema, cpus: mmus.schema, frames: memory.schema };
  const state = both(record(fields));
  const access = (c: typeof c0, p: typeof p0, kind: 'read' | 'write') =>
    state.run((k) => mmus.access(k.cpus, c, k.ptes, p, kind));
  const map = (p: typeof p0, f: typeof f0, writable: boolean, isCow = false) =>
    state.run((k) => pages.map(k.ptes, p, f, writable, isCow));
  return { pages, mmus, memory, state, access, map };
};

describe('a page table', () => {
  test('maps, protects and unmaps', () => {
    const { pages, state, map } = machine({ cow: true });
    map(p1, f1, true);
    expect(state.value.ptes[p1]).toEqual({ frame: 1, writable: true, cow: false, dirty: false });
    state.run((k) => pages.protect(k.ptes, p1, true));
    expect(mmu(state.value.ptes[p1], 'read')).toBe('done');
    expect(mmu(state.value.ptes[p1], 'write')).toBe('copy on write');
    expect(state.run((k) => pages.unmap(k.ptes, p1))).toBe(1);
    expect(state.run((k) => pages.unmap(k.ptes, p1))).toBe(null);
    state.run((k) => pages.protect(k.ptes, p1, true));
    expect(mmu(state.value.ptes[p1], 'read')).toBe('page fault');
    expect(state.value.ptes[p1].cow).toBe(false);
  });

  test('a write without permission and without copy-on-write is forbidden', () => {
    const { state, map } = machine({});
    map(p0, f0, false);
    expect(mmu(state.value.ptes[p0], 'write')).toBe('forbidden');
  });

  test('has no bit that it was not given', () => {
    const { map } = machine({});
    expect(() => map(p0, f0, false, true)).toThrow(/ptes\[0\]\.cow: expected false/);
  });

  test.each([
    [p0, p2, 2],
    [p0, p1, 3],
    [p1, p0, 3],
  ])('moves entries from %i to %i, %i of them, also where they overlap', (from, to, count) => {
    const { pages, state } = machine({ dirty: true });
    state.run((k) => {
      for (let n = 0; n < count; n++) {
        pages.map(k.ptes, page.at(from + n), frame.at(n % 2), n === 1);
        k.ptes[page.at(from + n)].dirty = n === 2;
      }
      pages.move(k.ptes, from, to, count);
    });
    const moved = page.all.map((p) => {
      const n = p - to;
      return n >= 0 && n < count ? [n % 2, n === 1, n === 2] : [null, false, false];
    });
    const found = page.all.map((p) => state.value.ptes[p]);
    expect(found.map((pte) => [pte.frame, pte.writable, pte.dirty])).toEqual(moved);
  });

  test('refuses to move beyond its end', () => {
    const { pages, state } = machine({});
    expect(() => state.run((k) => pages.move(k.ptes, p2, p3, 2))).toThrow(ModelError);
  });

  test('copies entries to another table, and counts what maps a frame', () => {
    const { pages, state, map } = machine({});
    map(p0, f1, true);
    const other = both(record({ ptes: pages.schema }));
    other.run((k) => pages.copy(state.value.ptes, k.ptes, p0));
    expect(other.value.ptes[p0]).toEqual(state.value.ptes[p0]);
    map(p2, f1, false);
    expect(pages.mappingsOf(state.value.ptes, f1)).toBe(2);
    expect(pages.mappingsOf(state.value.ptes, f0)).toBe(0);
  });
});

describe('a TLB', () => {
  test('uses a cached entry until it is flushed', () => {
    const { pages, mmus, state, access, map } = machine({});
    map(p0, f0, true);
    expect(access(c0, p0, 'read')).toBe(0);
    state.run((k) => pages.unmap(k.ptes, p0));
    expect(access(c0, p0, 'write')).toBe(0);
    expect(access(c1, p0, 'write')).toBe(null);
    state.run((k) => mmus.flushPage(k.cpus, c1, p0));
    expect(access(c0, p0, 'read')).toBe(0);
    state.run((k) => mmus.flushPage(k.cpus, c0, p0));
    expect(access(c0, p0, 'read')).toBe(null);
  });

  test('reads the table again for a write that its entry does not allow', () => {
    const { pages, state, access, map } = machine({});
    map(p0, f0, false);
    expect(access(c0, p0, 'read')).toBe(0);
    expect(access(c0, p0, 'write')).toBe(null);
    state.run((k) => pages.map(k.ptes, p0, f1, true));
    expect(access(c0, p0, 'read')).toBe(0);
    expect(access(c0, p0, 'write')).toBe(1);
    expect(access(c0, p0, 'read')).toBe(1);
  });

  test('a ranged flush reaches the range, and a flush all of one CPU', () => {
    const { mmus, state, access, map } = machine({});
    for (const p of page.all) map(p, f0, true);
    for (const c of cpu.all) for (const p of page.all) access(c, p, 'read');
    const kept = (c: typeof c0) => page.all.filter((p) => state.value.cpus[c].tlb[p].frame === f0);
    state.run((k) => mmus.flushRange(k.cpus, c0, p1, 2));
    expect([kept(c0), kept(c1)]).toEqual([
      [0, 3],
      [0, 1, 2, 3],
    ]);
    state.run((k) => mmus.flush(k.cpus, c1));
    expect([kept(c0), kept(c1), kept(c2)]).toEqual([[0, 3], [], [0, 1, 2, 3]]);
    state.run((k) => mmus.flushEverywhere(k.cpus, p2, 2));
    expect([kept(c0), kept(c1), kept(c2)]).toEqual([[0], [], [0, 1]]);
  });

  test('a shoot-down is over when every other CPU has answered, each in a step of its own', () => {
    const { mmus, state, access, map } = machine({});
    map(p1, f0, true);
    for (const c of cpu.all) access(c, p1, 'read');
    expect(state.run((k) => mmus.answer(k.cpus, c1))).toBe(false);
    state.run((k) => mmus.ask(k.cpus, c0, p1));
    const isDone = () => state.run((k) => mmus.isAnswered(k.cpus, c0));
    expect([isDone(), mmus.remembering(state.value.cpus, f0)]).toEqual([false, 0]);
    expect(state.run((k) => mmus.answer(k.cpus, c0))).toBe(false);
    expect(state.run((k) => mmus.answer(k.cpus, c2))).toBe(true);
    expect(state.run((k) => mmus.answer(k.cpus, c2))).toBe(false);
    expect(isDone()).toBe(false);
    expect(state.value.cpus[c1].tlb[p1].frame).toBe(0);
    expect(state.run((k) => mmus.answer(k.cpus, c1))).toBe(true);
    expect(isDone()).toBe(true);
    expect(state.value.cpus[c1].tlb[p1].frame).toBe(null);
    // Its own entries it flushes itself.
    expect(state.value.cpus[c0]).toMatchObject({ awaits: 0, from: 0, count: 0 });
    expect(mmus.remembering(state.value.cpus, f0)).toBe(0);
    state.run((k) => mmus.flushPage(k.cpus, c0, p1));
    expect(mmus.remembering(state.value.cpus, f0)).toBe(null);
  });

  test('requests of two CPUs are answered in turn; a second one of one CPU is an error', () => {
    const { mmus, state } = machine({});
    state.run((k) => {
      mmus.ask(k.cpus, c0, p0, 1, 0b100);
      mmus.ask(k.cpus, c1, p2, 2);
    });
    expect(state.value.cpus[c0].awaits).toBe(0b100);
    expect(state.value.cpus[c1].awaits).toBe(0b101);
    expect(() => state.run((k) => mmus.ask(k.cpus, c1, p0))).toThrow(
      /cpu 1 asks for a flush before/,
    );
    const two = state.run((k) => [mmus.answer(k.cpus, c2), mmus.answer(k.cpus, c2)]);
    expect(two).toEqual([true, true]);
    expect(state.run((k) => mmus.isAnswered(k.cpus, c0))).toBe(true);
    expect(state.value.cpus[c1].awaits).toBe(0b001);
  });

  test('a request to no CPU is answered at once', () => {
    const { mmus, state } = machine({});
    state.run((k) => mmus.ask(k.cpus, c1, p3, 1, 0b010));
    expect(state.value.cpus[c1]).toMatchObject({ awaits: 0, from: 0, count: 0 });
  });

  test('a write sets the dirty bit, unless the CPU remembers that it is set', () => {
    const { pages, state, access, map } = machine({ dirty: true });
    map(p0, f0, true);
    expect(access(c0, p0, 'read')).toBe(0);
    expect(state.value.ptes[p0].dirty).toBe(false);
    expect(access(c0, p0, 'write')).toBe(0);
    expect(state.value.ptes[p0].dirty).toBe(true);
    // Cleaned without a flush: the next write through the same entry is not noticed.
    state.run((k) => void (k.ptes[p0].dirty = false));
    expect(access(c0, p0, 'write')).toBe(0);
    expect(state.value.ptes[p0].dirty).toBe(false);
    // A CPU that remembers a clean entry reads the table before it writes.
    map(p1, f1, true);
    expect(access(c1, p1, 'read')).toBe(1);
    state.run((k) => pages.unmap(k.ptes, p1));
    expect(access(c1, p1, 'write')).toBe(null);
  });

  test('on a coherent machine there is nothing to flush, and no room for it', () => {
    const { pages, mmus, state, access, map } = machine({ coherent: true });
    expect(mmus.schema.bits).toBe(0);
    map(p0, f0, true);
    expect(access(c0, p0, 'write')).toBe(0);
    state.run((k) => pages.unmap(k.ptes, p0));
    expect(access(c0, p0, 'read')).toBe(null);
    state.run((k) => {
      mmus.flush(k.cpus, c0);
      mmus.ask(k.cpus, c0, p0);
    });
    expect(state.run((k) => mmus.isAnswered(k.cpus, c0))).toBe(true);
    expect(state.run((k) => mmus.answer(k.cpus, c1))).toBe(false);
    expect(mmus.remembering(state.value.cpus, f0)).toBe(null);
  });

  test('a page or a CPU that reaches a free frame is reported', () => {
    const { pages, mmus, memory, state, access, map } = machine({});
    const mapped = () => state.run((k) => mapsFreeFrame(pages, k.ptes, k.frames));
    const reached = () => state.run((k) => remembersFreeFrame(mmus, k.cpus, memory, k.frames));
    state.run((k) => memory.take(k.frames, f1));
    map(p2, f1, false);
    access(c1, p2, 'read');
    expect([mapped(), reached()]).toEqual([undefined, undefined]);
    state.run((k) => memory.free(k.frames, f1));
    expect(mapped()).toBe('page 2 is mapped to frame 1, which is free');
    expect(reached()).toBe('cpu 1 still reaches frame 1, which is free');
  });
});
