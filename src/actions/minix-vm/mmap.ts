/** munmap: mmap.c at cb176df60f. */

import { EFAULT, OK } from '../../model/minix-vm/step-invariants.ts';
import { regionAt } from '../../model/minix-vm/tree.ts';
import { optional, ref } from '../../state/references.ts';
import { upTo } from '../../state/values.ts';
import { panic } from './services/ends.ts';
import { map_unmap_region, the } from './region.ts';
import { at, calls, code, next, operation } from './vocabulary.ts';

/** Lines 344 to 386. */
export const do_munmap = operation({
  name: 'do_munmap',
  file: 'mmap.c',
  lines: [344, 386],
  returns: code,
  locals: (s) => ({
    vmp: ref(s.process),
    addr: upTo(s.page.size),
    len: upTo(s.page.size),
    vr: optional(s.region),
  }),
})([
  at(368, 'map_lookup', (k, my, cx) => {
    if (k.processes[my.vmp].vm_regions === null) {
      return panic(k, cx, 'map_lookup: a process without regions');
    }
    my.vr = regionAt(k, my.vmp, my.addr);
    if (my.vr === null) return cx.leave(EFAULT);
    const { vaddr, length } = k.regions[my.vr];
    // 378
    return my.addr !== vaddr || my.len > length || my.len < 1 ? cx.leave(EFAULT) : next;
  }),
  calls(
    382,
    'map_unmap_region',
    () => map_unmap_region,
    (_k, my, to) => {
      to.vmp = my.vmp;
      to.region = the(my.vr);
      to.len = my.len;
    },
    (_k, _my, result, cx) => (result === OK ? cx.leave(OK) : next),
  ),
  at(383, 'panic', (k, _my, cx) => panic(k, cx, 'do_munmap: map_unmap_region failed')),
]);
