/**
 * exec: exec.c at cb176df60f, for a process with a page table and an image without text: data,
 * which is allocated in advance, and a stack.
 */

import { ENOMEM, OK } from '../../model/minix-vm/step-invariants.ts';
import { optional, ref } from '../../state/references.ts';
import { upTo } from '../../state/values.ts';
import { fails } from './services/failures.ts';
import { panic } from './services/ends.ts';
import { pt_free } from './services/pagetable.ts';
import { map_free, map_free_proc, map_page_region, map_writept, the } from './region.ts';
import { at, calls, code, goto, next, operation } from './vocabulary.ts';

const file = 'exec.c';

/** Lines 171 to 378. `vmpold` stands for the slot VMP_EXECTMP: of it only the regions count. */
export const new_mem = operation({
  name: 'new_mem',
  file,
  lines: [171, 378],
  returns: code,
  locals: (s) => ({ rmp: ref(s.process), data: upTo(s.page.size), vmpold: optional(s.region) }),
})([
  at(228, 'pt_free', (k, my, cx) => {
    pt_free(k, cx, my.rmp);
    return next;
  }),
  at(233, 'rmp->vm_regions', (k, my) => {
    my.vmpold = k.processes[my.rmp].vm_regions; // 232
    k.processes[my.rmp].vm_regions = null;
    return next;
  }),
  at(256, 'pt_new', (k, _my, cx) => (fails(k, cx, () => 'exec.pt', false) ? goto(276) : next)),
  calls(
    262,
    'proc_new',
    () => proc_new,
    (_k, my, to) => {
      to.vmp = my.rmp;
      to.data = my.data;
    },
    (_k, _my, result) => (result === OK ? goto(300) : next),
  ),
  at(274, 'pt_free', (k, my, cx) => {
    pt_free(k, cx, my.rmp);
    return next;
  }),
  at(276, '*rmp = *vmpold', (k, my) => {
    k.processes[my.rmp].vm_regions = my.vmpold;
    return next;
  }),
  calls(
    288,
    'map_writept',
    () => map_writept,
    (_k, my, to) => {
      to.vmp = my.rmp;
    },
    (_k, _my, _result, cx) => cx.leave(ENOMEM), // 293
  ),
  // free_proc and map_free_proc of the other slot, region by region.
  calls(
    300,
    'free_proc',
    () => map_free,
    (_k, my, to) => {
      to.vmp = my.rmp;
      to.region = the(my.vmpold);
    },
    (k, my, _result, cx) => {
      my.vmpold = k.regions[the(my.vmpold)].next;
      return my.vmpold === null ? cx.leave(OK) : goto(300);
    },
  ),
]);

/** Lines 403 to 515. */
export const proc_new = operation({
  name: 'proc_new',
  file,
  lines: [403, 515],
  returns: code,
  locals: (s) => ({ vmp: ref(s.process), data: upTo(s.page.size) }),
})([
  calls(
    455,
    'map_page_region',
    () => map_page_region,
    (_k, my, to) => {
      to.vmp = my.vmp;
      to.vaddr = 0;
      to.length = my.data;
      to.prealloc = true;
    },
    (_k, _my, result) => (result === null ? next : goto(474)),
  ),
  calls(
    459,
    'map_free_proc',
    () => map_free_proc,
    (_k, my, to) => {
      to.vmp = my.vmp;
    },
    (_k, _my, _result, cx) => cx.leave(ENOMEM),
  ),
  calls(
    474,
    'map_page_region',
    () => map_page_region,
    (_k, my, to, cx) => {
      to.vmp = my.vmp;
      to.vaddr = my.data;
      to.length = cx.scope.page.size - my.data;
      to.prealloc = false;
    },
    (_k, _my, result, cx) => (result === null ? next : cx.leave(OK)),
  ),
  at(477, 'panic', (k, _my, cx) => panic(k, cx, 'proc_new: map_page_region failed for stack')),
]);
