/**
 * Named fixes: patches on the as-written operations that read like the diff one would send. Each is
 * shown necessary, and all together sufficient, in `test/minix-vm/fixes.test.ts`. A statement that
 * a fix adds stands at a fraction behind the line that it follows.
 */

import { InputError } from '../../errors.ts';
import { EFAULT, EINVAL, ENOMEM, OK } from '../../model/minix-vm/step-invariants.ts';
import type {
  PbRef,
  PrRef,
  ProcessRef,
  RecordRef,
  RegionRef,
  Scope,
} from '../../model/minix-vm/scope.ts';
import { signed, unsigned } from '../../model/minix-vm/state.ts';
import type { Kernel } from '../../model/minix-vm/state.ts';
import { inOrder, regionAt, regionsOf, successor } from '../../model/minix-vm/tree.ts';
import { optional } from '../../state/scalar.ts';
import type { Fields } from '../../state/record.ts';
import { markedBy, patched } from '../../machine/vocabulary.ts';
import type { AnyOperation, Result, StatementCode } from '../../machine/vocabulary.ts';
import type { Named } from '../../system.ts';
import { insideDigest } from './digests.ts';
import { unmapped } from './ghost.ts';
import { ALLOC_MEM, copyFrames, FREE_MEM } from './services/frames.ts';
import { allocPb, allocPr, freePb, freePr, pbOf, prOf, regionOf } from './services/slab.ts';
import { pt_free, pt_ptalloc, pt_writemap } from './services/pagetable.ts';
import { vm_assert, vm_isokendpt } from './services/ends.ts';
import { new_mem, proc_new } from './exec.ts';
import { clean_phys_regions, map_memory } from './map_mem.ts';
import { physr_remove, physr_search, physr_start_iter } from './physravl.ts';
import type { Iterator } from './physravl.ts';
import {
  map_copy_ph_block,
  map_free_proc,
  map_ph_writept,
  map_unmap_region,
  pb_unreferenced,
  the,
  WRITABLE,
  writeAll,
} from './region.ts';
import { answer, UNMAP } from './user/frame.ts';
import { dropRecord, passUnmap, recorded } from './user/records.ts';
import { user } from './user.ts';
import type { UserLocals } from './user/frame.ts';
import { at, calls, goto, local, next, stuck } from './vocabulary.ts';
import type { Cx } from './vocabulary.ts';

type MinixOperation = AnyOperation<Kernel, Scope>;
type Statement = StatementCode<any, any, any>;

interface Fix extends Named {
  /** The operation that the fix makes of one as it stands; most stay what they are. */
  apply(operation: MinixOperation): MinixOperation;
}

/** What a fix changes in one operation. */
interface Diff {
  readonly statements: readonly Statement[];
  readonly without?: readonly number[];
  readonly locals?: (s: Scope) => Fields;
}

function fix(name: string, sentence: string, diffs: Readonly<Record<string, Diff>>): Fix {
  return {
    name,
    sentence,
    apply(operation) {
      const diff = diffs[operation.name];
      if (diff === undefined) return operation;
      const { statements, without = [], locals } = diff;
      const changed = patched(operation, statements, without);
      if (locals === undefined) return changed;
      return { ...changed, locals: (s) => ({ ...operation.locals(s), ...locals(s) }) };
    },
  };
}

/** A chain of phys_regions that are allocated and not yet used, linked by next_ph_list. */
function releaseChain(k: Kernel, head: PrRef | null): void {
  for (let pr = head; pr !== null;) {
    const after: PrRef | null = k.physRegions[pr].next_ph_list;
    k.physRegions[pr].next_ph_list = null;
    freePr(k, pr);
    pr = after;
  }
}

function listLength(k: Kernel, pb: PbRef): number {
  let count = 0;
  for (let q = k.blocks[pb].firstregion; q !== null; q = k.physRegions[q].next_ph_list) count += 1;
  return count;
}

function chainLength(k: Kernel, head: PrRef | null): number {
  let count = 0;
  for (let pr = head; pr !== null; pr = k.physRegions[pr].next_ph_list) count += 1;
  return count;
}

const returnsFailure = (_k: Kernel, _my: unknown, result: Result, cx: Cx) =>
  result === OK ? next : cx.leave(result);

const mapRestoresSourceRights = fix(
  'map-restores-source-rights',
  'do_map_memory makes the page of a source that has it alone writable again, before it is shared.',
  {
    do_map_memory: {
      statements: [
        local(174, 'refcount == 1', (k, my: { flag: number; pb: PbRef }) =>
          my.flag >= 0 && k.blocks[my.pb].refcount === 1 ? next : goto(176),
        ),
        calls(
          174.5,
          'map_ph_writept',
          () => map_ph_writept,
          (_k, my: { vms: ProcessRef; vrs: RegionRef; prs: PrRef }, to) => {
            to.vmp = my.vms;
            to.vr = my.vrs;
            to.pr = my.prs;
          },
          () => next,
        ),
      ],
    },
  },
);

