/** exit: exit.c at cb176df60f. */

import { OK } from '../../model/minix-vm/step-invariants.ts';
import { ref } from '../../state/references.ts';
import { pt_free } from './services/pagetable.ts';
import { map_free_proc } from './region.ts';
import { at, calls, code, next, operation } from './vocabulary.ts';

const file = 'exit.c';

/** Lines 26 to 37. */
export const free_proc = operation({
  name: 'free_proc',
  file,
  lines: [26, 37],
  locals: (s) => ({ vmp: ref(s.process) }),
})([
  at(30, 'pt_free', (k, my, cx) => {
    pt_free(k, cx, my.vmp);
    return next;
  }),
  calls(
    32,
    'map_free_proc',
    () => map_free_proc,
    (_k, my, to) => {
      to.vmp = my.vmp;
    },
    () => next,
  ),
  at(33, 'vmp->vm_regions', (k, my, cx) => {
    k.processes[my.vmp].vm_regions = null;
    return cx.leave();
  }),
]);

/** Lines 54 to 100. */
export const do_exit = operation({
  name: 'do_exit',
  file,
  lines: [54, 100],
  returns: code,
  locals: (s) => ({ vmp: ref(s.process) }),
})([
  calls(
    76,
    'free_proc',
    () => free_proc,
    (_k, my, to) => {
      to.vmp = my.vmp;
    },
    () => next,
  ),
  at(96, 'clear_proc', (k, my, cx) => {
    k.processes[my.vmp].alive = false;
    return cx.leave(OK);
  }),
]);
