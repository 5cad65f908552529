/** Fixes of cutting blocks: all or nothing, and what a cut needs comes first. */

import { EINVAL, ENOMEM, OK } from '../../../model/minix-vm/step-invariants.ts';
import type { PbRef, PrRef, ProcessRef, RegionRef } from '../../../model/minix-vm/scope.ts';
import type { Kernel } from '../../../model/minix-vm/state.ts';
import { optional } from '../../../state/references.ts';
import type { Result } from '../../../machine/vocabulary.ts';
import { allocPr, freePb, freePr, regionOf } from '../services/slab.ts';
import { pt_writemap } from '../services/pagetable.ts';
import { clean_phys_regions, map_memory } from '../map_mem.ts';
import { map_unmap_region, the } from '../region.ts';
import { at, calls, goto, local, next } from '../vocabulary.ts';
import type { Cx } from '../vocabulary.ts';
import { fix, returnsFailure, statementOf } from './edit.ts';

/** A chain of phys_regions that are allocated and not yet used, linked by next_ph_list. */
export function releaseChain(k: Kernel, head: PrRef | null): void {
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

interface SplitLocals {
  pb: PbRef | null;
  newpb: PbRef | null;
  newpr: PrRef | null;
  reserve: PrRef | null;
}

export const splitAllOrNothing = fix(
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

export const cleanReportsFailure = fix(
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

interface ShrinkLocals {
  region: RegionRef;
  len: number;
}

export const munmapSplitsFirst = fix(
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

export const munmapMakesNoPageTables = fix(
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