const checkKeepsMappings = fix(
  'check-keeps-mappings',
  'map_handle_memory leaves what is shared as SMAP alone: it is writable already, or must not be.',
  {
    map_handle_memory: {
      statements: [
        local(907, 'while(physr)', (k, my: HandleLocals, cx) => {
          if (my.physr === null) return goto(949);
          if (!my.write) return goto(935);
          const { ph, offset } = prOf(k, cx, my.physr);
          const { refcount, share_flag } = k.blocks[the(ph)];
          if (!vm_assert(k, cx, 'check.count', refcount > 0)) return stuck;
          if (refcount > 1 && share_flag === 'SMAP') {
            const page = cx.scope.page.at(Math.floor(k.regions[my.region].vaddr + offset));
            if (!k.processes[my.vmp].pte[page].writable) return cx.leave(EFAULT);
            my.changes = true;
            return goto(935);
          }
          return WRITABLE(k, cx, my.region, ph) ? goto(925) : next;
        }),
      ],
    },
  },
);

interface HandleLocals {
  vmp: ProcessRef;
  region: RegionRef;
  physr: PrRef | null;
  write: boolean;
  changes: boolean;
}

interface UnmapLocals {
  sour: ProcessRef | null;
  dest: ProcessRef | null;
  virt_s: number;
  virt_d: number;
  length: number;
  vrd: RegionRef | null;
  off: number;
  end: number;
  pr: PrRef | null;
  pb: PbRef | null;
}

/** Does the source still have the block of this phys_region, at the place on record? */
function stillShared(k: Kernel, my: UnmapLocals, pr: PrRef): boolean {
  const { ph, offset } = k.physRegions[pr];
  const pb = k.blocks[the(ph)];
  if (pb.refcount < 2 || k.regions[the(my.vrd)].direct === 1) return false;
  const at_d = offset + k.regions[the(my.vrd)].vaddr;
  const page = my.virt_s + at_d - my.virt_d;
  const { sour } = my;
  const region = sour !== null && vm_isokendpt(k, sour) ? regionAt(k, sour, page) : null;
  if (region === null) return false;
  return inOrder(k, region).some((other) => {
    const there = k.physRegions[other];
    return there.ph === ph && there.offset + k.regions[region].vaddr === page && other !== pr;
  });
}

const unmapKnowsItsSource = fix(
  'unmap-knows-its-source',
  'unmap_memory cuts at the ends of the range and detaches only what the source still shares.',
  {
    unmap_memory: {
      without: [283, 284, 287, 291, 294, 297, 298],
      statements: [
        at(279, 'vm_isokendpt', (k, my: UnmapLocals, cx) => {
          const { dest } = my;
          if (dest === null || !vm_isokendpt(k, dest)) return next;
          for (; my.length > 0; my.length -= 1) {
            my.vrd = regionAt(k, dest, my.virt_d);
            if (my.vrd !== null) break;
            my.virt_d += 1;
            my.virt_s += 1;
          }
          if (my.vrd === null || my.length === 0) return cx.leave(OK);
          const { vaddr, length } = regionOf(k, cx, my.vrd, true);
          my.off = my.virt_d - vaddr;
          my.end = Math.min(my.off + my.length, length);
          return goto(286);
        }),
        calls(
          286,
          'clean_phys_regions',
          () => clean_phys_regions,
          (_k, my: UnmapLocals, to) => {
            to.region = the(my.vrd);
            to.offset = my.off;
            to.length = my.end - my.off;
          },
          returnsFailure,
        ),
        local(288, 'physr_start_iter', (k, my: UnmapLocals) => {
          my.pr = physr_search(k, the(my.vrd), my.off, 'greater-equal');
          return next;
        }),
        local(295, 'physr_get_iter', (k, my: UnmapLocals, cx) => {
          if (my.pr === null) return goto(303);
          const { offset } = prOf(k, cx, my.pr);
          return unsigned(offset) >= unsigned(my.end) ? goto(303) : next;
        }),
        local(296, 'pb = pr->ph', (k, my: UnmapLocals) => {
          my.pb = k.physRegions[the(my.pr)].ph;
          return stillShared(k, my, the(my.pr)) ? goto(300) : goto(302);
        }),
        local(302, 'physr_incr_iter', (k, my: UnmapLocals) => {
          my.pr = successor(k, the(my.vrd), the(my.pr));
          my.pb = null;
          return goto(295);
        }),
        // The range may lie in several regions, or be partly gone.
        local(303, 'end', (_k, my: UnmapLocals) => {
          const done = my.end - my.off;
          my.virt_d += done;
          my.virt_s += done;
          my.length -= done;
          my.vrd = null;
          my.pr = null;
          return goto(279);
        }),
      ],
    },
  },
);

