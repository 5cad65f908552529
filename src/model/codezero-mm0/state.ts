/**
 * What a state of mm0 consists of, declared once. Names are those of vm_area.h (seed) where it has
 * them; *ghost* cells do not exist in mm0 and only let invariants speak about history and content.
 *
 * Things are rows of tables and come and go by `live`. A reference to a row that is not live is a
 * dangling pointer; a row is given out again only when nothing refers to it any more, so that a
 * dangling pointer stays one. Pages are the exception: they are reused at once, as in the
 * allocator.
 */

import type { Variants } from '../../state/cases.ts';
import type { StackSchema } from '../../state/call-stack.ts';
import { layout } from '../../state/layout.ts';
import type { Layout } from '../../state/layout.ts';
import { list } from '../../state/list.ts';
import { record } from '../../state/record.ts';
import { table } from '../../state/table.ts';
import { bool, int, oneOf, upTo } from '../../state/values.ts';
import { optional, ref } from '../../state/references.ts';
import type { Infer } from '../../state/schema.ts';
import { HUGE } from './header.ts';
import type { Scope } from './scope.ts';

/** What lists and counters hold: little in a search, whose states are many; enough in a script. */
const searched = { chain: 7, shdw_list: 7, link_list: 15, vmas: 6, count: 15, openers: 7 };
const scripted = { chain: 31, shdw_list: 63, link_list: 127, vmas: 31, count: 255, openers: 63 };

const mostOf = (s: Scope): typeof searched => (s.port === undefined ? searched : scripted);

/** The two cells that are modelled of a page. */
const cellsOf = (s: Scope) => {
  const token = upTo(s.tokens.length - 1);
  return { cell0: token, cell1: token };
};

/** The number of a page, 0 included. */
const pfnOf = (s: Scope) => upTo(s.shmEnd + 1);

/** struct page, lines 54-62. Frame 0 is the page of devzero. */
const frameSchema = (s: Scope) =>
  record({
    in_use: bool,
    owner: optional(s.object),
    offset: upTo(127),
    refcnt: int(-2, 1),
    /** VM_DIRTY in `flags`. */
    dirty: bool,
    /** Its list node holds poison (6.5). */
    poisoned: bool,
    ...cellsOf(s),
  });

/** struct vm_object, lines 122-134. Object 0 is that of devzero. */
const objectSchema = (s: Scope) =>
  record({
    live: bool,
    flags: upTo(4095),
    npages: int(-4, HUGE),
    nlinks: int(-8, mostOf(s).count),
    shadows: int(-8, mostOf(s).count),
    link_list: list(ref(s.link), Math.min(s.link.size, mostOf(s).link_list)),
    shdw_list: list(ref(s.object), Math.min(s.object.size, mostOf(s).shdw_list)),
    /** Where its own list node is: alone, in a shdw_list, or full of poison. */
    shref: oneOf('self', 'in', 'poisoned'),
    orig_obj: optional(s.object),
    page_cache: list(ref(s.frame), s.mostCached),
    /** container_of: the file that embeds it. */
    file: optional(s.file),
  });

/** struct vm_file, lines 137-144, with the private part of segments. File 0 is devzero. */
const fileSchema = (s: Scope) =>
  record({
    live: bool,
    type: upTo(4),
    openers: int(-8, mostOf(s).openers),
    length: upTo(15),
    vm_obj: optional(s.object),
    /** vnum of a VFS file, key of a segment: index into the groups. */
    group: upTo(Math.max(0, s.groups.length - 1)),
    /** Does a search of the file list recognise it? (5.1 step 5) */
    listed: bool,
    /** Of a segment; 0 while it has none. */
    shm_addr: pfnOf(s),
    /** Ghost: the segment has been attached. */
    attached: bool,
  });

/** struct vm_area, lines 184-191. */
const vmaSchema = (s: Scope) =>
  record({
    live: bool,
    pfn_start: pfnOf(s),
    pfn_end: upTo(s.shmEnd + 12),
    flags: upTo(255),
    file_offset: upTo(127),
    /** vm_obj_list, front first. */
    chain: list(ref(s.link), mostOf(s).chain),
  });

const spaceSchema = (s: Scope) =>
  record({
    born: bool,
    gone: bool,
    /** vm_area_list. */
    vmas: list(ref(s.vma), Math.min(s.vma.size, mostOf(s).vmas)),
    /** The space whose page table it runs on; null is its own (5.13 step 1). */
    pgd: optional(s.space),
    ptes: table(s.page, record({ frame: optional(s.frame), rw: bool })),
    /** Ghost: what the task was promised at each page. */
    promised: table(
      s.page,
      record({
        kind: oneOf('nothing', 'private', 'shared'),
        readOnly: bool,
        /** What a private page shows until written, and a shared one always; null: zero. */
        source: optional(s.source),
        /** A private page written by this line of descent, and then its cells. */
        written: bool,
        ...cellsOf(s),
      }),
    ),
  });

/** A table of descriptors, shared by cloned threads. */
const descriptorsSchema = (s: Scope) =>
  record({
    users: upTo(s.thread.size),
    /**
     * `named`: the file, counted from 1, that the file server has there. `stale`: an open that
     * found no memory has left its number there, or its bit in the pool of descriptors.
     */
    fd: table(s.fd, record({ file: optional(s.file), named: upTo(s.groups.length), stale: bool })),
  });

const kernelSchema = (s: Scope, callStack: StackSchema<Variants>) =>
  record({
    frames: table(s.frame, frameSchema(s)),
    objects: table(s.object, objectSchema(s)),
    /** struct vm_obj_link, lines 147-151. */
    links: table(s.link, record({ live: bool, obj: optional(s.object) })),
    files: table(s.file, fileSchema(s)),
    vmas: table(s.vma, vmaSchema(s)),
    spaces: table(s.space, spaceSchema(s)),
    descriptors: table(s.descriptors, descriptorsSchema(s)),
    threads: table(
      s.thread,
      record({
        stack: callStack,
        born: bool,
        dead: bool,
        files: optional(s.descriptors),
      }),
    ),
    /**
     * What the file server has on its disk. `missing`: there is no block (1), behind a first end.
     */
    server: table(s.source, record({ ...cellsOf(s), missing: upTo(Math.min(1, mostGrown(s))) })),
    /** By how many pages the server knows a file to have grown. */
    grown: table(s.vnode, record({ pages: upTo(mostGrown(s)) })),
    /** Ghost: what was last written by anybody to a page of a file or segment. */
    shared: table(s.source, record(cellsOf(s))),
    /** Bit i: page taskEnd + i of the pool of segments is taken. */
    pool: upTo(2 ** Math.max(1, s.scenario.shmPages) - 1),
    /** The thread whose open the file server has taken, before mm0 has (8). */
    asks: optional(s.thread),
    budgets: record({ alloc: upTo(3), page: upTo(3), server: upTo(3) }),
    /** How the system came to its end (4.5). */
    halt: oneOf('no', 'stop', 'wild', 'runaway', 'kernel-stop'),
  });

function mostGrown(s: Scope): number {
  return Math.max(0, ...s.scenario.files.map(({ pages, room }) => room - pages));
}

export type Kernel = Infer<ReturnType<typeof kernelSchema>>;
export type HaltKind = Exclude<Kernel['halt'], 'no'>;

export function kernelLayout(s: Scope, callStack: StackSchema<Variants>): Layout<Kernel> {
  return layout(kernelSchema(s, callStack));
}

/** Frame, object and file 0: devzero, made at boot and never given up. */
export const DEVZERO = 0;
