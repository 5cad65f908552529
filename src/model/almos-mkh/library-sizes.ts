/**
 * Larger configurations: more clusters, more pages, all types of vsegs at once. The smaller ones of the
 * same kind are in `library.ts`, `library-operations.ts` and `library-races.ts`; which belongs to which
 * kind is told in docs/almos-mkh.md.
 */

const P = { name: 'P', clusters: [0] };
const P_in_two = { name: 'P', clusters: [0, 1] };
const P_in_three = { name: 'P', clusters: [0, 1, 2] };
const child = (cluster: number) => ({ name: 'C', clusters: [cluster], child: true });
const write = (page: number, word = 0) => ({ do: 'write', page, word });
const read = (page: number, word = 0) => ({ do: 'read', page, word });
const munmap = (page: number, pages = 1) => ({ do: 'munmap', page, pages });
const mmap = (pages: number) => ({ do: 'mmap', type: 'ANON', pages });
const fork = { do: 'fork', child: 'C' };
const exit = { do: 'exit' };
const exec = { do: 'exec' };
const elf = { name: 'elf', cluster: 0, pages: 2 };

/** A page of one type, shared by a fork between two clusters. */
const far = (type: string, more: object = {}): object => ({
  name: `fork-far-${type.toLowerCase()}`,
  purpose: `A ${type} page and a fork into another cluster: both processes use it, and the child exits.`,
  clusters: 2,
  frames: 3,
  descriptors: 2,
  pages: 2,
  processes: [P, child(1)],
  vsegs: [{ process: 'P', type, page: 0, pages: 1 }],
  threads: [
    { process: 'P', cluster: 0, program: [write(0), fork, write(0), read(0)] },
    { process: 'C', cluster: 1, program: [read(0), write(0), exit] },
  ],
  ...more,
});

const fromFile = (type: string) => ({
  files: [elf],
  ...(type === 'FILE' ? {} : { pages: 1, heapBase: 1 }),
  vsegs: [{ process: 'P', type, page: 0, pages: 1, file: 'elf' }],
});

