/** Fixes of fork. */

import { ENOMEM, OK } from '../../../model/minix-vm/step-invariants.ts';
import type { PrRef, ProcessRef, RegionRef } from '../../../model/minix-vm/scope.ts';
import { inOrder, regionsOf } from '../../../model/minix-vm/tree.ts';
import { freePr } from '../services/slab.ts';
import { pt_free, pt_ptalloc } from '../services/pagetable.ts';
import { physr_remove } from '../physravl.ts';
import { map_copy_ph_block, map_free_proc, the } from '../region.ts';
import { at, calls, goto, local, next } from '../vocabulary.ts';
import { fix } from './edit.ts';

export const forkForgetsTheUncounted = fix(
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

export const forkReportsFailedCopy = fix(
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

export const forkMakesPageTablesFirst = fix(
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
