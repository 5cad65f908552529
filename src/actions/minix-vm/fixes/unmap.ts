/** Fixes of unmaps, and of what undoes a mapping unasked. */

import { EFAULT, ENOMEM, OK } from '../../../model/minix-vm/step-invariants.ts';
import type { PrRef, ProcessRef, RecordRef, RegionRef } from '../../../model/minix-vm/scope.ts';
import { unsigned } from '../../../model/minix-vm/state.ts';
import type { Kernel } from '../../../model/minix-vm/state.ts';
import { inOrder, regionAt, successor } from '../../../model/minix-vm/tree.ts';
import type { Result } from '../../../machine/vocabulary.ts';
import { insideDigest } from '../digests.ts';
import { unmapped } from '../ghost.ts';
import { prOf, regionOf } from '../services/slab.ts';
import { vm_assert, vm_isokendpt } from '../services/ends.ts';
import { clean_phys_regions } from '../map_mem.ts';
import { physr_search } from '../physravl.ts';
import { pb_unreferenced, the, WRITABLE } from '../region.ts';
import { answer, UNMAP } from '../user/frame.ts';
import { dropRecord, passUnmap, recorded } from '../user/records.ts';
import { user } from '../user.ts';
import type { UserLocals } from '../user/frame.ts';
import { at, calls, goto, local, next, stuck } from '../vocabulary.ts';
import type { Cx } from '../vocabulary.ts';
import { fix, returnsFailure, statementOf } from './edit.ts';
import type { UnmapLocals } from './locals.ts';
import { preparedFor, prepared, adopt, releasePrepared } from './copies.ts';

export const checkKeepsMappings = fix(
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

export const unmapKnowsItsSource = fix(
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

export const unmapAllOrNothing = fix(
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

export const revokeFollowsTheChain = fix(
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
