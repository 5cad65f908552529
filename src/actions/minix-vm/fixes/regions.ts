/** Fixes of SHARED regions and of remap. */

import { EINVAL } from '../../../model/minix-vm/step-invariants.ts';
import type { PrRef, ProcessRef, RegionRef } from '../../../model/minix-vm/scope.ts';
import { pbOf } from '../services/slab.ts';
import { the, writeAll } from '../region.ts';
import { at, goto, local, next } from '../vocabulary.ts';
import { fix } from './edit.ts';
import type { MapLocals } from './locals.ts';

export const mapKeepsSharedRegions = fix(
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

export const remapLinksTheEntry = fix(
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

export const remapTakesWholeRegions = fix(
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
