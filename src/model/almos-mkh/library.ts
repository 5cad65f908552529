/**
 * The scenarios that come with the model, the default first. Each asks one question; its bounds are
 * here and nowhere else. Pages are few because every bug known needs one or two.
 */

import { odd } from './library-odd.ts';
import { operations } from './library-operations.ts';
import { optional } from './library-options.ts';
import { races } from './library-races.ts';
import { sizes } from './library-sizes.ts';
import { parseScenario } from './scenario.ts';
import type { AlmosScenario } from './scenario.ts';

const P = { name: 'P', clusters: [0] };
const P_in_two = { name: 'P', clusters: [0, 1] };
const child = (cluster: number) => ({ name: 'C', clusters: [cluster], child: true });
const anon = { process: 'P', type: 'ANON', page: 0, pages: 1 };
const write = (page: number, word = 0) => ({ do: 'write', page, word });
const read = (page: number, word = 0) => ({ do: 'read', page, word });
const fork = { do: 'fork', child: 'C' };
const exit = { do: 'exit' };

const given: readonly object[] = [
  {
    name: 'munmap-two-clusters',
    purpose:
      'A process runs in two clusters and unmaps a page in one of them: does the other cluster ' +
      'still reach the frame?',
    about: ['frames', 'ptes', 'content'],
    clusters: 2,
    frames: 1,
    descriptors: 2,
    pages: 1,
    processes: [P_in_two],
    vsegs: [anon],
    threads: [
      { process: 'P', cluster: 0, program: [{ do: 'munmap', page: 0 }] },
      { process: 'P', cluster: 1, program: [write(0), read(0)] },
    ],
  },
  {
    name: 'anon-two-writers',
    purpose: 'Two threads of one process in one cluster touch the same new page at the same time.',
    clusters: 1,
    frames: 2,
    descriptors: 1,
    pages: 1,
    processes: [P],
    vsegs: [anon],
    threads: [
      { process: 'P', cluster: 0, program: [write(0)] },
      { process: 'P', cluster: 0, program: [write(0)] },
    ],
  },
  {
    name: 'anon-first-read',
    purpose: 'What does a process read from anonymous memory that it never wrote?',
    clusters: 1,
    frames: 1,
    descriptors: 1,
    pages: 1,
    processes: [P],
    vsegs: [anon],
    threads: [{ process: 'P', cluster: 0, program: [read(0)] }],
  },
  {
    name: 'anon-two-clusters',
    purpose: 'Two threads in two clusters touch the same new page: one frame, one content?',
    clusters: 2,
    frames: 1,
    descriptors: 2,
    pages: 1,
    processes: [P_in_two],
    vsegs: [anon],
    threads: [
      { process: 'P', cluster: 0, program: [write(0), read(0)] },
      { process: 'P', cluster: 1, program: [write(0), read(0)] },
    ],
  },
  {
    name: 'anon-fork-exit',
    purpose:
      'A child shares anonymous memory copy-on-write and exits: does the parent keep its own?',
    clusters: 1,
    frames: 3,
    descriptors: 2,
    pages: 1,
    processes: [P, child(0)],
    vsegs: [anon],
    threads: [
      { process: 'P', cluster: 0, program: [write(0), fork, read(0)] },
      { process: 'C', cluster: 0, program: [exit] },
    ],
  },
  {
    name: 'data-fork-writes',
    purpose: 'Parent and child write a data page after a fork: is every copy made, kept and freed?',
    clusters: 1,
    frames: 4,
    descriptors: 2,
    pages: 1,
    heapBase: 1,
    files: [{ name: 'elf', cluster: 0, pages: 1 }],
    processes: [P, child(0)],
    vsegs: [{ process: 'P', type: 'DATA', page: 0, pages: 1, file: 'elf' }],
    threads: [
      { process: 'P', cluster: 0, program: [write(0), fork, write(0), read(0)] },
      { process: 'C', cluster: 0, program: [write(0), read(0), exit] },
    ],
  },
  {
    name: 'fork-races-fault',
    purpose:
      'A thread forks while another thread of the process, in another cluster, faults and writes: ' +
      'two clusters, two processes, three threads.',
    clusters: 2,
    frames: 3,
    descriptors: 2,
    pages: 1,
    processes: [P_in_two, child(1)],
    vsegs: [anon],
    threads: [
      { process: 'P', cluster: 0, program: [write(0), fork, read(0)] },
      { process: 'P', cluster: 1, program: [write(0), read(0)] },
      { process: 'C', cluster: 1, program: [read(0), write(0)] },
    ],
  },
  {
    name: 'file-fork-exit',
    purpose: 'A mapped file is shared by fork and outlives both processes: who owns its frame?',
    clusters: 1,
    frames: 2,
    descriptors: 2,
    pages: 1,
    files: [{ name: 'f', cluster: 0, pages: 1 }],
    processes: [P, child(0)],
    vsegs: [{ process: 'P', type: 'FILE', page: 0, pages: 1, file: 'f' }],
    threads: [
      { process: 'P', cluster: 0, program: [write(0), fork, read(0), exit] },
      { process: 'C', cluster: 0, program: [read(0), exit] },
    ],
  },
  {
    name: 'file-offset',
    purpose: 'A file is mapped from its second page on: does the first page read give that page?',
    clusters: 1,
    frames: 2,
    descriptors: 1,
    pages: 1,
    files: [{ name: 'f', cluster: 0, pages: 2 }],
    processes: [P],
    vsegs: [{ process: 'P', type: 'FILE', page: 0, pages: 1, file: 'f', offset: 1 }],
    threads: [{ process: 'P', cluster: 0, program: [read(0)] }],
  },
  {
    name: 'munmap-races-fault',
    purpose: 'One thread unmaps a page while another one faults on it, in the same cluster.',
    clusters: 1,
    frames: 2,
    descriptors: 1,
    pages: 1,
    processes: [P],
    vsegs: [anon],
    threads: [
      { process: 'P', cluster: 0, program: [{ do: 'munmap', page: 0 }] },
      { process: 'P', cluster: 0, program: [write(0)] },
    ],
  },
  {
    name: 'mmap-munmap',
    purpose: 'Pages of the mmap zone are taken, given back and taken again, until none is left.',
    clusters: 1,
    frames: 2,
    descriptors: 3,
    pages: 3,
    heapBase: 1,
    processes: [P],
    vsegs: [],
    threads: [
      {
        process: 'P',
        cluster: 0,
        program: [
          { do: 'mmap', type: 'ANON', pages: 1 },
          { do: 'munmap', page: 1 },
          { do: 'mmap', type: 'ANON', pages: 1 },
          { do: 'mmap', type: 'ANON', pages: 1 },
        ],
      },
    ],
  },
  {
    name: 'mmap-after-fork',
    purpose: 'A child maps memory of its own: is it apart from what it inherited?',
    clusters: 1,
    frames: 2,
    descriptors: 4,
    pages: 2,
    processes: [P, child(0)],
    vsegs: [anon],
    threads: [
      { process: 'P', cluster: 0, program: [fork] },
      { process: 'C', cluster: 0, program: [{ do: 'mmap', type: 'ANON', pages: 1 }] },
    ],
  },
  {
    name: 'fork-out-of-memory',
    purpose: 'One allocation of a fork fails, whichever: is the parent as it was before?',
    clusters: 1,
    frames: 2,
    descriptors: 2,
    pages: 1,
    processes: [P, child(0)],
    vsegs: [anon],
    threads: [
      { process: 'P', cluster: 0, program: [write(0), fork, write(0)] },
      { process: 'C', cluster: 0, program: [] },
    ],
    budgets: { descriptor: 1, gpt: 1, ptecopy: 1, kernel: 1 },
  },
  {
    name: 'cow-out-of-memory',
    purpose:
      'A copy-on-write finds no frame, or its process runs out of memory at the first touch.',
    clusters: 1,
    frames: 2,
    descriptors: 2,
    pages: 1,
    processes: [P, child(0)],
    vsegs: [anon],
    threads: [
      { process: 'P', cluster: 0, program: [write(0), fork, write(0)] },
      { process: 'C', cluster: 0, program: [read(0)] },
    ],
    budgets: { frame: 1 },
  },
  {
    name: 'lock-discipline',
    purpose: 'Which accesses to VSLs and to the list of copies are made without their locks?',
    about: ['discipline'],
    clusters: 2,
    frames: 2,
    descriptors: 2,
    pages: 1,
    processes: [P_in_two, child(1)],
    vsegs: [anon],
    threads: [
      { process: 'P', cluster: 0, program: [write(0), fork, write(0), { do: 'munmap', page: 0 }] },
      { process: 'P', cluster: 1, program: [write(0)] },
      { process: 'C', cluster: 1, program: [exit] },
    ],
  },
];

/**
 * Everything but the lock discipline, which is about how the code goes about its work and not about
 * what comes of it: nearly every operation breaks it. `lock-discipline` asks for it alone.
 */
const outcomes = ['frames', 'ptes', 'lists', 'control', 'content'];

export const scenarios: readonly AlmosScenario[] = [
  ...given,
  ...operations,
  ...races,
  ...sizes,
  ...optional,
  ...odd,
].map((scenario) => parseScenario({ about: outcomes, ...scenario }));
