/**
 * The scenarios that come with the model, the default first. Each asks one question; its bounds are
 * here and nowhere else. Programs are short, and let a task choose between what could matter next.
 */

import { parseScenario } from './scenario.ts';
import type { Mm0Scenario } from './scenario.ts';

const P = { name: 'P' };
const Q = { name: 'Q' };
const C = { name: 'C', child: true };
const D = { name: 'D', child: true };
const f = { name: 'f', pages: 2 };
const S = { name: 'S', pages: 1 };
const T = { name: 'T', pages: 1 };

const write = (page: number, cell = 0) => ({ do: 'write', page, cell });
const read = (page: number) => ({ do: 'read', page });
const fork = (child = 'C') => ({ do: 'fork', child });
const map = (kind: string, page: number, pages: number, offset = 0) => ({
  do: 'mmap',
  kind,
  page,
  pages,
  offset,
});
const unmap = (page: number, pages = 1) => ({ do: 'munmap', page, pages });
const open = { do: 'open', fd: 0, file: 'f' };
const close = { do: 'close', fd: 0 };
const exit = { do: 'exit' };
const attach = (segment: string, page = 0) => ({ do: 'shmat', segment, page });
const get = (segment: string) => ({ do: 'shmget', segment });
const detach = (segment: string) => ({ do: 'shmdt', segment });
const readFile = (page: number, offset = 0, pages = 1) => ({ do: 'readFile', page, offset, pages });
const writeFile = (page: number, offset = 0, pages = 1) => ({
  do: 'writeFile',
  page,
  offset,
  pages,
});
const anyway = (access: object) => ({ ...access, anyway: true });

/** All groups but the order of caches: what it leads to is asked, and it would hide that. */
const harm = [
  'counts',
  'chains',
  'lifetime',
  'pages',
  'content',
  'areas',
  'robustness',
  'deadlock-free',
];

