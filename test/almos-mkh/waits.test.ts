/** A thread that waits writes nothing, in any reachable state. */

import { expect, test } from 'vitest';
import type { Frame } from '../../src/machine/thread-stacks.ts';
import type { Stack } from '../../src/state/stack-view.ts';
import type { Scenario } from '../../src/system.ts';
import { almosMkh, asWritten } from '../../src/systems/almos-mkh.ts';
import { long } from '../extent.ts';
import type { AlmosSubject } from './build.ts';
import { sizeOf } from './sizes.ts';
import { subjectOf, successorsOf, start, unpack } from './walks.ts';
import type { Successor } from './walks.ts';

const anonPages = (count: number): object[] =>
  Array.from({ length: count }, (_, page) => ({ process: 'P', type: 'ANON', page, pages: 1 }));
const write = (page: number): object => ({ do: 'write', page });
const mmap = { do: 'mmap', type: 'ANON', pages: 1 };

/** Scenarios in which threads wait at places where they do not in the library. */
const crowded = [
  {
    name: 'fork-among-others',
    clusters: 1,
    frames: 3,
    descriptors: 3,
    pages: 2,
    processes: [
      { name: 'P', clusters: [0] },
      { name: 'C', clusters: [0], child: true },
    ],
    vsegs: anonPages(1),
    threads: [
      { process: 'P', program: [write(0), { do: 'fork', child: 'C' }, write(0)] },
      { process: 'P', program: [[write(0), mmap]] },
      { process: 'C', program: [] },
    ],
  },
  {
    name: 'two-vsegs-two-clusters',
    clusters: 2,
    frames: 1,
    descriptors: 4,
    pages: 2,
    processes: [{ name: 'P', clusters: [0, 1] }],
    vsegs: anonPages(2),
    threads: [
      { process: 'P', cluster: 0, program: [] },
      { process: 'P', cluster: 1, program: [write(0), write(1)] },
      { process: 'P', cluster: 1, program: [write(1)] },
    ],
  },
  {
    name: 'exit-behind-failed-fork',
    clusters: 1,
    frames: 1,
    descriptors: 2,
    pages: 1,
    processes: [
      { name: 'P', clusters: [0] },
      { name: 'C', clusters: [0], child: true },
    ],
    vsegs: anonPages(1),
    threads: [
      { process: 'P', program: [write(0), { do: 'fork', child: 'C' }, { do: 'exit' }] },
      { process: 'C', program: [] },
    ],
    budgets: { ptecopy: 1 },
  },
  {
    name: 'mmap-behind-refused-one',
    clusters: 1,
    frames: 1,
    descriptors: 2,
    pages: 1,
    processes: [{ name: 'P', clusters: [0] }],
    vsegs: anonPages(1),
    threads: [
      { process: 'P', program: [mmap, mmap] },
      { process: 'P', program: [{ do: 'munmap', page: 0 }] },
      { process: 'P', program: [{ do: 'exit' }] },
    ],
  },
].map((scenario) => almosMkh.parseScenario(scenario));

/** The statements at which a thread can wait, in these scenarios and those of the library. */
const waits = [
  'user:1',
  'user:14', // exec: the other threads are still in the kernel
  'user:4',
  'user:8',
  'vmm_create_vseg:1195',
  'vmm_destroy:955',
  'vmm_get_vseg:1653',
  'vmm_handle_cow:2260',
  'vmm_handle_page_fault:1941',
  'vmm_handle_page_fault:2039',
  'vmm_mmap_alloc:174',
  'vmm_mmap_free:236',
];

/**
 * Calls `visit` for every reachable state, with its successors; this search shares no code with the
 * explorer.
 */
function everyState(
  subject: AlmosSubject,
  visit: (words: readonly number[], following: readonly Successor[]) => void,
): void {
  const first = start(subject);
  const seen = new Set([first.join()]);
  const queue = [first];
  for (let words = queue.pop(); words !== undefined; words = queue.pop()) {
    const following = successorsOf(subject, words);
    visit(words, following);
    for (const { words: next } of following) {
      const key = next.join();
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push(next);
    }
  }
}

/** Scenarios with tens of thousands of states each, in which no further statement waits. */
const large = ['lock-discipline', 'fork-twice', 'mmap-munmap-free'];

/**
 * The short run takes only small ones, and those in which threads wait at a statement of their own.
 */
const isQuick = (scenario: Scenario): boolean =>
  sizeOf(scenario) <= 300 || ['exec-two-clusters', 'fetch-twice'].includes(scenario.name);

test('a blocked statement writes nothing in any reachable state', () => {
  const waited = new Set<string>();
  const searched = almosMkh.scenarios.filter((scenario) =>
    long ? !large.includes(scenario.name) : isQuick(scenario),
  );
  for (const scenario of [...searched, ...crowded]) {
    // With a child that is ready, a failed fork gets as far as leaving its lock behind.
    const subject = subjectOf(scenario, { childVmm: 'init' });
    const { view } = subject.parts.layout;
    everyState(subject, (words, following) => {
      const moves = new Set(following.map(({ step }) => step.thread));
      for (let thread = 0; thread < subject.threads.length; thread++) {
        for (let choice = 0; choice < 4; choice++) {
          subject.scratch.set(words);
          const ran = subject.replay(view, thread, choice);
          // `expect` takes longer than a step, so it is called only if it would fail.
          if (ran >= 0 !== moves.has(thread)) {
            expect.fail('a choice decides whether a statement waits');
          }
          if (ran >= 0) continue;
          if (words.some((word, i) => word !== subject.scratch[i]) || subject.step.violated !== 0) {
            expect([...subject.scratch]).toEqual(words);
            expect(subject.step.violated).toBe(0);
          }
        }
        if (moves.has(thread)) continue;
        const { halted, threads } = unpack(subject, words);
        const frame = (threads[thread as never].stack as Stack<unknown>).at(-1) as Frame;
        if (!halted) waited.add(lineOf(frame));
      }
    });
  }
  expect([...waited].sort()).toEqual(waits);
});

/** Function and line at which a thread stands. */
function lineOf({ in: name, pc }: Frame): string {
  const operation = asWritten.find((candidate) => candidate.name === name)!;
  return `${name}:${operation.statements[pc].line}`;
}
