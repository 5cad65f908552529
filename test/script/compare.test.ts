/** Differences between vectors and the model are sentences. */

import { describe, expect, it } from 'vitest';

import { difference } from '../../src/script/compare.ts';
import type { Observation } from '../../src/system.ts';

const step: Observation = {
  op: 'write P 0 8 17',
  result: 'ok',
  events: ['alloc 0:0', 'fault local 8'],
  state: { procs: { 'P@0': { stack: [0] } }, locks: [] },
};

describe('the difference', () => {
  it('is none between equals, whatever the order of keys', () => {
    const turned = { ...step, state: { locks: [], procs: { 'P@0': { stack: [0] } } } };
    expect(difference([step], [turned])).toBeUndefined();
  });

  it.each<[string, Partial<Observation>]>([
    ['the result: the real code has ok, the model error', { result: 'error' }],
    ['the value read: the real code has nothing, the model 17', { value: '17' }],
    ['event 2: the real code has fault local 8, the model nothing', { events: ['alloc 0:0'] }],
    [
      'locks: the real code has [], the model ["mmap P@0"]',
      { state: { procs: { 'P@0': { stack: [0] } }, locks: ['mmap P@0'] } },
    ],
    [
      'procs P@0 stack: the real code has [0], the model []',
      { state: { procs: { 'P@0': { stack: [] } }, locks: [] } },
    ],
  ])('says %j', (sentence, change) => {
    const told = difference([step], [{ ...step, ...change }]);
    expect(told).toBe(`step 0 (write P 0 8 17): ${sentence}`);
  });

  it('says where a run ends early, or goes on', () => {
    expect(difference([step, step], [step])).toBe(
      'step 1 (write P 0 8 17): the run ends before it, after 1 steps',
    );
    expect(difference([step], [step, step])).toBe(
      'after the last step the run goes on with "write P 0 8 17"',
    );
  });
});