const given: readonly object[] = [
  {
    name: 'cow-2',
    purpose: 'Parent and child write private memory after a fork: is each copy made, kept, freed?',
    pages: 2,
    spaces: [P, C],
    threads: [
      {
        space: 'P',
        program: [
          map('private-anon', 1, 2),
          write(1),
          [write(2), read(2)],
          fork(),
          [write(1, 1), write(2, 1)],
          [write(1), write(2), exit],
        ],
      },
      { space: 'C', program: [[write(1, 1), write(2, 1), read(2)], [write(1), write(2)], exit] },
    ],
  },
  {
    name: 'cow-3',
    purpose: 'Three generations share one page: stacks of three shadows, collapses, merges.',
    pages: 1,
    spaces: [P, C, D],
    threads: [
      {
        space: 'P',
        program: [map('private-anon', 1, 1), write(1), fork('C'), [write(1, 1), exit]],
      },
      {
        space: 'C',
        program: [[write(1), read(1)], fork('D'), [write(1, 1), exit], exit],
      },
      { space: 'D', program: [[write(1), read(1)], [write(1, 1), exit], exit] },
    ],
    bounds: { objects: 9, links: 15, frames: 8 },
  },
  {
    name: 'fork-twice',
    purpose: 'A parent forks twice and writes in between: who still needs the frozen shadows?',
    pages: 2,
    spaces: [P, C, D],
    threads: [
      {
        space: 'P',
        program: [
          map('private-anon', 1, 2),
          write(1),
          fork('C'),
          [write(1, 1), write(2)],
          fork('D'),
          [write(1), exit],
        ],
      },
      { space: 'C', program: [[write(1), write(2)], exit] },
      { space: 'D', program: [[write(1), write(2)], exit] },
    ],
    bounds: { objects: 9, links: 15, frames: 10 },
  },
  {
    name: 'cache-order',
    purpose: 'Three pages are touched in any order: is the cache sorted?',
    about: ['cache'],
    pages: 3,
    spaces: [P],
    threads: [
      {
        space: 'P',
        program: [
          map('private-anon', 1, 3),
          [write(1), write(2), write(3)],
          [write(1), write(2), write(3)],
          [write(1), write(2), write(3)],
        ],
      },
    ],
  },
  {
    name: 'cache-between',
    purpose:
      'Four pages are touched so that the last belongs between two others: where does it go?',
    about: ['cache'],
    pages: 4,
    spaces: [P],
    threads: [
      {
        space: 'P',
        program: [map('private-anon', 1, 4), write(2), write(1), write(4), write(3)],
      },
    ],
  },
  {
    name: 'file-end',
    purpose: 'A mapping is longer than its file, or begins at its end: is it refused?',
    pages: 2,
    files: [{ name: 'f', pages: 1 }],
    spaces: [P],
    threads: [
      {
        space: 'P',
        program: [
          open,
          [map('private-file', 1, 2), map('shared-file', 1, 1, 1), map('shared-file', 1, 1)],
          [read(1), read(2)],
          close,
        ],
      },
    ],
  },
  {
    name: 'file-cow',
    purpose: 'A file is mapped privately, from its first page: forks and writes.',
    pages: 2,
    files: [f],
    spaces: [P, C],
    threads: [
      {
        space: 'P',
        program: [
          open,
          map('private-file', 1, 2),
          [read(1), write(1)],
          fork(),
          [write(1, 1), write(2)],
        ],
      },
      {
        space: 'C',
        program: [
          [write(1), read(2)],
          [exit, write(2)],
        ],
      },
    ],
  },
  {
    name: 'file-offset',
    purpose: 'A file is mapped from its second page on: is that the page that is read?',
    pages: 2,
    files: [f],
    spaces: [P, C],
    threads: [
      {
        space: 'P',
        program: [
          open,
          [map('private-file', 1, 1, 1), map('private-file', 1, 2, 1)],
          [read(1), write(1)],
          fork(),
          write(1, 1),
        ],
      },
      { space: 'C', program: [read(1), exit] },
    ],
  },
  {
    name: 'file-shared',
    purpose: 'Two tasks write to one file that both map: visible to both, and written back?',
    pages: 2,
    files: [{ name: 'f', pages: 1 }],
    spaces: [P, Q],
    threads: [
      {
        space: 'P',
        program: [
          open,
          map('shared-file', 1, 1),
          [write(1), read(1)],
          [close, unmap(1), exit],
          [write(1, 1), unmap(1)],
        ],
      },
      { space: 'Q', program: [open, map('shared-file', 1, 1), [write(1), read(1)], [close, exit]] },
    ],
  },
  {
    name: 'files',
    purpose: 'Descriptors are opened, inherited and closed: when does the file go?',
    pages: 2,
    files: [{ name: 'f', pages: 1 }],
    spaces: [P, C],
    threads: [
      {
        space: 'P',
        program: [
          open,
          map('shared-file', 1, 1),
          [fork(), read(1)],
          [close, exit],
          open,
          [map('shared-file', 2, 1), close],
          close,
        ],
      },
      { space: 'C', program: [map('shared-file', 2, 1), [read(2), close], [close, exit], exit] },
    ],
  },
  {
    name: 'reopen',
    purpose: 'A file is opened by two tasks: is it one file in memory?',
    pages: 1,
    files: [{ name: 'f', pages: 1 }],
    spaces: [P, Q],
    threads: [
      { space: 'P', program: [open, map('shared-file', 1, 1), write(1)] },
      { space: 'Q', program: [open, map('shared-file', 1, 1), read(1)] },
    ],
  },
  {
    name: 'shm',
    purpose: 'Two tasks attach one segment, touch it and detach it: one memory, freed at the end?',
    pages: 1,
    shmPages: 2,
    segments: [S],
    spaces: [P, Q],
    threads: [
      {
        space: 'P',
        program: [get('S'), attach('S'), [read(2), write(2)], [read(2), detach('S')], exit],
      },
      {
        space: 'Q',
        program: [get('S'), [attach('S'), attach('S', 2)], [read(2), write(2)], read(2)],
      },
    ],
  },
  {
    name: 'shm-address',
    purpose: 'Two segments, with and without an address given: is each at one address of its own?',
    pages: 1,
    shmPages: 2,
    segments: [S, T],
    spaces: [P, Q],
    threads: [
      {
        space: 'P',
        program: [get('S'), [attach('S'), attach('S', 2)], get('T'), [attach('T'), detach('S')]],
      },
      { space: 'Q', program: [get('T'), [attach('T'), attach('T', 2)], [detach('T'), exit]] },
    ],
  },
  {
    name: 'shm-exhausted',
    purpose:
      'A segment is attached when no address is left for it, perhaps none in the task either.',
    pages: 2,
    shmPages: 1,
    segments: [S, T],
    spaces: [P, Q],
    threads: [
      {
        space: 'P',
        program: [
          get('S'),
          attach('S'),
          get('T'),
          [map('private-anon', 1, 2), read(3)],
          attach('T'),
        ],
      },
      { space: 'Q', program: [get('T'), attach('T')] },
    ],
  },
  {
    name: 'shm-twice',
    purpose: 'A task attaches the same segment again.',
    pages: 1,
    shmPages: 2,
    segments: [S],
    spaces: [P],
    threads: [
      { space: 'P', program: [get('S'), attach('S'), write(2), [attach('S'), attach('S', 2)]] },
    ],
  },
  {
    name: 'anon-shared',
    purpose: 'Parent and child share anonymous memory: does each see what the other writes?',
    pages: 1,
    shmPages: 1,
    spaces: [P, C],
    threads: [
      {
        space: 'P',
        program: [
          map('shared-anon', 1, 1),
          [read(1), read(2), write(1), write(2)],
          fork(),
          [write(1), write(2), exit],
        ],
      },
      { space: 'C', program: [[read(1), read(2)], [write(1, 1), write(2, 1)], exit] },
    ],
  },
  {
    name: 'munmap',
    purpose: 'An area is unmapped at its start, its end, in the middle or whole, then forked.',
    pages: 3,
    spaces: [P, C],
    threads: [
      {
        space: 'P',
        program: [
          map('private-anon', 1, 3),
          write(2),
          [unmap(1), unmap(2), unmap(3), unmap(1, 3)],
          [write(1), write(3), read(2)],
          fork(),
          [write(1), write(3), exit],
        ],
      },
      { space: 'C', program: [[write(1), write(3), unmap(2)], exit] },
    ],
    bounds: { vmas: 7, frames: 10 },
  },
  {
    name: 'munmap-file',
    purpose: 'A private file mapping is cut at its start, then forked: are pages at their place?',
    pages: 2,
    files: [f],
    spaces: [P, C],
    threads: [
      {
        space: 'P',
        program: [
          open,
          map('private-file', 1, 2),
          [write(1), read(1)],
          write(2),
          unmap(1),
          fork(),
          write(2, 1),
        ],
      },
      { space: 'C', program: [read(2), exit] },
    ],
  },
  {
    name: 'overlap',
    purpose: 'A mapping is asked for where there is one already, or wherever there is room.',
    pages: 3,
    spaces: [P],
    threads: [
      {
        space: 'P',
        program: [
          [map('private-anon', 1, 3), map('private-anon', 2, 1)],
          [map('private-anon', 2, 1), map('private-anon', 1, 3), map('private-anon', 0, 1)],
          [write(2), read(1)],
          [map('private-anon', 0, 1), map('private-anon', 0, 2)],
        ],
      },
    ],
    bounds: { vmas: 7 },
  },
  {
    name: 'split-shadow',
    purpose: 'Two parts of a split area share a shadow, and one of them lets it collapse.',
    pages: 3,
    spaces: [P, C],
    threads: [
      {
        space: 'P',
        program: [
          map('private-anon', 1, 3),
          write(1),
          write(3),
          fork(),
          write(1, 1),
          read(2),
          unmap(2),
          write(3, 1),
          [write(1), exit],
        ],
      },
      { space: 'C', program: [[exit, write(3)]] },
    ],
    bounds: { vmas: 7, links: 15, frames: 10 },
  },
  {
    name: 'split-merge',
    purpose: 'One part of a split area goes, and an object is merged that the other part has too.',
    pages: 3,
    spaces: [P, C],
    threads: [
      { space: 'P', program: [map('private-anon', 1, 3), write(1), fork(), [unmap(1, 3), exit]] },
      { space: 'C', program: [write(2), unmap(2), unmap(1), [read(3), write(3)], exit] },
    ],
    bounds: { vmas: 6 },
  },
  {
    name: 'munmap-split',
    purpose: 'One touched page in the middle of an area is unmapped: what is left of both sides?',
    pages: 3,
    spaces: [P],
    threads: [
      {
        space: 'P',
        program: [map('private-anon', 1, 3), [write(2), read(2)], unmap(2), [write(1), write(3)]],
      },
    ],
    bounds: { vmas: 7 },
  },
  {
    name: 'munmap-fork',
    purpose: 'A touched page is cut off the end of an area, then the task forks: is the page gone?',
    pages: 2,
    spaces: [P, C],
    threads: [
      {
        space: 'P',
        program: [
          map('private-anon', 1, 2),
          [write(1), read(1)],
          write(2),
          unmap(2),
          fork(),
          write(1),
        ],
      },
      { space: 'C', program: [anyway(read(2)), exit] },
    ],
  },
  {
    name: 'split-segment',
    purpose:
      'The middle page of a segment is unmapped, the rest used and detached: is all given back?',
    pages: 3,
    shmPages: 3,
    segments: [{ name: 'S', pages: 3 }],
    spaces: [P],
    threads: [
      {
        space: 'P',
        program: [
          get('S'),
          attach('S'),
          write(5),
          unmap(5),
          [write(4), write(6)],
          [detach('S'), exit],
          exit,
        ],
      },
    ],
    bounds: { vmas: 5 },
  },
  {
    name: 'munmap-exit',
    purpose: 'A task unmaps its only page and exits: is everything given back?',
    pages: 1,
    spaces: [P],
    threads: [
      { space: 'P', program: [map('private-anon', 1, 1), write(1), [unmap(1), exit], exit] },
    ],
  },
  {
    name: 'generations',
    purpose: 'Three tasks inherit two pages from each other, write them and exit in any order.',
    pages: 2,
    spaces: [P, C, D],
    threads: [
      {
        space: 'P',
        program: [
          map('private-anon', 1, 2),
          write(1),
          write(2),
          fork('C'),
          [write(1, 1), write(2, 1)],
          exit,
        ],
      },
      {
        space: 'C',
        program: [[write(1), write(2)], fork('D'), [write(1, 1), write(2, 1)], exit],
      },
      { space: 'D', program: [[write(1), write(2)], [write(1, 1), write(2, 1)], exit] },
    ],
    bounds: { objects: 10, links: 18, frames: 12, vmas: 4 },
  },
  {
    name: 'write-back',
    purpose: 'A shared file is written, closed, written again and unmapped: does the server know?',
    pages: 1,
    files: [{ name: 'f', pages: 1 }],
    spaces: [P],
    threads: [
      {
        space: 'P',
        program: [
          open,
          map('shared-file', 1, 1),
          [write(1), read(1)],
          close,
          [write(1, 1), unmap(1), exit],
          [unmap(1), exit],
        ],
      },
    ],
  },
  {
    name: 'choose',
    purpose: 'A task asks for memory wherever there is room: does it get what nobody uses?',
    pages: 4,
    spaces: [P],
    threads: [
      {
        space: 'P',
        program: [
          [map('private-anon', 1, 1), map('private-anon', 3, 1), map('private-anon', 0, 2)],
          [map('private-anon', 3, 1), map('private-anon', 2, 1)],
          [map('private-anon', 0, 1), map('private-anon', 0, 2)],
          write(1),
        ],
      },
    ],
    bounds: { vmas: 6 },
  },
  {
    name: 'choose-shared',
    purpose: 'A file is mapped shared wherever there is room, and unmapped: who has the address?',
    pages: 2,
    shmPages: 1,
    files: [{ name: 'f', pages: 1 }],
    segments: [S],
    spaces: [P],
    threads: [
      {
        space: 'P',
        program: [open, map('shared-file', 0, 1), [write(1), write(3)], [unmap(1), unmap(3)], exit],
      },
    ],
  },
  {
    name: 'open-too-many',
    purpose: 'A task opens a file more often than it has descriptors.',
    pages: 1,
    files: [{ name: 'f', pages: 1 }],
    spaces: [P],
    threads: [
      { space: 'P', program: [open, map('shared-file', 1, 1), open, [open, close], [open, close]] },
    ],
  },
  {
    name: 'shm-reuse',
    purpose: 'A segment is attached and given up, and another takes an address.',
    pages: 1,
    shmPages: 1,
    segments: [S, T],
    spaces: [P],
    threads: [
      {
        space: 'P',
        program: [get('S'), attach('S'), write(2), detach('S'), get('T'), attach('T'), detach('T')],
      },
    ],
  },
  {
    name: 'clone',
    purpose: 'Two threads of one space fault on one page at the same time.',
    pages: 1,
    spaces: [P],
    threads: [
      {
        space: 'P',
        program: [map('private-anon', 1, 1), { do: 'clone', space: 'P' }, write(1), read(1)],
      },
      { space: 'P', program: [[write(1, 1), read(1)], exit] },
    ],
    splitFaults: true,
  },
  {
    name: 'clone-fork',
    purpose: 'A thread forks while a fault of another thread of its space is pending.',
    pages: 1,
    spaces: [P, C],
    threads: [
      {
        space: 'P',
        program: [map('private-anon', 1, 1), { do: 'clone', space: 'P' }, write(1), fork()],
      },
      { space: 'P', program: [[write(1, 1), read(1)], write(1, 1)] },
      { space: 'C', program: [[read(1), write(1)], exit] },
    ],
    splitFaults: true,
  },
  {
    name: 'clone-munmap',
    purpose: 'A thread unmaps or maps anew the page of which a fault of another is pending.',
    pages: 1,
    spaces: [P],
    threads: [
      {
        space: 'P',
        program: [
          map('private-anon', 1, 1),
          { do: 'clone', space: 'P' },
          write(1),
          [unmap(1), map('private-anon', 1, 1)],
          exit,
        ],
      },
      { space: 'P', program: [[write(1, 1), read(1)], exit] },
    ],
    splitFaults: true,
    bounds: { vmas: 5 },
  },
  {
    name: 'clone-files',
    purpose: 'Two threads share their descriptors, and one of them exits.',
    pages: 1,
    files: [{ name: 'f', pages: 1 }],
    spaces: [P],
    threads: [
      {
        space: 'P',
        program: [open, map('shared-file', 1, 1), { do: 'clone', space: 'P', files: true }, close],
      },
      { space: 'P', program: [exit] },
    ],
  },
  {
    name: 'clone-apart',
    purpose: 'A clone without shared memory: is it as apart from its parent as a fork?',
    pages: 1,
    spaces: [P, C],
    threads: [
      {
        space: 'P',
        program: [map('private-anon', 1, 1), write(1), { do: 'clone', space: 'C' }, write(1, 1)],
      },
      { space: 'C', program: [read(1), write(1), exit] },
    ],
  },
  {
    name: 'wrong-access',
    purpose: 'A task touches memory that it never asked for: is anybody else affected?',
    pages: 2,
    spaces: [P, Q],
    threads: [
      { space: 'P', program: [{ do: 'read', page: 1, anyway: true }] },
      { space: 'Q', program: [map('private-anon', 1, 1), write(1)] },
    ],
  },
  {
    name: 'mmap-out-of-memory',
    purpose: 'One small allocation of a mapping, an attach or a fork fails.',
    pages: 1,
    shmPages: 1,
    segments: [S],
    spaces: [P, C],
    threads: [
      {
        space: 'P',
        program: [[map('private-anon', 1, 1), get('S')], [attach('S'), write(1)], fork()],
      },
      { space: 'C', program: [read(1), exit] },
    ],
    budgets: { alloc: 1 },
  },
  {
    name: 'fork-out-of-memory',
    purpose: 'One small allocation of a clone, or of the fork after it, fails.',
    pages: 1,
    spaces: [P, C],
    threads: [
      {
        space: 'P',
        program: [
          map('private-anon', 1, 1),
          write(1),
          [{ do: 'clone', space: 'P' }, fork()],
          [write(1, 1), fork()],
        ],
      },
      { space: 'C', program: [read(1), exit] },
      { space: 'P', program: [exit] },
    ],
    budgets: { alloc: 1 },
  },
  {
    name: 'munmap-out-of-memory',
    purpose: 'The allocation for the upper part of a split area fails.',
    pages: 3,
    spaces: [P],
    threads: [
      { space: 'P', program: [map('private-anon', 1, 3), write(2), unmap(2), read(3), exit] },
    ],
    bounds: { vmas: 7 },
    budgets: { alloc: 1 },
  },
  {
    name: 'file-io',
    purpose: 'A task reads from a file into memory of its own: does anybody else see it?',
    pages: 1,
    files: [{ name: 'f', pages: 1 }],
    spaces: [P, C],
    threads: [
      {
        space: 'P',
        program: [
          open,
          map('private-anon', 1, 1),
          [read(1), write(1)],
          fork(),
          [readFile(1), write(1, 1)],
          [writeFile(1), readFile(1, 1)],
          [close, readFile(1)],
          writeFile(1),
        ],
      },
      { space: 'C', program: [read(1), [readFile(1), write(1)], exit] },
    ],
  },
  {
    name: 'file-io-pages',
    purpose: 'Several pages of a file are read and written at once: each where it belongs?',
    pages: 3,
    files: [{ name: 'f', pages: 3 }],
    spaces: [P],
    threads: [
      {
        space: 'P',
        program: [
          open,
          map('private-anon', 1, 3),
          [readFile(1, 1), readFile(1, 2), readFile(1, 1, 2)],
          [readFile(1), readFile(1, 0, 2), readFile(1, 0, 3), read(1)],
          [writeFile(1, 1, 2), writeFile(2, 0, 2), write(2)],
          [readFile(1, 0, 3), close],
        ],
      },
    ],
  },
  {
    name: 'file-grow',
    purpose: 'A file is written beyond its end, and what lies between is read: zero?',
    pages: 2,
    files: [{ name: 'f', pages: 1, room: 3 }],
    spaces: [P],
    threads: [
      {
        space: 'P',
        program: [
          open,
          map('private-anon', 1, 2),
          write(1),
          write(2),
          [writeFile(1, 1), writeFile(1, 2), writeFile(1, 1, 2)],
          [readFile(2, 1), close],
          [open, close],
          [readFile(2, 1), readFile(1, 1, 2), map('shared-file', 1, 2, 1)],
          [read(1), read(2)],
        ],
      },
    ],
    bounds: { vmas: 5 },
  },
  {
    name: 'file-grow-out-of-memory',
    purpose: 'A write beyond the end of a file finds no page: is the file as long as before?',
    pages: 1,
    files: [{ name: 'f', pages: 1, room: 2 }],
    spaces: [P],
    threads: [
      {
        space: 'P',
        program: [
          open,
          map('private-anon', 1, 1),
          write(1),
          writeFile(1, 1),
          readFile(1, 1),
          close,
        ],
      },
    ],
    budgets: { page: 1 },
  },
  {
    name: 'file-io-shared',
    purpose: 'A file that is mapped, written and read at once is closed: is nothing lost?',
    pages: 2,
    files: [{ name: 'f', pages: 1 }],
    spaces: [P],
    threads: [
      {
        space: 'P',
        program: [
          open,
          [map('shared-file', 1, 1), map('private-file', 1, 1)],
          map('private-anon', 2, 1),
          write(2),
          [writeFile(2), write(1)],
          [readFile(2), readFile(1), writeFile(1)],
          [close, unmap(1)],
          [exit, close],
        ],
      },
    ],
  },
  {
    name: 'read-only',
    purpose: 'Memory is mapped without PROT_WRITE: read, written, and used as a buffer.',
    pages: 1,
    shmPages: 1,
    files: [{ name: 'f', pages: 1 }],
    segments: [S],
    spaces: [P],
    threads: [
      {
        space: 'P',
        program: [
          open,
          [
            { ...map('private-anon', 1, 1), readOnly: true },
            { ...map('shared-anon', 1, 1), readOnly: true },
            { ...map('private-file', 1, 1), readOnly: true },
          ],
          read(1),
          [readFile(1), writeFile(1), anyway(write(1))],
          [anyway(read(2)), close],
        ],
      },
    ],
    budgets: { server: 1 },
  },
  {
    name: 'fixed',
    purpose: 'A mapping is asked for at a fixed place where none may be, or where one is.',
    pages: 2,
    shmPages: 1,
    spaces: [P],
    threads: [
      {
        space: 'P',
        program: [
          { ...map('private-anon', 2, 1), fixed: true },
          write(2),
          [
            { ...map('private-anon', 0, 1), fixed: true },
            { ...map('private-anon', 3, 1), fixed: true },
            { ...map('private-anon', 1, 1), fixed: true },
            map('private-anon', 3, 1),
          ],
          [write(1), read(2)],
        ],
      },
    ],
    bounds: { vmas: 5 },
  },
  {
    name: 'descriptor-32',
    purpose: 'The first descriptor behind the table is closed, mapped, or read from.',
    pages: 1,
    files: [{ name: 'f', pages: 1 }],
    spaces: [P],
    threads: [
      {
        space: 'P',
        program: [
          map('private-anon', 1, 1),
          [
            { ...close, fd: 32 },
            { ...map('private-file', 1, 1), fd: 32 },
            { ...readFile(1), fd: 32 },
          ],
          [close, map('private-file', 1, 1)],
        ],
      },
    ],
  },
  {
    name: 'empty-descriptor',
    purpose: 'A descriptor that is not open is closed, mapped, read from, or written to.',
    pages: 2,
    files: [{ name: 'f', pages: 1 }],
    spaces: [P],
    threads: [
      {
        space: 'P',
        program: [
          map('private-anon', 1, 1),
          [close, map('private-file', 2, 1), readFile(1), writeFile(1)],
          write(1),
          readFile(1),
        ],
      },
    ],
  },
  {
    name: 'shm-flags',
    purpose: 'Segments are asked for that exist, do not, or are smaller; attached off a page.',
    pages: 1,
    shmPages: 2,
    segments: [S],
    spaces: [P],
    threads: [
      {
        space: 'P',
        program: [
          [{ ...get('S'), create: false }, get('S')],
          [
            { ...get('S'), exclusive: true },
            { ...get('S'), pages: 2 },
            { ...get('S'), create: false },
          ],
          [
            { ...attach('S', 2), within: true },
            { ...attach('S', 2), within: true, round: true },
            { ...attach('S'), readOnly: true },
          ],
          [write(2), read(2), detach('S')],
        ],
      },
    ],
  },
  {
    name: 'shm-task-address',
    purpose: 'A segment is attached in the range of a task, and given up.',
    pages: 2,
    shmPages: 1,
    segments: [S],
    spaces: [P],
    threads: [
      { space: 'P', program: [get('S'), attach('S', 2), write(2), [detach('S'), exit], exit] },
    ],
  },
  {
    name: 'shared-left',
    purpose: 'A task writes to a mapped file and exits; another has the file open: is all kept?',
    pages: 1,
    files: [{ name: 'f', pages: 1 }],
    spaces: [P, Q],
    threads: [
      { space: 'P', program: [open, map('shared-file', 1, 1), write(1), exit] },
      { space: 'Q', program: [open, map('private-anon', 1, 1), [readFile(1), read(1)], close] },
    ],
  },
  {
    name: 'open-while-faulting',
    purpose: 'A task opens a file while another needs the file server: does mm0 wait for ever?',
    pages: 1,
    files: [{ name: 'f', pages: 1 }],
    spaces: [P, Q],
    threads: [
      { space: 'P', program: [open, map('private-file', 1, 1), read(1), close] },
      { space: 'Q', program: [open, close] },
    ],
  },
  {
    name: 'shm-size',
    purpose: 'A segment of 11 pages is asked for, and one of 10.',
    pages: 1,
    shmPages: 1,
    segments: [
      { name: 'S', pages: 11 },
      { name: 'T', pages: 10 },
    ],
    spaces: [P],
    threads: [{ space: 'P', program: [get('S'), attach('S'), get('T'), attach('T')] }],
  },
  {
    name: 'open-out-of-memory',
    purpose: 'An allocation for an open file fails, and the descriptor is used again.',
    pages: 2,
    files: [{ name: 'f', pages: 1 }],
    spaces: [P],
    threads: [
      {
        space: 'P',
        program: [open, map('shared-file', 1, 1), map('shared-file', 2, 1), [close, exit]],
      },
    ],
    budgets: { alloc: 1 },
  },
  {
    name: 'overlap-out-of-memory',
    purpose: 'A mapping that replaces another finds no memory: is the old one still there?',
    pages: 1,
    spaces: [P],
    threads: [
      {
        space: 'P',
        program: [map('private-anon', 1, 1), write(1), map('private-anon', 1, 1), anyway(read(1))],
      },
    ],
    budgets: { alloc: 1 },
  },
  {
    name: 'close-unwritten',
    purpose: 'The file server fails as a file that has been written is closed: who notices?',
    pages: 1,
    files: [{ name: 'f', pages: 1 }],
    spaces: [P],
    threads: [
      {
        space: 'P',
        program: [
          open,
          [map('shared-file', 1, 1), map('private-anon', 1, 1)],
          write(1),
          [writeFile(1), write(1, 1)],
          [close, exit],
          exit,
        ],
      },
    ],
    budgets: { server: 1 },
  },
  {
    name: 'fault-out-of-memory',
    purpose: 'One allocation of a fault fails, or the file server does.',
    pages: 1,
    files: [{ name: 'f', pages: 1 }],
    spaces: [P, C],
    threads: [
      {
        space: 'P',
        program: [open, map('private-file', 1, 1), [read(1), write(1)], fork(), write(1, 1)],
      },
      {
        space: 'C',
        program: [
          [write(1), read(1)],
          [exit, close],
        ],
      },
    ],
    budgets: { alloc: 1, page: 1, server: 1 },
  },
];

export const scenarios: readonly Mm0Scenario[] = given.map((scenario) =>
  parseScenario({ about: harm, ...scenario }),
);
