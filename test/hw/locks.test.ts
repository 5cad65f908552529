/** Named locks with holders: waiting, holding, and wrong releases. */

import { describe, expect, test } from 'vitest';
import { holders } from '../../src/hw/named-locks.ts';
import { Mutex, RecursiveMutex, TicketLock } from '../../src/hw/mutexes.ts';
import { ReadWriteLock, SequenceLock } from '../../src/hw/read-write-locks.ts';
import { Semaphore } from '../../src/hw/semaphore.ts';
import { pool } from '../../src/state/pool.ts';
import { record } from '../../src/state/record.ts';
import { both } from './both.ts';

const thread = pool('thread', 3);
const [t0, t1, t2] = thread.all;

describe('a mutex', () => {
  const mutex = new Mutex('page_table_lock', thread);
  const start = () => both(record({ lock: mutex.schema }));

  test('has one holder, which alone can release it', () => {
    const m = start();
    expect(m.run((k) => mutex.acquire(k.lock, t0))).toBe(true);
    expect(m.run((k) => mutex.acquire(k.lock, t1))).toBe(false);
    expect(m.run((k) => mutex.acquire(k.lock, t0))).toBe(false);
    expect(m.run((k) => mutex.release(k.lock, t1))).toBe(false);
    expect(m.run((k) => mutex.isHeldBy(k.lock, t0))).toBe(true);
    expect(m.run((k) => mutex.release(k.lock, t0))).toBe(true);
    expect(m.run((k) => mutex.release(k.lock, t0))).toBe(false);
  });

  test('is reported with its holder, by the name that the system has for it', () => {
    const m = start();
    const told = (nameOf?: (t: typeof t0) => string) =>
      m.run((k) => holders(mutex, k.lock, thread, nameOf));
    expect(told()).toBe('page_table_lock is held by nobody');
    m.run((k) => mutex.acquire(k.lock, t2));
    expect(told()).toBe('page_table_lock is held by thread 2');
    expect(told((t) => `task ${t + 1}`)).toBe('page_table_lock is held by task 3');
  });
});

test('a recursive mutex is free when it has been released as often as it was taken', () => {
  const mutex = new RecursiveMutex('console_lock', thread, 2);
  const m = both(record({ lock: mutex.schema }));
  const taken = m.run((k) => [t0, t0, t1].map((t) => mutex.acquire(k.lock, t)));
  expect(taken).toEqual([true, true, false]);
  expect(() => m.run((k) => mutex.acquire(k.lock, t0))).toThrow(/lock\.depth/);
  expect(m.run((k) => mutex.release(k.lock, t1))).toBe(false);
  expect(m.run((k) => mutex.release(k.lock, t0))).toBe(true);
  expect(m.run((k) => mutex.isHeldBy(k.lock, t0))).toBe(true);
  expect(m.run((k) => mutex.release(k.lock, t0))).toBe(true);
  expect(m.run((k) => mutex.acquire(k.lock, t1))).toBe(true);
});

