/**
 * `refcount`: processes that share and release a frame, with a lost update and a double free as
 * written, and a fix for each. `counters`: more states than can be explored, for tests of limits.
 */

import { InputError } from '../../src/errors.ts';
import type { Scenario, Spec, System } from '../../src/system.ts';
import { type ToyStatement, ToySubject } from './machine.ts';

interface RefcountScenario extends Scenario {
  readonly processes: number;
}

const refcountScenarios: readonly RefcountScenario[] = [
  { name: 'two', purpose: 'Can two processes lose count of a frame?', processes: 2 },
  { name: 'one', purpose: 'Does one process give its frame back?', processes: 1 },
];

function release(spec: Spec): ToyStatement[] {
  const [REFS, FREE, LOCK, SEEN] = [0, 1, 2, 3];
  const locked = spec.fixes.includes('lock-refs');
  const once = spec.fixes.includes('free-once');
  const lazy = spec.options['allocator'] === 'lazy';
  const sticky = spec.hardware === 'sticky';
  const place = { operation: 'frame_release', file: 'toy.c' };
  return [
    {
      ...place,
      line: 10,
      token: 'n = refs',
      run(cells, thread) {
        if (locked && cells[LOCK] === 1) return undefined;
        if (locked) cells[LOCK] = 1;
        cells[SEEN + thread] = cells[REFS];
        return { next: 1 };
      },
    },
    {
      ...place,
      line: 11,
      token: 'refs = n - 1',
      run(cells, thread) {
        cells[REFS] = cells[SEEN + thread] - 1;
        cells[SEEN + thread] = 0;
        if (!sticky) cells[LOCK] = 0;
        return { next: 2 };
      },
    },
    {
      ...place,
      line: 14,
      token: 'free(frame)',
      ...(lazy && { choices: 2 }),
      run(cells, _, choice) {
        if (cells[REFS] > 0 || choice === 1 || (once && cells[FREE] === 1)) return { next: -1 };
        const raised = {
          invariant: 'no-double-free',
          sentence: 'the frame is freed a second time',
        };
        const twice = cells[FREE] === 1;
        cells[FREE] = 1;
        return { next: -1, ...(twice && { raised }) };
      },
    },
    {
      operation: 'frame_share',
      file: 'toy.c',
      line: 30,
      token: 'refs++',
      run: () => ({ next: -1 }),
    },
  ];
}

export const refcount: System = {
  name: 'refcount',
  title: 'Reference counts',
  revision: 'r1',
  sentence: 'Processes let go of a shared frame.',
  defaultScenario: 'two',
  scenarios: refcountScenarios,
  invariants: [
    {
      name: 'no-lost-frame',
      group: 'frames',
      when: 'all have finished',
      sentence: 'A frame that nobody uses is free.',
    },
    {
      name: 'no-double-free',
      group: 'frames',
      when: 'a frame is freed',
      sentence: 'Only a used frame is freed.',
    },
  ],
  operations: [
    { name: 'frame_release', file: 'toy.c', lines: [9, 16], sentence: 'Lets go of a frame.' },
    { name: 'frame_share', file: 'toy.c', lines: [29, 31], sentence: 'Shares a frame.' },
  ],
  fixes: [
    { name: 'lock-refs', sentence: 'Takes a lock around the count.' },
    { name: 'free-once', sentence: 'Frees a frame only if it is used.' },
  ],
  hardware: [
    { name: 'plain', sentence: 'Locks work.' },
    { name: 'sticky', sentence: 'Locks are never released.' },
  ],
  defaultHardware: 'plain',
  options: [
    {
      name: 'allocator',
      sentence: 'Does it free at once?',
      values: ['eager', 'lazy'],
      default: 'eager',
    },
  ],
  parseScenario(json) {
    const { name, purpose, processes } = json as Partial<RefcountScenario>;
    if (typeof name !== 'string' || typeof purpose !== 'string') {
      throw new InputError('name and purpose must be strings');
    }
    if (processes === undefined || !(processes >= 1 && processes <= 4)) {
      throw new InputError(`processes must be a number from 1 to 4, but is ${processes}`);
    }
    return { name, purpose, processes } as Scenario;
  },
  build(spec) {
    const { processes } = spec.scenario as RefcountScenario;
    const threads = Array.from({ length: processes }, (_, index) => `P${index + 1}`);
    return new ToySubject({
      spec,
      summary: `1 frame, ${processes} ${processes === 1 ? 'process' : 'processes'}`,
      threads,
      cells: ['frame.refs', 'frame.free', 'lock', ...threads.map((name) => `${name}.n`)],
      start: [processes, 0, 0, ...threads.map(() => 0)],
      statements: release(spec),
      states: {
        'no-lost-frame': (cells, done) =>
          done && cells[1] === 0
            ? `the frame is counted ${cells[0]} times, but nobody uses it`
            : undefined,
      },
      steps: ['no-double-free'],
    });
  },
};

const COUNTERS = 6;
const HIGHEST = 40;

export const counters: System = {
  name: 'counters',
  title: 'Counters',
  revision: 'r1',
  sentence: 'Counters that count, in more ways than can be explored.',
  defaultScenario: 'six',
  scenarios: [{ name: 'six', purpose: 'Is there an end to it?' }],
  invariants: [
    { name: 'in-range', group: 'counters', when: 'always', sentence: 'A counter stays in range.' },
  ],
  operations: [{ name: 'count', file: 'count.c', lines: [1, 3], sentence: 'Counts.' }],
  fixes: [],
  hardware: [{ name: 'plain', sentence: 'Nothing special.' }],
  defaultHardware: 'plain',
  options: [],
  parseScenario: (json) => json as Scenario,
  build: (spec) =>
    new ToySubject({
      spec,
      summary: `${COUNTERS} counters`,
      threads: Array.from({ length: COUNTERS }, (_, index) => `T${index}`),
      cells: Array.from({ length: COUNTERS }, (_, index) => `counter.${index}`),
      start: Array.from({ length: COUNTERS }, () => 0),
      statements: [
        {
          operation: 'count',
          file: 'count.c',
          line: 2,
          token: 'n++',
          run(cells, thread) {
            cells[thread] = (cells[thread] + 1) % HIGHEST;
            return { next: 0 };
          },
        },
      ],
      states: { 'in-range': (cells) => (cells[0] > HIGHEST ? 'out of range' : undefined) },
      steps: [],
    }),
};
