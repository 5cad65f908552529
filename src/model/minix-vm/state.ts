/**
 * What a state of the VM server consists of, declared once. Names are the C names of the fields
 * where there is one (region.h, physravl.h); *ghost* cells do not exist in VM and only let
 * invariants speak about what processes are entitled to. Lengths and offsets are in pages.
 */

import type { Variants } from '../../state/cases.ts';
import type { StackSchema } from '../../state/call-stack.ts';
import { layout } from '../../state/layout.ts';
import type { Layout } from '../../state/layout.ts';
import { record, table } from '../../state/record.ts';
import { bool, int, oneOf, optional, upTo } from '../../state/scalar.ts';
import type { Infer } from '../../state/schema.ts';
import { pagesFrom } from './lengths.ts';
import { regionsOfSpec } from './scenario.ts';
import { tooFew } from './bounds.ts';
import type { PbRef, PrRef, ProcessRef, RegionRef, Scope } from './scope.ts';

/** Of 32-bit byte addresses, in pages. */
export const ADDRESS_SPACE = 2 ** 20;

/** Slab objects: never handed out (or recycled), handed out, given back but still referred to. */
const slab = oneOf('unused', 'live', 'freed');

export const kernelSchema = (s: Scope, callStack: StackSchema<Variants>) =>
  record({
    frames: table(
      s.frame,
      record({
        used: bool,
        content: upTo(s.values),
        /** 1 if it is memory of a device: used for ever, or so it should be. */
        device: upTo(s.devices > 0 ? 1 : 0),
      }),
    ),
    /** struct phys_block */
    blocks: table(
      s.pb,
      record({
        slab,
        /** First frame of the machine, counted from 1. */
        phys: pagesFrom(s, 0, s.frame.size + s.page.size),
        length: pagesFrom(s, 0, s.page.size),
        refcount: upTo(255),
        share_flag: oneOf('none', 'COW', 'SMAP'),
        firstregion: optional(s.pr),
      }),
    ),
    /** struct phys_region, also a node of the tree of its region. */
    physRegions: table(
      s.pr,
      record({
        slab,
        ph: optional(s.pb),
        offset: pagesFrom(s, -s.page.size, s.page.size),
        parent: optional(s.region),
        next_ph_list: optional(s.pr),
        less: optional(s.pr),
        greater: optional(s.pr),
        factor: int(-1, 1),
      }),
    ),
    /** struct vir_region, with the tree that it points to. */
    regions: table(
      s.region,
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
      }),
    ),
    /** struct vmproc and the page table. */
    processes: table(
      s.process,
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
            /** Read-only while somebody else is in the cell. */
            marked: bool,
          }),
        ),
      }),
    ),
    /** Mappings that the kernel has on record. */
    records: table(
      s.record,
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
      }),
    ),
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

/** A region that was never handed out, or is recycled. */
export function unusedRegion(k: Kernel, s: Scope): RegionRef {
  return s.region.all.find((r) => k.regions[r].slab === 'unused') ?? tooFew(s, 'regions');
}

/** A phys_block that was never handed out, or is recycled. */
export function unusedPb(k: Kernel, s: Scope): PbRef {
  return s.pb.all.find((pb) => k.blocks[pb].slab === 'unused') ?? tooFew(s, 'blocks');
}

/** A phys_region that was never handed out, or is recycled. */
export function unusedPr(k: Kernel, s: Scope): PrRef {
  return s.pr.all.find((pr) => k.physRegions[pr].slab === 'unused') ?? tooFew(s, 'physRegions');
}

/** An empty region of `pages` pages, linked in order of address. False: no room for it. */
export function addRegion(
  k: Kernel,
  s: Scope,
  process: ProcessRef,
  page: number,
  pages: number,
  writable: boolean,
): boolean {
  const own = k.processes[process];
  let prev: RegionRef | null = null;
  for (let r = own.vm_regions; r !== null; r = k.regions[r].next) {
    const { vaddr, length } = k.regions[r];
    if (page < vaddr + length && vaddr < page + pages) return false;
    if (vaddr < page) prev = r;
  }
  const region = unusedRegion(k, s);
  const r = k.regions[region];
  r.slab = 'live';
  r.tree = 'live';
  r.vaddr = page;
  r.length = pages;
  r.writable = writable;
  r.direct = 0;
  r.shared = 0;
  r.root = null;
  r.next = prev === null ? own.vm_regions : k.regions[prev].next;
  if (prev === null) own.vm_regions = region;
  else k.regions[prev].next = region;
  for (let n = page; n < page + pages; n++) {
    const want = own.want[s.page.at(n)];
    want.cell = process * s.page.size + n + 1;
    want.value = 0;
    want.marked = false;
  }
  return true;
}

/**
 * A region that is present from the start as one block, writable: memory of a device, or SHARED.
 */
function addPresent(
  k: Kernel,
  s: Scope,
  process: ProcessRef,
  page: number,
  kind: 'direct' | 'shared',
): void {
  const own = k.processes[process];
  let region = own.vm_regions as RegionRef;
  while (k.regions[region].vaddr !== page) region = k.regions[region].next as RegionRef;
  const r = k.regions[region];
  const pages = r.length;
  const pr = unusedPr(k, s);
  const pb = unusedPb(k, s);
  const [lowest, end] =
    kind === 'direct' ? [s.scenario.frames, s.frame.size] : [0, s.scenario.frames];
  // Frames are taken in order here, so all from the first free one on are free.
  const first = s.frame.all.findIndex((f) => f >= lowest && !k.frames[f].used);
  if (first < 0 || first + pages > end) return tooFew(s, 'frames');
  for (let i = 0; i < pages; i++) {
    const device = kind === 'direct' ? 1 : 0;
    Object.assign(k.frames[s.frame.at(first + i)], { used: true, device });
    Object.assign(own.pte[s.page.at(r.vaddr + i)], { frame: first + i + 1, writable: true });
  }
  own.tables = 2 ** s.tables - 1;
  const block = { phys: first + 1, length: pages, refcount: 1, firstregion: pr };
  Object.assign(k.blocks[pb], { slab: 'live', ...block });
  Object.assign(k.physRegions[pr], { slab: 'live', ph: pb, parent: region });
  r[kind] = 1;
  r.root = pr;
}

/** The state in which a scenario starts: regions without any page present. */
export function startState(s: Scope, blank: Kernel, userFrame: object): Kernel {
  const k = structuredClone(blank);
  s.scenario.processes.forEach((spec, i) => {
    const process = s.process.at(i);
    for (const { page, pages, writable, direct, shared } of regionsOfSpec(spec)) {
      k.processes[process].alive = true;
      addRegion(k, s, process, page, pages, writable);
      if (direct) addPresent(k, s, process, page, 'direct');
      if (shared) addPresent(k, s, process, page, 'shared');
    }
  });
  s.actions.forEach(({ given }, i) => {
    k.left[s.action.at(i)].times = given.times;
  });
  k.limit = Math.min(s.scenario.limit, 63);
  k.failures = s.scenario.failures;
  k.stack.push(structuredClone(userFrame) as never);
  return k;
}
