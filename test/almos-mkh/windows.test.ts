/**
 * Race windows of vmm.c: places that read or write without a lock what other threads change, one
 * access per step. The model must do there exactly what the C can do.
 */

import { expect, test } from 'vitest';

import { explore } from '../../src/explore.ts';
import type { Kernel } from '../../src/model/almos-mkh/state.ts';
import type { Scenario } from '../../src/system.ts';
import { almosMkh } from '../../src/systems/almos-mkh.ts';
import { build } from './build.ts';

const anon = (page: number, pages = 1) => ({ process: 'P', type: 'ANON', page, pages });
const munmap = (page: number, pages = 1) => ({ do: 'munmap', page, pages });

/** Two threads of one process in one cluster, with these vsegs. */
function twoThreads(vsegs: readonly object[], first: readonly object[], second: readonly object[]) {
  return almosMkh.parseScenario({
    name: 'window',
    purpose: 'What happens between two accesses?',
    clusters: 1,
    frames: 1,
    descriptors: 3,
    pages: 4,
    processes: [{ name: 'P', clusters: [0] }],
    vsegs,
    threads: [
      { process: 'P', program: first },
      { process: 'P', program: second },
    ],
  });
}

interface Reached {
  readonly state: Kernel;
  /** True if all threads have finished. */
  readonly isEnd: boolean;
}

/** Every state as written. */
function statesOf(scenario: Scenario): Reached[] {
  const { replayer } = build(scenario, { invariants: [] });
  const seen = new Set<string>();
  const found: Reached[] = [];
  const open = [...replayer.initial()];
  while (open.length > 0) {
    const state = open.pop();
    const possible = replayer.possible(state);
    found.push({ state: state as Kernel, isEnd: possible.length === 0 });
    for (const step of possible) {
      const after = replayer.step(state, step)!.state;
      const key = replayer.pack(after).join();
      if (seen.has(key)) continue;
      seen.add(key);
      open.push(after);
    }
  }
  return found;
}

/** min, max, vpn_base and vpn_size that the first vseg may have at the end. */
function rangesOf(scenario: Scenario): Set<string> {
  const ends = statesOf(scenario).filter(({ isEnd }) => isEnd);
  const texts = ends.map(({ state }) => {
    const { min, max, vpn_base, vpn_size } = state.vsegs[0 as never];
    return [min / 2, max / 2, vpn_base, vpn_size].join(' ');
  });
  return new Set(texts);
}

// Between 284 and 236 an element is off its list, but its link is still valid: a thread that walks
// the list from it finds the next element. Only a parked or freed element has no valid link, and
// this is reported.
test('a walk over an unlinked element continues, and ends only with a report', () => {
  const scenario = twoThreads([anon(0), anon(1)], [munmap(0)], [munmap(1)]);
  const { violations } = explore(build(scenario), { keepGoing: true });
  const ineffective = violations.filter(({ invariant }) => invariant === 'munmap-effective');
  expect(ineffective.length).toBeGreaterThan(0);
  for (const { alreadyViolated } of ineffective)
    expect(alreadyViolated).toContain('no-descriptor-use-after-free');
});

// 1526 reads max before 1528 stores vpn_size: a tail cut off in between by
// another munmap is counted.
test('a munmap of the head counts pages that a munmap of the tail has cut off meanwhile', () => {
  const ranges = rangesOf(twoThreads([anon(0, 4)], [munmap(0)], [munmap(3)]));
  expect(ranges).toContain('1 3 1 2'); // one after the other
  expect(ranges).toContain('1 3 1 3'); // 1528 after 1552, with the max of before 1546
  expect(ranges).toContain('1 3 0 3'); // 1551 after 1527, with the min of before 1522
});

// 1489 reads min and max in two steps, 1496 both again, 1513 and 1537 once more.
test('a munmap of a whole vseg that is cut between two comparisons takes another branch', () => {
  const scenario = twoThreads([anon(0, 4)], [munmap(0, 4)], [munmap(3)]);
  const subject = build(scenario);
  explore(subject, { keepGoing: true });
  const { statements } = subject;
  const { covered } = subject.step;
  const of = (line: number) =>
    covered[
      statements.findIndex((one) => one.operation === 'vmm_resize_vseg' && one.line === line)
    ];
  // Cut before 1489.1 it is refused; after it, 1496.1 fails, and 1522 makes an empty vseg of it.
  expect([of(1504), of(1513), of(1522)]).toEqual([1, 1, 1]);
  expect([...rangesOf(scenario)].some((text) => text.startsWith('4 3'))).toBe(true);
});

// 1249 and 1250 are two reads: between them 1527 and 1528 may store a later range.
test('vmm_remove_vseg may take the base of one range and the size of another', () => {
  const scenario = twoThreads([anon(0, 4)], [munmap(0)], [munmap(0, 4)]);
  const frames = statesOf(scenario).flatMap(({ state }) => framesOf(state, 'vmm_remove_vseg'));
  const torn = new Set(frames.map(({ vpn, vpn_max }) => `${vpn} ${vpn_max}`));
  expect(torn).toContain('0 3'); // base 0 of before 1527, size 3 of after 1528
});

interface Frame {
  readonly in: string;
  readonly vpn: number;
  readonly vpn_max: number;
}

function framesOf(k: Kernel, operation: string): Frame[] {
  const threads = Object.values(k.threads) as unknown as { readonly stack: readonly Frame[] }[];
  return threads.flatMap(({ stack }) => stack.filter((frame) => frame.in === operation));
}
