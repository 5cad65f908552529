/**
 * Scenarios in which inferred behaviour matters that others do not show: with another value of one
 * option an invariant speaks that is silent by default, or the other way round.
 */

const P = { name: 'P', clusters: [0] };
const child = (cluster: number) => ({ name: 'C', clusters: [cluster], child: true });
const elf = { name: 'elf', cluster: 0, pages: 1 };
const anon = (page: number, pages: number) => ({ process: 'P', type: 'ANON', page, pages });
const data = (page: number) => ({ process: 'P', type: 'DATA', page, pages: 1, file: 'elf' });
const write = (page: number) => ({ do: 'write', page });
const read = (page: number) => ({ do: 'read', page });
const munmap = (page: number, pages = 1) => ({ do: 'munmap', page, pages });
const fork = { do: 'fork', child: 'C' };
const exit = { do: 'exit' };

export const optional: readonly object[] = [
  {
    name: 'sparse-mesh',
    purpose: 'A page of the program belongs to a cluster that does not exist.',
    clusters: 2,
    frames: 1,
    mesh: 4,
    pages: 4,
    heapBase: 4,
    files: [elf],
    processes: [P],
    vsegs: [data(0), data(3)],
    threads: [{ process: 'P', program: [read(0), read(3)] }],
  },
  {
    name: 'sparse-mesh-of-eight',
    purpose: 'The same with four clusters of eight.',
    clusters: 4,
    frames: 1,
    mesh: 8,
    pages: 5,
    heapBase: 5,
    files: [elf],
    processes: [P],
    vsegs: [data(0), data(4)],
    threads: [{ process: 'P', program: [read(0), read(4)] }],
  },
  {
    name: 'odd-rest',
    purpose: 'Three pages of a mapping of four are parked: under which size are they filed?',
    clusters: 1,
    frames: 1,
    pages: 4,
    processes: [P],
    vsegs: [anon(0, 4)],
    threads: [
      {
        process: 'P',
        program: [munmap(0), munmap(1, 3), { do: 'mmap', type: 'ANON', pages: 2 }],
      },
    ],
  },
  {
    name: 'left-mapped',
    purpose: 'A process exits with a page that no vseg covers, and shared ones.',
    clusters: 1,
    frames: 2,
    descriptors: 3,
    pages: 2,
    processes: [P, child(0)],
    vsegs: [anon(0, 2)],
    threads: [
      { process: 'P', program: [write(0), fork, munmap(0), exit] },
      { process: 'C', program: [exit] },
    ],
  },
  {
    name: 'used-again',
    purpose: 'A frame that two processes shared is freed and allocated again, counters and all.',
    clusters: 1,
    frames: 1,
    descriptors: 4,
    pages: 2,
    processes: [P, child(0)],
    vsegs: [anon(0, 1), anon(1, 1)],
    threads: [
      { process: 'P', program: [write(0), fork, munmap(0), write(1), munmap(1)] },
      { process: 'C', program: [munmap(0)] },
    ],
  },
  {
    name: 'code-of-child',
    purpose: 'A child in another cluster runs code: where do its frames come from?',
    clusters: 2,
    frames: 1,
    descriptors: 2,
    pages: 1,
    heapBase: 1,
    files: [elf],
    processes: [P, child(1)],
    vsegs: [{ process: 'P', type: 'CODE', page: 0, pages: 1, file: 'elf' }],
    threads: [
      { process: 'P', program: [read(0), fork] },
      { process: 'C', program: [read(0)] },
    ],
  },
  {
    name: 'no-frame-but-of-a-file',
    purpose: 'The only frame holds a page of a file when user memory needs one.',
    clusters: 1,
    frames: 1,
    descriptors: 2,
    pages: 2,
    files: [{ name: 'f', cluster: 0, pages: 1 }],
    processes: [P],
    vsegs: [{ process: 'P', type: 'FILE', page: 0, pages: 1, file: 'f' }, anon(1, 1)],
    threads: [{ process: 'P', program: [write(0), write(1)] }],
  },
  {
    name: 'forbidden',
    purpose: 'A program writes its code, or memory of the kernel, and goes on if it may.',
    clusters: 1,
    frames: 2,
    descriptors: 2,
    pages: 2,
    heapBase: 2,
    files: [elf],
    kernel: [{ type: 'KDATA', page: 1, pages: 1 }],
    processes: [P],
    vsegs: [{ process: 'P', type: 'CODE', page: 0, pages: 1, file: 'elf' }],
    threads: [{ process: 'P', program: [[write(0), write(1)], read(0)] }],
  },
  {
    name: 'munmap-races-false-fault',
    purpose: 'A page is unmapped in the reference while another cluster copies its entry.',
    clusters: 2,
    frames: 1,
    descriptors: 2,
    pages: 1,
    processes: [{ name: 'P', clusters: [0, 1] }],
    vsegs: [anon(0, 1)],
    threads: [
      { process: 'P', cluster: 0, program: [write(0), munmap(0)] },
      { process: 'P', cluster: 1, program: [read(0)] },
    ],
  },
  {
    name: 'fork-crosswise',
    purpose: 'Two processes fork, each into the cluster of the other one.',
    clusters: 2,
    frames: 1,
    descriptors: 2,
    pages: 1,
    processes: [
      P,
      { name: 'Q', clusters: [1] },
      child(1),
      { name: 'D', clusters: [0], child: true },
    ],
    vsegs: [anon(0, 1)],
    threads: [
      { process: 'P', cluster: 0, program: [fork] },
      { process: 'Q', cluster: 1, program: [{ do: 'fork', child: 'D' }] },
      { process: 'C', cluster: 1, program: [] },
      { process: 'D', cluster: 0, program: [] },
    ],
  },
];
