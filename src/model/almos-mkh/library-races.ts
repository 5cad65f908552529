/** Scenarios where threads race: pairs of operations on the same page, vseg or list. */

const P = { name: 'P', clusters: [0] };
const P_in_two = { name: 'P', clusters: [0, 1] };
const child = (cluster: number) => ({ name: 'C', clusters: [cluster], child: true });
const anon = (pages: number) => ({ process: 'P', type: 'ANON', page: 0, pages });
const write = (page: number, word = 0) => ({ do: 'write', page, word });
const read = (page: number, word = 0) => ({ do: 'read', page, word });
const munmap = (page: number, pages = 1) => ({ do: 'munmap', page, pages });
const mmap = { do: 'mmap', type: 'ANON', pages: 1 };
const fork = { do: 'fork', child: 'C' };
const exit = { do: 'exit' };

export const races: readonly object[] = [
  {
    name: 'cow-two-writers',
    purpose: 'Two threads write the same copy-on-write page: does the second one get through?',
    clusters: 1,
    frames: 3,
    descriptors: 2,
    pages: 1,
    processes: [P, child(0)],
    vsegs: [anon(1)],
    threads: [
      { process: 'P', cluster: 0, program: [write(0), fork, write(0), read(0)] },
      { process: 'P', cluster: 0, program: [write(0)] },
      { process: 'C', cluster: 0, program: [read(0)] },
    ],
  },
  {
    name: 'cow-two-clusters',
    purpose: 'Two clusters of one process write a page that a child shares.',
    clusters: 2,
    frames: 2,
    descriptors: 2,
    pages: 1,
    processes: [P_in_two, child(0)],
    vsegs: [anon(1)],
    threads: [
      { process: 'P', cluster: 0, program: [write(0), fork, write(0), read(0)] },
      { process: 'P', cluster: 1, program: [write(0), read(0)] },
      { process: 'C', cluster: 0, program: [write(0), read(0)] },
    ],
  },
  {
    name: 'cow-seen-by-others',
    purpose: 'While one thread makes a copy of a page, others write and read it in both clusters.',
    clusters: 2,
    frames: 2,
    descriptors: 2,
    pages: 1,
    processes: [P_in_two, child(0)],
    vsegs: [anon(1)],
    threads: [
      { process: 'P', cluster: 0, program: [write(0), fork, write(0)] },
      { process: 'P', cluster: 1, program: [read(0), write(0)] },
      { process: 'P', cluster: 0, program: [read(0)] },
      { process: 'C', cluster: 0, program: [] },
    ],
  },
  {
    name: 'cow-two-words',
    purpose: 'Parent and child make their copies at the same time: does one see half a write?',
    clusters: 1,
    frames: 3,
    descriptors: 2,
    pages: 1,
    words: 2,
    processes: [P, child(0)],
    vsegs: [anon(1)],
    threads: [
      { process: 'P', cluster: 0, program: [write(0), write(0, 1), fork, write(0), read(0, 1)] },
      { process: 'C', cluster: 0, program: [write(0, 1), read(0)] },
    ],
  },
  {
    name: 'cow-races-exit',
    purpose: 'A child exits while its parent makes its copy of a shared page.',
    clusters: 1,
    frames: 3,
    descriptors: 2,
    pages: 1,
    heapBase: 1,
    files: [{ name: 'elf', cluster: 0, pages: 1 }],
    processes: [P, child(0)],
    vsegs: [{ process: 'P', type: 'DATA', page: 0, pages: 1, file: 'elf' }],
    threads: [
      { process: 'P', cluster: 0, program: [write(0), fork, write(0), read(0)] },
      { process: 'C', cluster: 0, program: [exit] },
    ],
  },
  {
    name: 'cow-races-munmap',
    purpose: 'One thread makes its copy of a shared page while another one unmaps it.',
    clusters: 1,
    frames: 2,
    descriptors: 2,
    pages: 1,
    processes: [P, child(0)],
    vsegs: [{ process: 'P', type: 'ANON', page: 0, pages: 1 }],
    threads: [
      { process: 'P', cluster: 0, program: [write(0), fork, write(0)] },
      { process: 'P', cluster: 0, program: [munmap(0)] },
      { process: 'C', cluster: 0, program: [] },
    ],
  },
  {
    name: 'fetch-twice',
    purpose: 'Two threads of a cluster fetch the same vseg from the reference at the same time.',
    clusters: 2,
    frames: 1,
    descriptors: 2,
    pages: 1,
    processes: [P_in_two],
    vsegs: [anon(1)],
    threads: [
      { process: 'P', cluster: 1, program: [read(0)] },
      { process: 'P', cluster: 1, program: [write(0)] },
      { process: 'P', cluster: 0, program: [exit] },
    ],
  },
  {
    name: 'fork-twice',
    purpose: 'A second fork races the copy-on-write that the first one caused.',
    clusters: 1,
    frames: 4,
    descriptors: 3,
    pages: 1,
    processes: [P, child(0), { name: 'D', clusters: [0], child: true }],
    vsegs: [anon(1)],
    threads: [
      { process: 'P', cluster: 0, program: [write(0), fork, { do: 'fork', child: 'D' }] },
      { process: 'P', cluster: 0, program: [write(0)] },
      { process: 'C', cluster: 0, program: [exit] },
      { process: 'D', cluster: 0, program: [read(0), write(0)] },
    ],
  },
  {
    name: 'fork-races-munmap',
    purpose: 'A thread forks while another one unmaps the memory that is being copied.',
    clusters: 1,
    frames: 2,
    descriptors: 3,
    pages: 1,
    processes: [P, child(0)],
    vsegs: [anon(1)],
    threads: [
      { process: 'P', cluster: 0, program: [write(0), fork] },
      { process: 'P', cluster: 0, program: [munmap(0)] },
      { process: 'C', cluster: 0, program: [read(0), exit] },
    ],
  },
  {
    name: 'fork-races-mmap',
    purpose: 'A thread forks while another one maps memory: what does the child inherit?',
    clusters: 1,
    frames: 1,
    descriptors: 5,
    pages: 3,
    processes: [P, child(0)],
    vsegs: [anon(1)],
    threads: [
      { process: 'P', cluster: 0, program: [fork] },
      { process: 'P', cluster: 0, program: [mmap] },
      { process: 'C', cluster: 0, program: [mmap] },
    ],
  },
  {
    name: 'exit-two-clusters',
    purpose: 'A process that runs in two clusters exits, in any order over the clusters.',
    clusters: 2,
    frames: 2,
    descriptors: 2,
    pages: 1,
    processes: [P_in_two],
    vsegs: [anon(1)],
    threads: [
      { process: 'P', cluster: 0, program: [write(0), exit] },
      { process: 'P', cluster: 1, program: [read(0), write(0)] },
    ],
  },
  {
    name: 'mmap-munmap-free',
    purpose: 'Two threads map, unmap and write as they like, three steps each.',
    clusters: 1,
    frames: 2,
    descriptors: 6,
    pages: 3,
    processes: [P],
    vsegs: [anon(1)],
    threads: [
      { process: 'P', cluster: 0, program: [[mmap, munmap(0)], [write(0), mmap], munmap(0)] },
      {
        process: 'P',
        cluster: 0,
        program: [
          [mmap, write(0)],
          [munmap(0), munmap(1)],
        ],
      },
    ],
  },
  {
    name: 'write-munmap-free',
    purpose: 'Two threads in two clusters read, write and unmap two pages as they like.',
    clusters: 2,
    frames: 3,
    descriptors: 3,
    pages: 2,
    processes: [P_in_two],
    vsegs: [anon(2)],
    threads: [
      {
        process: 'P',
        cluster: 0,
        program: [
          [write(0), write(1)],
          [munmap(0, 2), munmap(1), read(0)],
        ],
      },
      {
        process: 'P',
        cluster: 1,
        program: [
          [write(0), read(1)],
          [munmap(0), write(1)],
        ],
      },
    ],
  },
];
