/** Fixes of exec. */

import { ENOMEM, OK } from '../../../model/minix-vm/step-invariants.ts';
import type { ProcessRef, RegionRef } from '../../../model/minix-vm/scope.ts';
import type { Kernel } from '../../../model/minix-vm/state.ts';
import type { Result } from '../../../machine/vocabulary.ts';
import { pt_free } from '../services/pagetable.ts';
import { new_mem, proc_new } from '../exec.ts';
import { map_free_proc } from '../region.ts';
import { at, calls, goto, next } from '../vocabulary.ts';
import type { Cx } from '../vocabulary.ts';
import { fix, statementOf } from './edit.ts';

export const execMakesItsImageFirst = fix(
  'exec-makes-its-image-first',
  'new_mem keeps the old page table until the new image is made, of which no page is made in ' +
    'advance.',
  {
    new_mem: {
      without: [228, 274, 288],
      statements: [
        {
          ...statementOf(new_mem, 262),
          then: (_k: Kernel, _my: unknown, result: Result) => (result === OK ? goto(299) : next),
        },
        at(276, '*rmp = *vmpold', (k, my: { rmp: ProcessRef; vmpold: RegionRef | null }, cx) => {
          k.processes[my.rmp].vm_regions = my.vmpold;
          return cx.leave(ENOMEM);
        }),
        at(299, 'pt_free', (k, my: { rmp: ProcessRef }, cx) => {
          pt_free(k, cx, my.rmp);
          return next;
        }),
      ],
    },
    proc_new: {
      statements: [
        {
          ...statementOf(proc_new, 455),
          pass: (k: Kernel, my: unknown, to: any, cx: Cx) => {
            statementOf(proc_new, 455).pass?.(k, my, to, cx);
            to.prealloc = false;
          },
        },
      ],
    },
  },
);

export const execReportsFailedStack = fix(
  'exec-reports-failed-stack',
  'proc_new gives up the image when there is no region for its stack, and does not panic.',
  {
    proc_new: {
      statements: [
        calls(
          477,
          'map_free_proc',
          () => map_free_proc,
          (_k, my: { vmp: ProcessRef }, to) => {
            to.vmp = my.vmp;
          },
          (_k, _my, _result, cx) => cx.leave(ENOMEM),
        ),
      ],
    },
  },
);
