/**
 * Scenarios of unusual callers (a munmap of code, of the kernel, of no page or fewer; a file mapped
 * from inside of a page) and of one descriptor that is missing.
 */

const P = { name: 'P', clusters: [0] };
const P_in_two = { name: 'P', clusters: [0, 1] };
const anon = (page: number, pages: number) => ({ process: 'P', type: 'ANON', page, pages });
const write = (page: number, word = 0) => ({ do: 'write', page, word });
const read = (page: number, word = 0) => ({ do: 'read', page, word });
const munmap = (page: number, pages = 1) => ({ do: 'munmap', page, pages });

export const odd: readonly object[] = [
  {
    name: 'munmap-of-program',
    purpose: 'A program unmaps its own code, or the stack that it stands on.',
    clusters: 1,
    frames: 2,
    descriptors: 2,
    pages: 3,
    heapBase: 1,
    stackBase: 1,
    files: [{ name: 'elf', cluster: 0, pages: 1 }],
    processes: [P],
    vsegs: [{ process: 'P', type: 'CODE', page: 0, pages: 1, file: 'elf' }],
    threads: [
      {
        process: 'P',
        cluster: 0,
        slot: 0,
        program: [read(0), write(2), [munmap(0), munmap(2)], read(0), { do: 'leave' }],
      },
    ],
  },
  {
    name: 'munmap-of-kernel',
    purpose: 'A program unmaps memory of the kernel.',
    clusters: 1,
    frames: 2,
    descriptors: 2,
    pages: 2,
    heapBase: 1,
    kernel: [{ type: 'KDATA', page: 0, pages: 1 }],
    processes: [P],
    vsegs: [],
    threads: [{ process: 'P', cluster: 0, program: [munmap(0), { do: 'exit' }] }],
  },
  {
    name: 'munmap-of-fewer',
    purpose: 'A munmap is given a negative size, at the start or inside of a mapping.',
    clusters: 1,
    frames: 2,
    descriptors: 3,
    pages: 5,
    processes: [P],
    vsegs: [anon(0, 1), anon(1, 2)],
    threads: [
      {
        process: 'P',
        cluster: 0,
        program: [
          write(0),
          write(2),
          [munmap(1, -1), munmap(2, -1), munmap(2, -2)],
          read(0),
          read(2),
        ],
      },
    ],
  },
  {
    name: 'munmap-twice',
    purpose: 'Two threads unmap the same page: what is each told?',
    clusters: 1,
    frames: 1,
    descriptors: 1,
    pages: 1,
    processes: [P],
    vsegs: [anon(0, 1)],
    threads: [
      { process: 'P', cluster: 0, program: [munmap(0)] },
      { process: 'P', cluster: 0, program: [munmap(0)] },
    ],
  },
  {
    name: 'munmap-from-copy',
    purpose: 'A thread unmaps a page in a cluster that is not the reference, and maps another one.',
    clusters: 2,
    frames: 1,
    descriptors: 2,
    pages: 2,
    processes: [P_in_two],
    vsegs: [anon(0, 1)],
    threads: [
      { process: 'P', cluster: 0, program: [[read(0), write(0)]] },
      {
        process: 'P',
        cluster: 1,
        program: [write(0), munmap(0), { do: 'mmap', type: 'ANON', pages: 1 }],
      },
    ],
  },
  {
    name: 'file-inside-page',
    purpose: 'A file is mapped from inside of a page: is its first page there?',
    clusters: 1,
    frames: 2,
    descriptors: 1,
    pages: 2,
    words: 2,
    files: [{ name: 'f', cluster: 0, pages: 2 }],
    processes: [P],
    vsegs: [],
    threads: [
      {
        process: 'P',
        cluster: 0,
        program: [
          { do: 'mmap', type: 'FILE', pages: 1, file: 'f', offset: 0.5 },
          [read(0, 1), write(0, 1), read(1)],
          read(0, 1),
        ],
      },
    ],
  },
  {
    name: 'fetch-out-of-descriptors',
    purpose: 'A thread touches memory, and its cluster has no descriptor for a copy of the vseg.',
    clusters: 2,
    frames: 1,
    descriptors: 1,
    pages: 1,
    processes: [P_in_two],
    vsegs: [anon(0, 1)],
    threads: [
      { process: 'P', cluster: 0, program: [] },
      { process: 'P', cluster: 1, program: [write(0), read(0)] },
    ],
    budgets: { descriptor: 1 },
  },
];
