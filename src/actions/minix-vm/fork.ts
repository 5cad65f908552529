/** fork: fork.c at cb176df60f. */

import { ENOMEM, OK } from '../../model/minix-vm/step-invariants.ts';
import { ref } from '../../state/references.ts';
import { fails } from './services/failures.ts';
import { pt_free } from './services/pagetable.ts';
import { handle_memory } from './pagefaults.ts';
import { map_proc_copy } from './region.ts';
import { at, calls, code, goto, local, next, operation } from './vocabulary.ts';

/** The page of the message that PM waits for, in every process. */
export const MESSAGE_PAGE = 0;

/** Lines 33 to 178. */
export const do_fork = operation({
  name: 'do_fork',
  file: 'fork.c',
  lines: [33, 178],
  returns: code,
  locals: (s) => ({ vmp: ref(s.process), vmc: ref(s.process) }),
})([
  at(86, 'pt_new', (k, my, cx) => {
    if (fails(k, cx, () => 'fork.pt', false)) return cx.leave(ENOMEM);
    k.processes[my.vmc].vm_regions = null;
    return next;
  }),
  calls(
    93,
    'map_proc_copy',
    () => map_proc_copy,
    (_k, my, to) => {
      to.dst = my.vmc;
      to.src = my.vmp;
    },
    (_k, _my, result) => (result === OK ? goto(150) : next),
  ),
  at(95, 'pt_free', (k, my, cx) => {
    pt_free(k, cx, my.vmc);
    return cx.leave(ENOMEM);
  }),
  at(150, 'sys_fork', (k, my, cx) => {
    k.processes[my.vmc].alive = true;
    return cx.scope.options.forkMessageCheck ? next : goto(177);
  }),
  calls(
    165,
    'handle_memory',
    () => handle_memory,
    (_k, my, to) => {
      to.vmp = my.vmc;
      to.mem = MESSAGE_PAGE;
      to.len = 1;
      to.wrflag = true;
    },
    () => next, // the result is not looked at
  ),
  calls(
    167,
    'handle_memory',
    () => handle_memory,
    (_k, my, to) => {
      to.vmp = my.vmp;
      to.mem = MESSAGE_PAGE;
      to.len = 1;
      to.wrflag = true;
    },
    () => next,
  ),
  local(177, 'return OK', (_k, _my, cx) => cx.leave(OK)),
]);
