/** Fixes that refuse requests: endpoints, lengths, ranges and regions. */

import { EINVAL } from '../../../model/minix-vm/step-invariants.ts';
import type { ProcessRef } from '../../../model/minix-vm/scope.ts';
import type { Kernel } from '../../../model/minix-vm/state.ts';
import { regionAt } from '../../../model/minix-vm/tree.ts';
import { vm_isokendpt } from '../services/ends.ts';
import { the } from '../region.ts';
import { at, goto, local, next } from '../vocabulary.ts';
import { fix } from './edit.ts';
import type { RequestLocals } from './locals.ts';

const deadEndpoint = (my: { sour: ProcessRef | null; dest: ProcessRef | null }, k: Kernel) =>
  [my.sour, my.dest].some((process) => process === null || !vm_isokendpt(k, process));

export const requestsOfTheDead = fix(
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

export const mapChecksItsRanges = fix(
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

export const requestsOfWholePages = fix(
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

export const mapRefusesOverlap = fix(
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

export const mapRefusesDevices = fix(
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

export const mapRespectsReadOnlyRegions = fix(
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