export const sizes: readonly object[] = [
  far('ANON'),
  far('DATA', fromFile('DATA')),
  far('FILE', fromFile('FILE')),
  far('CODE', {
    ...fromFile('CODE'),
    threads: [
      { process: 'P', cluster: 0, program: [read(0), fork, read(0)] },
      { process: 'C', cluster: 1, program: [read(0), exit] },
    ],
  }),
  far('REMOTE', { vsegs: [{ process: 'P', type: 'REMOTE', page: 0, pages: 1, at: 1 }] }),
  far('STACK', {
    stackBase: 0,
    vsegs: [],
    threads: [
      { process: 'P', cluster: 0, slot: 0, program: [write(1), fork, write(1), read(1)] },
      { process: 'C', cluster: 1, slot: 0, program: [read(1), write(1), exit] },
    ],
  }),
  {
    name: 'fork-far-all-types',
    purpose: 'A page of each type and a fork into another cluster: both write what may be written.',
    clusters: 2,
    frames: 6,
    descriptors: 6,
    pages: 9,
    heapBase: 2,
    stackBase: 7,
    files: [elf],
    processes: [P, child(1)],
    vsegs: [
      { process: 'P', type: 'CODE', page: 0, pages: 1, file: 'elf' },
      { process: 'P', type: 'DATA', page: 1, pages: 1, file: 'elf', offset: 1 },
      { process: 'P', type: 'ANON', page: 2, pages: 1 },
      { process: 'P', type: 'FILE', page: 3, pages: 1, file: 'elf' },
      { process: 'P', type: 'REMOTE', page: 4, pages: 1, at: 1 },
    ],
    threads: [
      {
        process: 'P',
        cluster: 0,
        slot: 0,
        program: [write(1), write(2), write(4), fork, [write(1), write(2), write(4), read(0)]],
      },
      { process: 'C', cluster: 1, slot: 0, program: [[write(1), write(2), write(4), read(0)]] },
    ],
  },
  {
    name: 'anon-reference-first',
    purpose: 'The reference maps a page, then two other clusters touch it: one frame, one content?',
    clusters: 3,
    frames: 1,
    descriptors: 1,
    pages: 1,
    processes: [P_in_three],
    vsegs: [{ process: 'P', type: 'ANON', page: 0, pages: 1 }],
    threads: [
      { process: 'P', cluster: 0, program: [write(0)] },
      { process: 'P', cluster: 1, program: [write(0), read(0)] },
      { process: 'P', cluster: 2, program: [read(0)] },
    ],
  },
  {
    name: 'data-two-pages-two-clusters',
    purpose: 'Two pages of a program are touched in two clusters at the same time, in turns.',
    clusters: 2,
    frames: 1,
    descriptors: 1,
    pages: 2,
    heapBase: 2,
    files: [elf],
    processes: [P_in_two],
    vsegs: [{ process: 'P', type: 'DATA', page: 0, pages: 2, file: 'elf' }],
    threads: [
      { process: 'P', cluster: 0, program: [write(0), read(1)] },
      { process: 'P', cluster: 1, program: [write(1), read(0)] },
    ],
  },
  {
    name: 'fork-far-races-fault',
    purpose:
      'As fork-races-fault, with the child in a cluster of its own and a page mapped nowhere yet.',
    clusters: 3,
    frames: 3,
    descriptors: 2,
    pages: 1,
    processes: [P_in_two, child(2)],
    vsegs: [{ process: 'P', type: 'ANON', page: 0, pages: 1 }],
    threads: [
      { process: 'P', cluster: 0, program: [fork, write(0)] },
      { process: 'P', cluster: 1, program: [write(0)] },
      { process: 'C', cluster: 2, program: [write(0)] },
    ],
  },
  {
    name: 'mmap-eight-pages',
    purpose: 'An mmap zone of eight pages: one, two or four pages are mapped, cut and unmapped.',
    clusters: 1,
    frames: 1,
    descriptors: 6,
    pages: 9,
    heapBase: 1,
    processes: [P],
    vsegs: [],
    threads: [
      {
        process: 'P',
        cluster: 0,
        program: [
          [mmap(1), mmap(2), mmap(4)],
          [mmap(1), mmap(2), munmap(1), munmap(2), munmap(1, 2)],
          [mmap(1), mmap(4), munmap(1), munmap(3), munmap(1, 2)],
          [mmap(1), mmap(2), mmap(4)],
        ],
      },
    ],
  },
  {
    name: 'mmap-eight-pages-two-threads',
    purpose: 'The same zone, used by two threads at once.',
    clusters: 1,
    frames: 1,
    descriptors: 4,
    pages: 9,
    heapBase: 1,
    processes: [P],
    vsegs: [],
    threads: [
      { process: 'P', cluster: 0, program: [mmap(2), munmap(1, 2), mmap(2)] },
      { process: 'P', cluster: 0, program: [mmap(2), [munmap(1, 2), munmap(3, 2)]] },
    ],
  },
  {
    name: 'mmap-eight-pages-child',
    purpose: 'The same zone in a child, after a fork that inherits a mapping and a hole.',
    clusters: 1,
    frames: 1,
    descriptors: 8,
    pages: 9,
    heapBase: 1,
    processes: [P, child(0)],
    vsegs: [{ process: 'P', type: 'ANON', page: 1, pages: 2 }],
    threads: [
      { process: 'P', cluster: 0, program: [mmap(1), munmap(3), fork, mmap(1)] },
      { process: 'C', cluster: 0, program: [[mmap(1), mmap(2)], [munmap(1, 2), mmap(4)], mmap(1)] },
    ],
  },
  {
    name: 'fork-far-out-of-memory',
    purpose:
      'One allocation of each kind may fail around a fork into another cluster: is the parent as before?',
    clusters: 2,
    frames: 2,
    descriptors: 3,
    pages: 4,
    heapBase: 1,
    files: [elf],
    processes: [P, child(1)],
    vsegs: [
      { process: 'P', type: 'DATA', page: 0, pages: 1, file: 'elf' },
      { process: 'P', type: 'ANON', page: 1, pages: 1 },
    ],
    threads: [
      { process: 'P', cluster: 0, program: [write(0), write(1), fork, write(0), exit] },
      { process: 'C', cluster: 1, program: [write(1)] },
    ],
    budgets: { frame: 1, descriptor: 1, gpt: 1, ptecopy: 1, kernel: 1 },
  },
  {
    name: 'exec-three-clusters',
    purpose:
      'A process execs while it has copies in two other clusters, one of which has the page.',
    clusters: 3,
    frames: 2,
    descriptors: 3,
    pages: 5,
    heapBase: 2,
    processes: [P_in_three],
    vsegs: [{ process: 'P', type: 'ANON', page: 2, pages: 1 }],
    threads: [
      { process: 'P', cluster: 0, program: [write(2), exec] },
      { process: 'P', cluster: 1, program: [read(2)] },
      { process: 'P', cluster: 2, program: [] },
    ],
  },
];