describe('a lock of readers and writers', () => {
  test('has many readers or one writer', () => {
    const lock = new ReadWriteLock('mmap_lock', thread);
    const m = both(record({ lock: lock.schema }));
    expect(m.run((k) => [t0, t1].map((t) => lock.acquireRead(k.lock, t)))).toEqual([true, true]);
    expect(m.run((k) => lock.acquireWrite(k.lock, t2))).toBe(false);
    expect(m.run((k) => holders(lock, k.lock, thread))).toBe(
      'mmap_lock is held by thread 0 and thread 1',
    );
    expect(m.run((k) => [t0, t1, t2].map((t) => lock.release(k.lock, t)))).toEqual([
      true,
      true,
      false,
    ]);
    expect(m.run((k) => lock.acquireWrite(k.lock, t2))).toBe(true);
    expect(m.run((k) => lock.acquireRead(k.lock, t0))).toBe(false);
    expect(m.run((k) => lock.isWrittenBy(k.lock, t2))).toBe(true);
  });

  test('a writer becomes a reader without letting another writer in', () => {
    const lock = new ReadWriteLock('mmap_lock', thread);
    const m = both(record({ lock: lock.schema }));
    m.run((k) => lock.acquireWrite(k.lock, t0));
    expect(m.run((k) => lock.downgrade(k.lock, t1))).toBe(false);
    expect(m.run((k) => lock.downgrade(k.lock, t0))).toBe(true);
    expect(m.run((k) => [lock.isWrittenBy(k.lock, t0), lock.isHeldBy(k.lock, t0)])).toEqual([
      false,
      true,
    ]);
    expect(m.run((k) => lock.acquireWrite(k.lock, t1))).toBe(false);
    expect(m.run((k) => lock.acquireRead(k.lock, t1))).toBe(true);
  });

  test('lets no new reader pass a writer that waits, if writers come first', () => {
    const lock = new ReadWriteLock('mmap_lock', thread, true);
    const m = both(record({ lock: lock.schema }));
    m.run((k) => lock.acquireRead(k.lock, t0));
    expect(m.run((k) => lock.waitToWrite(k.lock, t1))).toBe(true);
    expect(m.run((k) => lock.waitToWrite(k.lock, t1))).toBe(false);
    expect(m.run((k) => lock.acquireRead(k.lock, t2))).toBe(false);
    m.run((k) => lock.release(k.lock, t0));
    expect(m.run((k) => lock.acquireWrite(k.lock, t1))).toBe(true);
    expect(m.value.lock.waiting).toBe(0);
  });
});

test('a ticket lock is held in the order of arrival', () => {
  const lock = new TicketLock('queue', thread);
  const m = both(record({ lock: lock.schema }));
  expect(m.run((k) => [t1, t0, t2].map((t) => lock.arrive(k.lock, t)))).toEqual([
    true,
    false,
    false,
  ]);
  expect(m.run((k) => lock.release(k.lock, t0))).toBe(false);
  expect(m.run((k) => lock.release(k.lock, t1))).toBe(true);
  expect(m.run((k) => thread.all.map((t) => lock.isHeldBy(k.lock, t)))).toEqual([
    true,
    false,
    false,
  ]);
});

test('a semaphore lets as many pass as its value says', () => {
  const semaphore = new Semaphore('slots', 2);
  const m = both(record({ slots: semaphore.schema }));
  expect(m.run(({ slots }) => semaphore.down(slots))).toBe(false);
  expect(m.run(({ slots }) => [1, 2, 3].map(() => semaphore.up(slots)))).toEqual([
    true,
    true,
    false,
  ]);
  expect(m.run(({ slots }) => [1, 2, 3].map(() => semaphore.down(slots)))).toEqual([
    true,
    true,
    false,
  ]);
});

test('a reader of a sequence lock detects a write', () => {
  const lock = new SequenceLock('seq', thread, 2);
  const m = both(record({ lock: lock.schema }));
  const begun = m.run((k) => k.lock.sequence);
  expect(m.run((k) => lock.acquireWrite(k.lock, t0))).toBe(true);
  expect(m.run((k) => lock.acquireWrite(k.lock, t1))).toBe(false);
  expect(m.run((k) => [lock.mayRead(k.lock), lock.isHeldBy(k.lock, t0)])).toEqual([false, true]);
  expect(m.run((k) => lock.release(k.lock, t1))).toBe(false);
  expect(m.run((k) => lock.release(k.lock, t0))).toBe(true);
  expect(m.run((k) => [lock.mayRead(k.lock), lock.hasChanged(k.lock, begun)])).toEqual([
    true,
    true,
  ]);
  // Of two bits, so that the second write makes it what it was: the reader is deceived.
  m.run((k) => [lock.acquireWrite(k.lock, t0), lock.release(k.lock, t0)]);
  expect(m.run((k) => lock.hasChanged(k.lock, begun))).toBe(false);
});
