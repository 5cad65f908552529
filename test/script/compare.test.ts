/** Differences between vectors and the model are reported as sentences. */

import { describe, expect, it } from 'vitest';

import { checkStates, difference } from '../../src/script/compare.ts';
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
      'constructor: the real code has nothing, the model 1',
      { state: { ...(step.state as object), constructor: 1 } },
    ],
    [
      'procs P@0 stack: the real code has [0], the model []',
      { state: { procs: { 'P@0': { stack: [] } }, locks: [] } },
    ],
  ])('says %j', (sentence, change) => {
    const told = difference([step], [{ ...step, ...change }]);
    expect(told).toBe(`step 0 (write P 0 8 17): ${sentence}`);
  });

  it('is a state that only one of them has, or that is no object', () => {
    const { state: _, ...aborted } = step;
    expect(difference([aborted], [aborted])).toBeUndefined();
    expect(difference([aborted], [step])).toBe(
      'step 0 (write P 0 8 17): the real code never returned, but the model did',
    );
    expect(difference([step], [aborted])).toMatch(/: the state: .*, the model nothing$/);
    for (const state of [null, '', [], {}]) {
      expect(difference([{ ...step, state }], [step])).toMatch(/the real code has /);
    }
  });

  it('is not required if a step before the last has no state', () => {
    const { state: _, ...aborted } = step;
    checkStates([step, aborted], 'v.json');
    expect(() => checkStates([aborted, step], 'v.json')).toThrow(
      'v.json: step 0 (write P 0 8 17) has no "state" to compare with: only the last step of a ' +
        'vector may lack it, if it never returned',
    );
  });

  it('says where a run ends early, or goes on', () => {
    expect(difference([step, step], [step])).toBe(
      'step 1 (write P 0 8 17): the run ends before this step, after 1 steps',
    );
    expect(difference([step], [step, step])).toBe(
      'after the last step the run goes on with "write P 0 8 17"',
    );
  });
});