/**
 * The copy that is ready for a phys_region and not yet in use: the first on its list, from afar.
 */
function preparedFor(k: Kernel, cx: Cx, pr: PrRef): PbRef | null {
  const found = cx.scope.pb.all.find((pb) => {
    const { slab, firstregion, refcount } = k.blocks[pb];
    if (slab !== 'live' || firstregion !== pr || refcount !== 0) return false;
    return k.physRegions[pr].ph !== pb;
  });
  return found ?? null;
}

/** Makes one ready for the block of `pr`; false if it cannot be had. */
function prepared(k: Kernel, cx: Cx, pr: PrRef, point: string): boolean {
  const { length } = pbOf(k, cx, k.physRegions[pr].ph);
  const newpb = allocPb(k, cx, () => `${point}.pb`);
  if (newpb === null) return false;
  const mem = ALLOC_MEM(k, cx, length, false, () => `${point}.frames`);
  if (mem === 0) {
    freePb(k, newpb);
    return false;
  }
  Object.assign(k.blocks[newpb], { phys: mem, length, refcount: 0, firstregion: pr });
  return true;
}

/**
 * `pr`, which uses no block, gets the copy that is ready for the block of `from`, with its bytes.
 */
function adopt(k: Kernel, cx: Cx, from: PrRef, pr: PrRef, process: ProcessRef, r: RegionRef): void {
  const newpb = the(preparedFor(k, cx, from));
  const pb = k.blocks[newpb];
  const entry = k.physRegions[pr];
  copyFrames(k, cx, pbOf(k, cx, entry.ph).phys, pb.phys, pb.length);
  pb.refcount = 1;
  pb.firstregion = pr;
  entry.ph = newpb;
  entry.next_ph_list = null;
  const { vaddr, writable } = k.regions[r];
  pt_writemap(k, cx, process, vaddr + entry.offset, pb.phys, pb.length, writable);
}

function releasePrepared(k: Kernel, cx: Cx): void {
  for (const pb of cx.scope.pb.all) {
    const { slab, firstregion, refcount, phys, length } = k.blocks[pb];
    if (slab !== 'live' || refcount !== 0 || firstregion === null) continue;
    FREE_MEM(k, cx, phys, length);
    freePb(k, pb);
  }
}

const unmapAllOrNothing = fix(
  'unmap-all-or-nothing',
  'unmap_memory allocates all copies before it detaches anything, and reports it if it cannot.',
  {
    unmap_memory: {
      statements: [
        local(300, 'prepared', (k, my: UnmapLocals, cx) =>
          preparedFor(k, cx, the(my.pr)) === null ? next : goto(300.4),
        ),
        at(300.1, 'SLABALLOC(newpb)', (k, my: UnmapLocals, cx) => {
          const pr = the(my.pr);
          if (!prepared(k, cx, pr, 'unmap.copy')) return goto(300.3);
          my.pr = successor(k, the(my.vrd), pr);
          return next;
        }),
        // Behind the last one the walk begins again, and finds everything prepared.
        local(300.2, 'physr_start_iter', (k, my: UnmapLocals) => {
          while (my.pr !== null && unsigned(k.physRegions[my.pr].offset) < unsigned(my.end)) {
            my.pb = k.physRegions[my.pr].ph;
            if (needsCopy(k, my)) return goto(300.1);
            my.pr = successor(k, the(my.vrd), my.pr);
          }
          my.pr = physr_search(k, the(my.vrd), my.off, 'greater-equal');
          my.pb = null;
          return goto(295);
        }),
        at(300.3, 'FREE_MEM', (k, _my, cx) => {
          releasePrepared(k, cx);
          return cx.leave(ENOMEM);
        }),
        calls(
          300.4,
          'pb_unreferenced',
          () => pb_unreferenced,
          (_k, my: UnmapLocals, to) => {
            to.region = the(my.vrd);
            to.pr = the(my.pr);
          },
          () => next,
        ),
        at(301, 'sys_abscopy', (k, my: UnmapLocals, cx) => {
          const pr = the(my.pr);
          adopt(k, cx, pr, pr, the(my.dest), the(my.vrd));
          return next;
        }),
      ],
    },
  },
);

function needsCopy(k: Kernel, my: UnmapLocals): boolean {
  return stillShared(k, my, the(my.pr));
}

const mapReportsFailedFill = fix(
  'map-reports-failed-fill',
  'map_memory returns when the holes of the source cannot be filled.',
  {
    map_memory: {
      statements: [
        {
          ...statementOf(map_memory, 251),
          then: (_k: Kernel, _my: unknown, result: Result, cx: Cx) =>
            result === OK || result === EFAULT ? next : cx.leave(result),
        },
      ],
    },
  },
);

function statementOf(operation: MinixOperation, line: number): Statement {
  const found = operation.statements.find((statement) => statement.line === line);
  if (found === undefined) throw new Error(`${operation.name}: no statement at line ${line}`);
  return found;
}

