/**
 * What a state of the VM server consists of, declared once. Names are the C names of the fields
 * where there is one (region.h, physravl.h); *ghost* cells do not exist in VM and only let
 * invariants speak about what processes are entitled to. Lengths and offsets are in pages.
 */

import type { Variants } from '../../state/cases.ts';
import type { StackSchema } from '../../state/call-stack.ts';
import { layout } from '../../state/layout.ts';
import type { Layout } from '../../state/layout.ts';
import { record } from '../../state/record.ts';
import { table } from '../../state/table.ts';
import { bool, int, oneOf, upTo } from '../../state/values.ts';
import { optional } from '../../state/references.ts';
import type { Infer } from '../../state/schema.ts';
import { pagesFrom } from './lengths.ts';
import type { Scope } from './scope.ts';

/** Of 32-bit byte addresses, in pages. */
const ADDRESS_SPACE = 2 ** 20;

/** Slab objects: never handed out (or recycled), handed out, given back but still referred to. */
const slab = oneOf('unused', 'live', 'freed');

const frameSchema = (s: Scope) =>
  record({
    used: bool,
    content: upTo(s.values),
    /** 1 if it is memory of a device: used for ever, or so it should be. */
    device: upTo(s.devices > 0 ? 1 : 0),
  });

/** struct phys_block */
const blockSchema = (s: Scope) =>
  record({
    slab,
    /** First frame of the machine, counted from 1. */
    phys: pagesFrom(s, 0, s.frame.size + s.page.size),
    length: pagesFrom(s, 0, s.page.size),
    refcount: upTo(255),
    share_flag: oneOf('none', 'COW', 'SMAP'),
    firstregion: optional(s.pr),
  });

/** struct phys_region, also a node of the tree of its region. */
const physRegionSchema = (s: Scope) =>
  record({
    slab,
    ph: optional(s.pb),
    offset: pagesFrom(s, -s.page.size, s.page.size),
    parent: optional(s.region),
    next_ph_list: optional(s.pr),
    less: optional(s.pr),
    greater: optional(s.pr),
    factor: int(-1, 1),
  });

/** struct vir_region, with the tree that it points to. */
const regionSchema = (s: Scope) =>
  record({
    slab,
    tree: slab,
    vaddr: upTo(s.page.size),
    length: upTo(s.page.size),
    writable: bool,
    /** VR_DIRECT, else VR_ANON. */
    direct: upTo(s.devices > 0 ? 1 : 0),
    /** VR_SHARED, too. */
    shared: upTo(s.shared ? 1 : 0),
    root: optional(s.pr),
    next: optional(s.region),
  });

/** struct vmproc and the page table. */
const processSchema = (s: Scope) =>
  record({
    alive: bool,
    vm_regions: optional(s.region),
    /** Which pages of the page table there are, a bit each; of use with pteWriteMayFail. */
    tables: upTo(2 ** s.tables - 1),
    pte: table(s.page, record({ frame: upTo(s.frame.size + s.page.size), writable: bool })),
    /**
     * Ghost: the logical cell that each page belongs to, 0 outside of the regions. A cell has
     * the number of its first member (process, page), from 1.
     */
    want: table(
      s.page,
      record({
        cell: upTo(s.process.size * s.page.size),
        value: upTo(s.values),
        /** Read-only while the cell has another member. */
        marked: bool,
      }),
    ),
  });

/** A mapping that the kernel has on record. */
const recordSchema = (s: Scope) =>
  record({
    used: bool,
    source: upTo(s.process.size - 1),
    dest: upTo(s.process.size - 1),
    /** Its endpoint names no process any more, though a new one may have its slot. */
    sourceGone: bool,
    destGone: bool,
    page: upTo(s.page.size - 1),
    target: upTo(s.page.size - 1),
    pages: pagesFrom(s, 0, s.page.size),
  });

const kernelSchema = (s: Scope, callStack: StackSchema<Variants>) =>
  record({
    frames: table(s.frame, frameSchema(s)),
    blocks: table(s.pb, blockSchema(s)),
    physRegions: table(s.pr, physRegionSchema(s)),
    regions: table(s.region, regionSchema(s)),
    processes: table(s.process, processSchema(s)),
    records: table(s.record, recordSchema(s)),
    /** The one call stack of the server, and the process whose request it answers. */
    stack: callStack,
    running: optional(s.process),
    /** Ghost: about the request under way. */
    request: record({
      /** Allocations that have failed in it, whatever the reason. */
      failed: upTo(7),
      /** From now on every allocation of an object fails. */
      persistent: bool,
      /** What the processes saw before it, in two digests. */
      before: upTo(2 ** 31 - 1),
      outside: upTo(2 ** 31 - 1),
    }),
    /** Budgets of the scenario: actions left, each and in all, and failures left. */
    left: table(s.action, record({ times: upTo(15) })),
    limit: upTo(63),
    failures: upTo(3),
    halted: oneOf('no', 'panic', 'crash', 'assert', 'hang'),
  });

export type Kernel = Infer<ReturnType<typeof kernelSchema>>;

export function kernelLayout(s: Scope, callStack: StackSchema<Variants>): Layout<Kernel> {
  return layout(kernelSchema(s, callStack));
}

/** An offset or length as the unsigned number that the C code compares. */
export function unsigned(pages: number): number {
  return ((pages % ADDRESS_SPACE) + ADDRESS_SPACE) % ADDRESS_SPACE;
}

/** The same as it is kept in a state: an offset below 0 stays visible as such. */
export function signed(pages: number): number {
  const low = unsigned(pages);
  return low >= ADDRESS_SPACE / 2 ? low - ADDRESS_SPACE : low;
}
