import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { explore, startSearch } from '../../src/explore.ts';
import { counters } from '../models/counters.ts';
import { hanoi } from '../models/hanoi.ts';

const MEBI = 2 ** 20;

/** A clock that advances by one millisecond at each reading. */
function clock(): () => number {
  let time = 0;
  return () => time++;
}

describe('each limit ends in limited, and names itself', () => {
  test.each(['bfs', 'dfs'] as const)('depth (%s)', (strategy) => {
    const verdict = explore(hanoi(4), { strategy, depth: 5 });
    expect(verdict).toMatchObject({ outcome: 'limited', limit: 'depth', depth: 5 });
    expect(verdict.frontier).toBeGreaterThan(0);
  });

  test('a depth that cuts nothing is no limit', () => {
    // Hanoi with 3 discs is 7 deep: depth 8 also expands the states of the last level.
    expect(explore(hanoi(3), { depth: 7 })).toMatchObject({ outcome: 'limited', states: 27 });
    expect(explore(hanoi(3), { depth: 8 })).toMatchObject({ outcome: 'holds', limit: undefined });
  });

  test('depth 0 is the initial states only', () => {
    const verdict = explore(hanoi(3), { depth: 0 });
    expect(verdict).toMatchObject({ outcome: 'limited', limit: 'depth', states: 1, depth: 0 });
  });

  test.each(['bfs', 'dfs', 'random'] as const)('states (%s)', (strategy) => {
    const verdict = explore(hanoi(4), { strategy, maxStates: 50 });
    expect(verdict).toMatchObject({ outcome: 'limited', limit: 'states', states: 50 });
  });

  test('as many states as allowed is no limit', () => {
    expect(explore(hanoi(4), { maxStates: 81 })).toMatchObject({ outcome: 'holds', states: 81 });
    expect(explore(hanoi(4), { maxStates: 0 })).toMatchObject({ outcome: 'limited', states: 0 });
  });

  test.each(['bfs', 'dfs', 'random'] as const)('time (%s)', (strategy) => {
    const verdict = explore(hanoi(12), { strategy, timeLimit: 0.02, now: clock() });
    expect(verdict).toMatchObject({ outcome: 'limited', limit: 'time' });
    expect(verdict.states).toBeGreaterThan(100);
    expect(verdict.states).toBeLessThan(20 * 256 * 3);
  });

  test.each(['bfs', 'dfs', 'random'] as const)('memory (%s)', (strategy) => {
    const memoryLimit = 8 * MEBI;
    const verdict = explore(counters(6, 20), { strategy, memoryLimit, walks: undefined });
    expect(verdict).toMatchObject({ outcome: 'limited', limit: 'memory' });
    expect(verdict.bytes).toBeLessThanOrEqual(memoryLimit);
  });

  test('walks', () => {
    const verdict = explore(hanoi(2), { strategy: 'random', walks: 7, depth: 10 });
    expect(verdict).toMatchObject({ outcome: 'limited', limit: 'walks', depth: 10 });
  });

  test('interrupted', () => {
    const search = startSearch(hanoi(8));
    expect(search.advance(100)).toBe(false);
    search.interrupt();
    expect(search.advance(1)).toBe(true);
    expect(search.verdict()).toMatchObject({ outcome: 'limited', limit: 'interrupted' });
  });
});

describe('an option that makes no sense is refused', () => {
  test.each([
    [{ timeLimit: 1 }, /needs a clock/],
    [{ depth: -1 }, /depth must be a whole number from 0 up, found -1/],
    [{ maxStates: Number.NaN }, /maxStates must be a whole number from 0 up, found NaN/],
    [{ seed: 3 }, /need the strategy random, found bfs/],
    [{ strategy: 'best' as 'bfs' }, /bfs, dfs or random, found "best"/],
  ])('%j', (options, sentence) => {
    expect(() => startSearch(hanoi(1), options)).toThrow(InputError);
    expect(() => startSearch(hanoi(1), options)).toThrow(sentence);
  });
});

describe('an option of another name or kind is refused', () => {
  test.each([
    [{ maxState: 3 }, 'There is no search option maxState: choose one of strategy, depth, '],
    [{ toString: 3 }, 'There is no search option toString: '],
    [{ depth: '3' }, 'The search option depth must be a whole number from 0 up, found "3".'],
    [{ depth: 1.5 }, 'The search option depth must be a whole number from 0 up, found 1.5.'],
    [{ depth: null }, 'The search option depth must be a whole number from 0 up, found null.'],
    [
      { maxStates: [5] },
      'The search option maxStates must be a whole number from 0 up, found [5].',
    ],
    [
      { memoryLimit: '1G' },
      'The search option memoryLimit must be a number from 0 up, found "1G".',
    ],
    [{ keepGoing: 'no' }, 'The search option keepGoing must be true or false, found "no".'],
    [{ deadlock: 0 }, 'The search option deadlock must be true or false, found 0.'],
    [
      { strategy: 'random', seed: 1.5 },
      'The search option seed must be a whole number, found 1.5.',
    ],
    [{ now: 5 }, 'The search option now must be a function, found 5.'],
    [
      { spill: '/tmp' },
      'The search option spill must be an object with a function open, found "/tmp".',
    ],
    [
      { resume: {} },
      'The search option resume must be an object with a head and a function read, ',
    ],
    [{ reductions: 'por' }, 'The search option reductions must be a list of strings, found "por".'],
    [
      { workers: 2, factory: { module: 3 } },
      'The search option factory must be an object with strings ',
    ],
    [null, 'The search options must be an object, found null.'],
    [5, 'The search options must be an object, found 5.'],
  ])('%j', (options, sentence) => {
    expect(() => startSearch(hanoi(1), options as object)).toThrow(InputError);
    expect(() => startSearch(hanoi(1), options as object)).toThrow(sentence);
  });

  test('undefined values are left out, and a bound may be infinite', () => {
    const verdict = explore(hanoi(2), { depth: Infinity, maxStates: undefined, memoryLimit: 1e9 });
    expect(verdict).toMatchObject({ outcome: 'holds', states: 9 });
  });
});