interface SplitLocals {
  pb: PbRef | null;
  newpb: PbRef | null;
  newpr: PrRef | null;
  reserve: PrRef | null;
}

const splitAllOrNothing = fix(
  'split-all-or-nothing',
  'split_phys allocates everything before it changes anything.',
  {
    split_phys: {
      locals: (s) => ({ reserve: optional(s.pr) }),
      statements: [
        at(37, 'SLABALLOC(newpr)', (k, my: SplitLocals, cx) => {
          const made = chainLength(k, my.reserve);
          if (made === listLength(k, the(my.pb))) return next;
          const newpr = allocPr(k, cx, () => `split.newpr[${made}]`);
          if (newpr === null) {
            releaseChain(k, my.reserve);
            freePb(k, the(my.newpb));
            return cx.leave(ENOMEM);
          }
          k.physRegions[newpr].next_ph_list = my.reserve;
          my.reserve = newpr;
          return goto(37);
        }),
        local(46, 'reserve', (k, my: SplitLocals) => {
          my.newpr = my.reserve;
          my.reserve = k.physRegions[the(my.newpr)].next_ph_list;
          return next;
        }),
      ],
    },
  },
);

const cleanReportsFailure = fix(
  'clean-reports-failure',
  'clean_phys_regions ends when a split fails, and its callers return the error.',
  {
    clean_phys_regions: {
      statements: [
        local(110, 'physr_get_iter', (_k, my: { pr: PrRef | null }, cx) =>
          my.pr === null ? cx.leave(OK) : next,
        ),
        ...[114, 120].map((line) => ({
          ...statementOf(clean_phys_regions, line),
          then: (_k: Kernel, _my: unknown, result: Result, cx: Cx) =>
            result === OK ? goto(109) : cx.leave(result),
        })),
      ],
    },
    map_memory: {
      statements: [254, 255].map((line) => ({
        ...statementOf(map_memory, line),
        then: returnsFailure,
      })),
    },
  },
);

interface PrepareLocals {
  sour: ProcessRef | null;
  vrs: RegionRef | null;
  offset_s: number;
  length: number;
  flag: number;
  prs: PrRef | null;
  reserve: PrRef | null;
}

const mapPreparesFirst = fix(
  'map-prepares-first',
  'map_memory copies and allocates what it needs before it drops what the destination had.',
  {
    map_memory: {
      locals: (s) => ({ prs: optional(s.pr), reserve: optional(s.pr) }),
      statements: [
        local(255.1, 'physr_start_iter', (k, my: PrepareLocals) => {
          my.prs = physr_search(k, the(my.vrs), my.offset_s, 'greater-equal');
          return next;
        }),
        local(255.2, 'physr_get_iter', (k, my: PrepareLocals, cx) => {
          if (my.prs === null) return goto(256);
          const { offset, ph } = prOf(k, cx, my.prs);
          if (unsigned(offset) >= unsigned(my.offset_s + my.length)) return goto(256);
          const { refcount, share_flag } = pbOf(k, cx, ph);
          if (my.flag < 0 && share_flag === 'SMAP') return goto(255.35);
          // What SHARED regions have is not copied in advance: see map-keeps-shared-regions.
          if (k.regions[the(my.vrs)].shared === 1) return goto(255.4);
          return my.flag >= 0 && refcount > 1 && share_flag === 'COW' ? next : goto(255.4);
        }),
        calls(
          255.3,
          'map_copy_ph_block',
          () => map_copy_ph_block,
          (_k, my: PrepareLocals, to) => {
            to.vmp = the(my.sour);
            to.region = the(my.vrs);
            to.ph = the(my.prs);
            to.why = 'map.srccopy';
          },
          (_k, _my, result) => (result === OK ? goto(255.4) : goto(255.5)),
        ),
        // A copy that the destination is going to need.
        at(255.35, 'SLABALLOC(newpb)', (k, my: PrepareLocals, cx) =>
          prepared(k, cx, the(my.prs), 'map.dstcopy') ? next : goto(255.5),
        ),
        at(255.4, 'SLABALLOC(newphysr)', (k, my: PrepareLocals, cx) => {
          const newphysr = allocPr(k, cx, () => 'map.newphysr');
          if (newphysr === null) return next;
          k.physRegions[newphysr].next_ph_list = my.reserve;
          my.reserve = newphysr;
          my.prs = successor(k, the(my.vrs), the(my.prs));
          return goto(255.2);
        }),
        local(255.5, 'SLABFREE(newphysr)', (k, my: PrepareLocals, cx) => {
          releaseChain(k, my.reserve);
          releasePrepared(k, cx);
          return cx.leave(ENOMEM);
        }),
        {
          ...statementOf(map_memory, 259),
          pass: (k: Kernel, my: PrepareLocals, to: any, cx: Cx) => {
            statementOf(map_memory, 259).pass?.(k, my, to, cx);
            to.reserve = my.reserve;
          },
        },
      ],
    },
    do_map_memory: {
      locals: (s) => ({ reserve: optional(s.pr) }),
      statements: [
        local(172, 'reserve', (k, my: { newphysr: PrRef | null; reserve: PrRef | null }) => {
          my.newphysr = my.reserve;
          my.reserve = k.physRegions[the(my.newphysr)].next_ph_list;
          return next;
        }),
        calls(
          190,
          'pb_unreferenced',
          () => pb_unreferenced,
          (_k, my: DestinationLocals, to) => {
            to.region = my.vrd;
            to.pr = the(my.newphysr);
          },
          () => next,
        ),
        at(191, 'sys_abscopy', (k, my: DestinationLocals, cx) => {
          adopt(k, cx, the(my.prs), the(my.newphysr), my.vmd, my.vrd);
          return goto(209);
        }),
      ],
    },
  },
);

