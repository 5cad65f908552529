/** Fixes of map_memory and do_map_memory: what they need comes first, and failures are reported. */

import { EFAULT, ENOMEM, OK } from '../../../model/minix-vm/step-invariants.ts';
import type { PbRef, PrRef, ProcessRef, RegionRef } from '../../../model/minix-vm/scope.ts';
import { signed, unsigned } from '../../../model/minix-vm/state.ts';
import type { Kernel } from '../../../model/minix-vm/state.ts';
import { successor } from '../../../model/minix-vm/tree.ts';
import { optional } from '../../../state/references.ts';
import type { Result } from '../../../machine/vocabulary.ts';
import { allocPr, pbOf, prOf, regionOf } from '../services/slab.ts';
import { pt_ptalloc, pt_writemap } from '../services/pagetable.ts';
import { map_memory } from '../map_mem.ts';
import { physr_search, physr_start_iter } from '../physravl.ts';
import type { Iterator } from '../physravl.ts';
import { map_copy_ph_block, map_ph_writept, pb_unreferenced, the } from '../region.ts';
import { at, calls, goto, local, next } from '../vocabulary.ts';
import type { Cx } from '../vocabulary.ts';
import { fix, statementOf } from './edit.ts';
import { releaseChain } from './split.ts';
import { prepared, adopt, releasePrepared } from './copies.ts';
import type { MapLocals, RequestLocals } from './locals.ts';

export const mapRestoresSourceRights = fix(
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

export const mapReportsFailedFill = fix(
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

interface PrepareLocals {
  sour: ProcessRef | null;
  vrs: RegionRef | null;
  offset_s: number;
  length: number;
  flag: number;
  prs: PrRef | null;
  reserve: PrRef | null;
}

export const mapPreparesFirst = fix(
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

export const mapGrantsWhatItHas = fix(
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

export const mapMakesPageTablesFirst = fix(
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

export const mapSeeksAgain = fix(
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
