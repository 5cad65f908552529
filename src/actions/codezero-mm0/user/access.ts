/** An access by the MMU, and its faults. */

import { checks } from '../../../model/codezero-mm0/step-invariants.ts';
import type { Access } from '../../../model/codezero-mm0/scenario.ts';
import type { Kernel } from '../../../model/codezero-mm0/state.ts';
import type { UserLocals } from '../../../model/codezero-mm0/threads.ts';
import { ptesOf } from '../../../model/codezero-mm0/view.ts';
import type { Control } from '../../../machine/vocabulary.ts';
import { wrote } from '../ghost.ts';
import { page_fault_handler } from '../fault.ts';
import { goto } from '../vocabulary.ts';
import type { Cx } from '../vocabulary.ts';
import { HANDLE } from './labels.ts';
import { access } from './places.ts';
import { advance } from './control.ts';
import { request } from './request.ts';

/** An access by the MMU, and the faults that it raises: here, or in steps of their own. */
export function touch(k: Kernel, my: UserLocals, cx: Cx): Control {
  const index = my.step - 1;
  const { do: kind, page, cell } = cx.scope.userSteps[index] as Access;
  const { space } = cx.scope.threads[cx.thread];
  const pte = ptesOf(k, space)[cx.scope.page.at(page)];
  // Two faults are enough for a write, and one for a read; a third one changes nothing more.
  for (let faults = 0; faults < 3; faults++) {
    const { frame, rw } = pte;
    if (frame !== null && (kind === 'read' || rw)) {
      access(cx, 'through');
      const seen = k.frames[frame];
      const { port } = cx.scope;
      if (port !== undefined && kind === 'read') {
        port.value = cx.scope.tokens[cell === 0 ? seen.cell0 : seen.cell1];
      }
      if (kind === 'write') {
        const token = cx.scope.tokenOfStep[index];
        if (cell === 0) seen.cell0 = token;
        else seen.cell1 = token;
        wrote(k, cx, space, page, cell, token);
      }
      cx.note(() => {
        const token = cx.scope.tokens[cell === 0 ? seen.cell0 : seen.cell1];
        return kind === 'read' ? `reads ${token}` : `writes ${token}`;
      });
      return advance(my, cx);
    }
    const fault = frame === null ? 'absent' : 'read-only';
    access(cx, fault === 'absent' ? 'absent' : 'readOnly');
    if (cx.scope.scenario.splitFaults) {
      my.fault = fault;
      return goto(HANDLE);
    }
    request(k, cx, space, () => page_fault_handler(k, cx, space, page, fault));
  }
  cx.check(checks.pendingFaultsDrain, false, space, page);
  return advance(my, cx);
}
