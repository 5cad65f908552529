/** An access to memory. */

import { OK, checks } from '../../../model/minix-vm/step-invariants.ts';
import type { Kernel } from '../../../model/minix-vm/state.ts';
import type { Control } from '../../../machine/vocabulary.ts';
import { accessPage } from '../ghost.ts';
import { hang } from '../services/ends.ts';
import { goto } from '../vocabulary.ts';
import type { Cx } from '../vocabulary.ts';
import { FAULT, ROUNDS, actionOf } from './frame.ts';
import type { UserLocals, Given } from './frame.ts';
import { finish } from './finish.ts';

/** The access, if the page table allows it; else a page fault, a few times at most. */
export function access(k: Kernel, my: UserLocals, cx: Cx): Control {
  const { given, process } = actionOf(cx, my);
  const { page } = given as unknown as Given;
  const pte = k.processes[process].pte[cx.scope.page.at(page)];
  if (pte.frame !== 0 && (given.do === 'read' || pte.writable)) {
    const value = given.do === 'write' ? given.value : null;
    const seen = accessPage(k, cx, process, page, value);
    if (value === null && cx.scope.script !== undefined) cx.scope.script.value = seen;
    const check = value === null ? checks.legitReadSucceeds : checks.legitWriteSucceeds;
    if (cx.scope.script === undefined) cx.check(check, true);
    my.result = OK;
    return finish(k, my, cx);
  }
  if (my.rounds === ROUNDS) {
    return hang(k, cx);
  }
  my.rounds += 1;
  return goto(FAULT);
}