interface DestinationLocals {
  vmd: ProcessRef;
  vrd: RegionRef;
  prs: PrRef | null;
  newphysr: PrRef | null;
}

const forkForgetsTheUncounted = fix(
  'fork-forgets-the-uncounted',
  'map_copy_region gives back a half-made copy without taking off counts that it never added.',
  {
    map_copy_region: {
      statements: [
        at(1025, 'map_free', (k, my: { newvr: RegionRef | null }, cx) => {
          const newvr = the(my.newvr);
          for (const pr of inOrder(k, newvr)) freePr(k, pr);
          k.regions[newvr].root = null;
          k.regions[newvr].tree = 'freed';
          k.regions[newvr].slab = 'freed';
          return cx.leave(null);
        }),
      ],
    },
  },
);

interface CopyLocals {
  dst: ProcessRef;
  newvr: RegionRef | null;
  new_ph: PrRef | null;
}

const forkReportsFailedCopy = fix(
  'fork-reports-failed-copy',
  'map_proc_copy gives up the child when a block that is mapped cannot be copied for it.',
  {
    map_proc_copy: {
      statements: [
        calls(
          1130,
          'map_copy_ph_block',
          () => map_copy_ph_block,
          (_k, my: CopyLocals, to) => {
            to.vmp = my.dst;
            to.region = the(my.newvr);
            to.ph = the(my.new_ph);
            to.why = 'fork.smapcopy';
          },
          (_k, _my, result) => (result === OK ? goto(1136) : next),
        ),
        // Entries behind this one are not counted yet: they go without pb_unreferenced.
        local(1131, 'physr_remove', (k, my: CopyLocals) => {
          const all = inOrder(k, the(my.newvr));
          for (const pr of all.slice(all.indexOf(the(my.new_ph)) + 1)) {
            physr_remove(k, the(my.newvr), k.physRegions[pr].offset);
            freePr(k, pr);
          }
          return next;
        }),
        calls(
          1131.5,
          'map_free_proc',
          () => map_free_proc,
          (_k, my: CopyLocals, to) => {
            to.vmp = my.dst;
          },
          (_k, _my, _result, cx) => cx.leave(ENOMEM),
        ),
      ],
    },
  },
);

interface ShrinkLocals {
  region: RegionRef;
  len: number;
}

const munmapSplitsFirst = fix(
  'munmap-splits-first',
  'map_unmap_region cuts a block that crosses the end of what goes, and reports it if it cannot.',
  {
    map_unmap_region: {
      statements: [
        local(1274, 'len > r->length', (k, my: ShrinkLocals & { regionstart: number }, cx) => {
          const { length, vaddr } = regionOf(k, cx, my.region);
          if (my.len > length) return cx.leave(EINVAL);
          my.regionstart = vaddr;
          return my.len === length ? next : goto(1299);
        }),
        calls(
          1299,
          'clean_phys_regions',
          () => clean_phys_regions,
          (_k, my: ShrinkLocals, to) => {
            to.region = my.region;
            to.offset = 0;
            to.length = my.len;
          },
          returnsFailure,
        ),
      ],
    },
    do_munmap: {
      without: [383],
      statements: [
        calls(
          382,
          'map_unmap_region',
          () => map_unmap_region,
          (_k, my: { vmp: ProcessRef; vr: RegionRef; len: number }, to) => {
            to.vmp = my.vmp;
            to.region = my.vr;
            to.len = my.len;
          },
          (_k, _my, result, cx) => cx.leave(result),
        ),
      ],
    },
  },
);

interface MapLocals {
  vms: ProcessRef;
  vmd: ProcessRef;
  vrs: RegionRef;
  vrd: RegionRef;
  offset_s: number;
  offset_d: number;
  pb: PbRef | null;
  flag: number;
}

