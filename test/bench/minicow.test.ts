import { describe, expect, test } from 'vitest';
import { DEAD, UNBORN } from '../../bench/minicow-state.ts';
import type { Setting } from '../../bench/minicow-state.ts';
import { miniCow, miniCowLayout } from '../../bench/minicow.ts';
import { explore } from '../../src/explore.ts';
import { naiveSearch } from './naive.ts';

const setting = (processes: number, pages: number, frames: number): Setting => {
  return { processes, pages, frames };
};

describe('MiniCOW has the counts on which other checkers agree', () => {
  test.each([
    [2, 1, 1, 76, 141, 10],
    [2, 2, 2, 1_014, 2_245, 19],
    [2, 3, 3, 16_863, 40_304, 28],
    [3, 2, 3, 121_978, 402_239, 32],
    [3, 3, 3, 1_058_417, 3_808_034, 36],
  ])('%i processes, %i pages, %i frames', (p, v, f, states, transitions, depth) => {
    const verdict = explore(miniCow(setting(p, v, f)));
    expect(verdict).toMatchObject({ outcome: 'holds', states, transitions, depth });
    expect(verdict.coverage).toEqual({ unreached: [], neverStarted: [], vacuous: [], ended: true });
  });
});

describe('a seeded bug breaks', () => {
  const all = ['i', 'ii', 'iii', 'iv'];
  test.each([
    [1, all, 'ii', 7],
    [2, all, 'iii', 5],
    [3, all, 'ii', 8],
    [3, ['i'], 'i', 11],
  ])('(bug %i, of %j) invariant %s after %i steps', (bug, checked, invariant, length) => {
    const verdict = explore(miniCow(setting(3, 2, 3), bug, checked));
    expect(verdict.outcome).toBe('violated');
    expect(verdict.violations).toHaveLength(1);
    expect(verdict.violations[0]).toMatchObject({ invariant, shortest: true });
    expect(verdict.violations[0].trace).toHaveLength(length);
  });
});

describe('a plain search of a plain model agrees', () => {
  const small = [setting(1, 2, 1), setting(2, 1, 1), setting(2, 2, 1), setting(2, 2, 2)];

  test.each(small)('on every state, %o', (size) => {
    const naive = naiveSearch(size);
    const found = statesOf(size);
    expect(new Set(found)).toEqual(new Set(naive.distances.keys()));
    const { states, transitions, depth } = explore(miniCow(size));
    expect(states).toBe(naive.distances.size);
    expect([transitions, depth]).toEqual([naive.transitions, naive.depth]);
    expect(naive.ends).toBe(size.processes);
    expect(naive.nearest).toEqual({});
  });

  test.each([
    [1, 'ii'],
    [1, 'iv'],
    [2, 'iii'],
    [3, 'i'],
    [3, 'ii'],
    [3, 'iii'],
  ])('that bug %i breaks invariant %s, after as many steps', (bug, invariant) => {
    const size = setting(3, 1, 2);
    const naive = naiveSearch(size, bug, [invariant]);
    const verdict = explore(miniCow(size, bug, [invariant]));
    expect(verdict.violations[0]).toMatchObject({ invariant });
    expect(verdict.violations[0].trace).toHaveLength(naive.nearest[invariant]);
  });

  test.each([1, 2, 3])('on every invariant that bug %i breaks or leaves alone', (bug) => {
    const size = setting(2, 2, 2);
    const naive = naiveSearch(size, bug);
    for (const invariant of ['i', 'ii', 'iii', 'iv']) {
      const { violations } = explore(miniCow(size, bug, [invariant]));
      expect(violations[0]?.trace.length, invariant).toBe(naive.nearest[invariant]);
    }
  });
});

test('without a bug, one state per process has no successor, with all processes dead', () => {
  const size = setting(3, 2, 3);
  const model = miniCow(size);
  const { unpack } = miniCowLayout(size);
  let ends = 0;
  for (const words of reachable(size)) {
    let successors = 0;
    model.scratch.set(words);
    model.successors(() => successors++);
    if (successors > 0) continue;
    ends++;
    model.scratch.set(words);
    expect(model.isFinal()).toBe(true);
    const lives = Array.from(unpack(words).slots, ({ life }) => life);
    expect(lives.every((life) => life === DEAD || life === UNBORN)).toBe(true);
  }
  expect(ends).toBe(size.processes);
});

/** Every reachable state, by an independent search over the words. */
function reachable(size: Setting): Iterable<Int32Array> {
  const model = miniCow(size);
  const seen = new Map<string, Int32Array>();
  const queue: Int32Array[] = [];
  const visit = (): void => {
    const key = model.scratch.join();
    if (seen.has(key)) return;
    const words = model.scratch.slice();
    seen.set(key, words);
    queue.push(words);
  };
  model.initialStates(visit);
  for (const words of queue) {
    model.scratch.set(words);
    model.successors(visit);
  }
  return seen.values();
}

/** Every reachable state as the JSON of the plain model. */
function statesOf(size: Setting): string[] {
  const { unpack } = miniCowLayout(size);
  return Array.from(reachable(size), (words) => {
    const { slots, frames } = unpack(words);
    return JSON.stringify({
      slots: Array.from(slots, ({ life, pc, page, child, frame, entries }) => ({
        st: ['UNBORN', 'ALIVE', 'DEAD'][life],
        pc: ['IDLE', 'F1', 'F2', 'W1', 'W2', 'W3', 'K1', 'X1'][pc],
        arg: page,
        ch: child,
        tmp: frame,
        pte: Array.from(entries, (e) => ({
          m: e.mapped,
          w: e.writable,
          c: e.cow,
          lk: e.locked,
          ppn: e.frame,
        })),
      })),
      frames: Array.from(frames, ({ free, forks, locked }) => ({ free, forks, flk: locked })),
    });
  });
}
