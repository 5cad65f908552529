/** fork, in the cluster where the child is made. */

import type { UserStep } from '../../../model/almos-mkh/scenario.ts';
import type { UserLocals } from '../../../model/almos-mkh/threads.ts';
import { process_make_fork } from '../process.ts';
import { at, blocked, calls, goto } from '../vocabulary.ts';
import type { Cx } from '../vocabulary.ts';
import { asks, end } from './control.ts';
import type { UserStatement } from './control.ts';
import { FORK, FORK_RPC } from './labels.ts';
import { checkFailure } from './ledger.ts';

export const forkStatements: readonly UserStatement[] = [
  calls(
    FORK,
    'fork',
    () => process_make_fork,
    (_k, my, to, cx) => {
      const step = cx.scope.userSteps[my.step - 1] as Extract<UserStep, { do: 'fork' }>;
      to.parent = cx.scope.threads[cx.thread].process;
      to.child = cx.scope.processIndex(step.child);
      to.site = cx.scope.threads[cx.thread].copy;
      to.slot = cx.scope.threads[cx.thread].slot;
    },
    (k, my, result, cx) => {
      if (result !== 0) checkFailure(k, cx);
      return end(k, my, cx);
    },
  ),
  at(FORK_RPC, 'fork by RPC', (k, my, cx) =>
    asks(k, my, cx, homeOfChild(my, cx)) ? goto(FORK) : blocked,
  ),
];

/** The cluster where the child is made. */
export function homeOfChild(my: UserLocals, cx: Cx): number {
  const { child } = cx.scope.userSteps[my.step - 1] as Extract<UserStep, { do: 'fork' }>;
  return cx.scope.copies[cx.scope.reference[cx.scope.processIndex(child)]].cluster;
}