const mapGrantsWhatItHas = fix(
  'map-grants-what-it-has',
  'do_map_memory makes a page writable for the destination only if the source has it writable.',
  {
    do_map_memory: {
      statements: [
        local(206, 'pt_flag', (k, my: MapLocals, cx) => {
          const source = cx.scope.page.at(Math.floor(my.offset_s + k.regions[my.vrs].vaddr));
          if (my.flag <= 0 || k.processes[my.vms].pte[source].writable) return next;
          const { phys, length } = k.blocks[the(my.pb)];
          for (let i = 0; i < length; i++) {
            const n = cx.scope.page.at(my.offset_d + i + k.regions[my.vrd].vaddr);
            const pte = k.processes[my.vmd].pte[n];
            if (pte.frame === phys + i) pte.writable = false;
          }
          return next;
        }),
      ],
    },
  },
);

const mapMakesPageTablesFirst = fix(
  'map-makes-page-tables-first',
  'map_memory makes the page tables of the destination before it changes anything.',
  {
    map_memory: {
      statements: [
        local(246.4, 'pt_ptalloc', (k, my: RequestLocals, cx) => {
          const { dest, virt_d, length } = my;
          return pt_ptalloc(k, cx, the(dest), virt_d, length, () => 'map.ptdst')
            ? next
            : cx.leave(ENOMEM);
        }),
      ],
    },
    do_map_memory: {
      statements: [
        at(205, 'pt_writemap', (k, my: MapLocals, cx) => {
          const { phys, length } = pbOf(k, cx, my.pb);
          const address = my.offset_d + regionOf(k, cx, my.vrd).vaddr;
          pt_writemap(k, cx, my.vmd, address, phys, length, my.flag > 0);
          return next;
        }),
      ],
    },
  },
);

const forkMakesPageTablesFirst = fix(
  'fork-makes-page-tables-first',
  'do_fork makes the page tables of the child before it copies anything.',
  {
    do_fork: {
      statements: [
        local(87, 'pt_ptalloc', (k, my: { vmp: ProcessRef; vmc: ProcessRef }, cx) => {
          for (const r of regionsOf(k, my.vmp)) {
            const { vaddr, length } = k.regions[r];
            if (pt_ptalloc(k, cx, my.vmc, vaddr, length, () => 'fork.pte')) continue;
            pt_free(k, cx, my.vmc);
            return cx.leave(ENOMEM);
          }
          return next;
        }),
      ],
    },
  },
);

const munmapMakesNoPageTables = fix(
  'munmap-makes-no-page-tables',
  'map_unmap_region clears the entries that there are, and makes no page table for that.',
  {
    map_unmap_region: {
      statements: [
        at(
          1319,
          'pt_writemap',
          (k, my: { vmp: ProcessRef; regionstart: number; len: number }, cx) => {
            pt_writemap(k, cx, my.vmp, my.regionstart, 0, my.len, false);
            return cx.leave(OK);
          },
        ),
      ],
    },
  },
);

const mapSeeksAgain = fix(
  'map-seeks-again',
  'do_map_memory looks up the next block by its offset: its own insertions may move the iterator.',
  {
    do_map_memory: {
      statements: [
        local(209, 'physr_start_iter', (k, my: MapLocals & Iterator, cx) => {
          const { length } = pbOf(k, cx, my.pb);
          my.offset_d = signed(my.offset_d + length);
          my.offset_s = signed(my.offset_s + length);
          physr_start_iter(k, my.vrs, my, my.offset_s, 'equal');
          return goto(159);
        }),
      ],
    },
  },
);

interface RequestLocals {
  sour: ProcessRef | null;
  dest: ProcessRef | null;
  virt_s: number;
  virt_d: number;
  length: number;
  flag: number;
  vrs: RegionRef | null;
  vrd: RegionRef | null;
  offset_s: number;
  offset_d: number;
}

const deadEndpoint = (my: { sour: ProcessRef | null; dest: ProcessRef | null }, k: Kernel) =>
  [my.sour, my.dest].some((process) => process === null || !vm_isokendpt(k, process));

const requestsOfTheDead = fix(
  'requests-check-endpoints',
  'map_memory and unmap_memory refuse endpoints that name no process, and do not panic.',
  {
    map_memory: {
      statements: [
        local(231, 'vm_isokendpt', (k, my: RequestLocals, cx) =>
          deadEndpoint(my, k) ? cx.leave(EINVAL) : next,
        ),
      ],
    },
    unmap_memory: {
      statements: [
        // The source may be gone: nothing of it is used.
        local(278, 'vm_isokendpt', (k, my: RequestLocals, cx) =>
          deadEndpoint({ sour: my.dest, dest: my.dest }, k) ? cx.leave(EINVAL) : next,
        ),
      ],
    },
  },
);

const mapChecksItsRanges = fix(
  'map-checks-its-ranges',
  'map_memory refuses ranges that leave their region.',
  {
    map_memory: {
      statements: [
        local(246.1, 'vrs->length', (k, my: RequestLocals, cx) => {
          const outside =
            my.offset_s + my.length > k.regions[the(my.vrs)].length ||
            my.offset_d + my.length > k.regions[the(my.vrd)].length;
          return outside ? cx.leave(EINVAL) : next;
        }),
        ...[239, 240, 242].map((line) => at(line, 'vr', (_k, _my, cx) => cx.leave(EINVAL))),
        local(241, 'map_lookup', (k, my: RequestLocals) => {
          my.vrd = regionAt(k, the(my.dest), my.virt_d);
          return my.vrd === null ? next : goto(245);
        }),
      ],
    },
  },
);

const requestsOfWholePages = fix(
  'requests-are-of-whole-pages',
  'map_memory and unmap_memory refuse lengths that are no whole pages.',
  {
    map_memory: {
      statements: [
        local(231.5, 'VM_PAGE_SIZE', (_k, my: RequestLocals, cx) =>
          my.length % 1 === 0 ? next : cx.leave(EINVAL),
        ),
      ],
    },
    unmap_memory: {
      statements: [
        local(278.5, 'VM_PAGE_SIZE', (_k, my: RequestLocals, cx) =>
          my.length % 1 === 0 ? next : cx.leave(EINVAL),
        ),
      ],
    },
  },
);

const mapRefusesOverlap = fix(
  'map-refuses-overlap',
  'map_memory refuses to map a range of a region onto one that overlaps it.',
  {
    map_memory: {
      statements: [
        local(246.2, 'vrs == vrd', (_k, my: RequestLocals, cx) => {
          const apart = Math.abs(my.offset_s - my.offset_d) >= my.length;
          return my.vrs === my.vrd && !apart ? cx.leave(EINVAL) : next;
        }),
      ],
    },
  },
);

const mapRefusesDevices = fix(
  'map-refuses-devices',
  'map_memory refuses regions that are not ANON.',
  {
    map_memory: {
      statements: [
        local(246.05, 'VR_ANON', (k, my: RequestLocals, cx) => {
          const regions = [the(my.vrs), the(my.vrd)];
          return regions.some((r) => k.regions[r].direct === 1) ? cx.leave(EINVAL) : next;
        }),
      ],
    },
  },
);

const mapRespectsReadOnlyRegions = fix(
  'map-respects-read-only-regions',
  'map_memory maps read-only into a region that is not WRITABLE.',
  {
    map_memory: {
      statements: [
        local(246.3, 'VR_WRITABLE', (k, my: RequestLocals) => {
          if (my.flag > 0 && !k.regions[the(my.vrd)].writable) my.flag = 0;
          return next;
        }),
      ],
    },
  },
);

const mapKeepsSharedRegions = fix(
  'map-keeps-shared-regions',
  'do_map_memory and map_proc_copy copy nothing that belongs to a SHARED region, and map_writept ' +
    'maps it.',
  {
    map_writept: {
      statements: [
        at(1068, 'VR_SHARED', (k, my: { vmp: ProcessRef }, cx) =>
          writeAll(k, my.vmp, cx, (vr) => k.regions[vr].shared === 0),
        ),
      ],
    },
    do_map_memory: {
      statements: [
        local(165, 'flag >= 0', (k, my: MapLocals, cx) => {
          if (my.flag < 0 || k.regions[my.vrs].shared === 1) return goto(172);
          const { refcount, share_flag } = pbOf(k, cx, my.pb);
          return refcount > 1 && share_flag === 'COW' ? next : goto(172);
        }),
      ],
    },
    map_proc_copy: {
      statements: [
        local(1129, 'VR_SHARED', (k, my: { vr: RegionRef | null; orig_ph: PrRef | null }, cx) => {
          const { refcount, share_flag } = pbOf(k, cx, k.physRegions[the(my.orig_ph)].ph);
          const mapped = refcount > 2 && share_flag === 'SMAP';
          if (k.regions[the(my.vr)].shared === 1) return mapped ? goto(1136) : goto(1132);
          return mapped ? next : goto(1132);
        }),
      ],
    },
  },
);

const remapLinksTheEntry = fix(
  'remap-links-the-entry',
  'map_remap puts the entries that it makes on the lists of their blocks.',
  {
    map_remap: {
      statements: [
        at(1388, 'next_ph_list', (k, my: { ph: PrRef | null }, cx) => {
          const ph = k.physRegions[the(my.ph)];
          const pb = pbOf(k, cx, ph.ph);
          ph.next_ph_list = pb.firstregion;
          pb.firstregion = my.ph;
          return next;
        }),
      ],
    },
  },
);

const remapTakesWholeRegions = fix(
  'remap-takes-whole-regions',
  'map_remap refuses a size that is not that of the region.',
  {
    map_remap: {
      statements: [
        local(1353, 'region->length', (k, my: { region: RegionRef; size: number }, cx) =>
          k.regions[my.region].length === my.size ? next : cx.leave(EINVAL),
        ),
      ],
    },
  },
);

const execMakesItsImageFirst = fix(
  'exec-makes-its-image-first',
  'new_mem keeps the old page table until the new image is made, of which no page is made in ' +
    'advance.',
  {
    new_mem: {
      without: [228, 274, 288],
      statements: [
        {
          ...statementOf(new_mem, 262),
          then: (_k: Kernel, _my: unknown, result: Result) => (result === OK ? goto(299) : next),
        },
        at(276, '*rmp = *vmpold', (k, my: { rmp: ProcessRef; vmpold: RegionRef | null }, cx) => {
          k.processes[my.rmp].vm_regions = my.vmpold;
          return cx.leave(ENOMEM);
        }),
        at(299, 'pt_free', (k, my: { rmp: ProcessRef }, cx) => {
          pt_free(k, cx, my.rmp);
          return next;
        }),
      ],
    },
    proc_new: {
      statements: [
        {
          ...statementOf(proc_new, 455),
          pass: (k: Kernel, my: unknown, to: any, cx: Cx) => {
            statementOf(proc_new, 455).pass?.(k, my, to, cx);
            to.prealloc = false;
          },
        },
      ],
    },
  },
);

const execReportsFailedStack = fix(
  'exec-reports-failed-stack',
  'proc_new gives up the image when there is no region for its stack, and does not panic.',
  {
    proc_new: {
      statements: [
        calls(
          477,
          'map_free_proc',
          () => map_free_proc,
          (_k, my: { vmp: ProcessRef }, to) => {
            to.vmp = my.vmp;
          },
          (_k, _my, _result, cx) => cx.leave(ENOMEM),
        ),
      ],
    },
  },
);

/**
 * The mapping on record to undo first: one that goes on from the
 * destination of `record`, and so on.
 */
function lastOfChain(k: Kernel, cx: Cx, record: RecordRef): RecordRef {
  const seen = [record];
  for (;;) {
    const { dest, target, pages } = k.records[seen.at(-1)!];
    const next = cx.scope.record.all.find((r) => {
      const { used, source, page, pages: more } = k.records[r];
      const overlap = page < target + pages && target < page + more;
      return used && !seen.includes(r) && source === dest && overlap;
    });
    if (next === undefined) return seen.at(-1)!;
    seen.push(next);
  }
}

const revokeFollowsTheChain = fix(
  'revoke-follows-the-chain',
  'The kernel undoes what was mapped on from the destination, the last one first, before the ' +
    'mapping.',
  {
    user: {
      statements: [
        {
          ...statementOf(user, UNMAP),
          pass: (k: Kernel, my: UserLocals, to: any, cx: Cx) => {
            if (my.record === null) statementOf(user, UNMAP).pass?.(k, my, to, cx);
            else passUnmap(to, recorded(k, cx, lastOfChain(k, cx, my.record)));
          },
          then: (k: Kernel, my: UserLocals, result: Result, cx: Cx) => {
            const last = my.record === null ? null : lastOfChain(k, cx, my.record);
            if (last === my.record || result !== OK) return answer(k, my, result);
            // That was a request of its own, and has succeeded.
            unmapped(k, cx, recorded(k, cx, the(last)));
            dropRecord(k, the(last));
            k.request.before = insideDigest(k, cx);
            return goto(UNMAP);
          },
        },
      ],
    },
  },
);

/** In the order of the lines that they change. */
export const fixes: readonly Fix[] = [
  splitAllOrNothing,
  cleanReportsFailure,
  mapRestoresSourceRights,
  mapGrantsWhatItHas,
  mapSeeksAgain,
  requestsOfTheDead,
  requestsOfWholePages,
  mapChecksItsRanges,
  mapRefusesOverlap,
  mapRefusesDevices,
  mapRespectsReadOnlyRegions,
  mapMakesPageTablesFirst,
  mapReportsFailedFill,
  mapPreparesFirst,
  unmapKnowsItsSource,
  unmapAllOrNothing,
  checkKeepsMappings,
  forkForgetsTheUncounted,
  forkReportsFailedCopy,
  forkMakesPageTablesFirst,
  munmapSplitsFirst,
  munmapMakesNoPageTables,
  mapKeepsSharedRegions,
  remapLinksTheEntry,
  remapTakesWholeRegions,
  execMakesItsImageFirst,
  execReportsFailedStack,
  revokeFollowsTheChain,
];

export function patchedBy(
  operations: readonly MinixOperation[],
  names: readonly string[],
): readonly MinixOperation[] {
  return names.reduce((patchedSoFar, name) => {
    const found = fixes.find((candidate) => candidate.name === name);
    if (found === undefined) throw new InputError(`fix ${name} is not one of minix-vm`);
    return markedBy(
      name,
      patchedSoFar,
      patchedSoFar.map((operation) => found.apply(operation)),
    );
  }, operations);
}
