/** How a step of a program begins, waits for a server, and ends. */

import type { Scope } from '../../../model/almos-mkh/scope.ts';
import type { Kernel } from '../../../model/almos-mkh/state.ts';
import type { UserLocals } from '../../../model/almos-mkh/threads.ts';
import type { Control, StatementCode } from '../../../machine/vocabulary.ts';
import { needsServer, takeServer } from '../services/rpc.ts';
import { goto } from '../vocabulary.ts';
import type { Cx } from '../vocabulary.ts';
import { PROGRAM } from './labels.ts';
import { checkLocks, resetLedger } from './ledger.ts';

export type UserStatement = StatementCode<Kernel, UserLocals, Scope>;

/** The thread is in the kernel from now on, and waits there to go on. */
export function enters(my: UserLocals, place: number): Control {
  my.entered = 1;
  return goto(place);
}

/** A server of the cluster takes what the thread has asked for; false: all are busy. */
export function asks(k: Kernel, my: UserLocals, cx: Cx, cluster: number): boolean {
  if (!takeServer(k, cx, my, cluster)) return false;
  my.entered = 0;
  return true;
}

/** What the thread asks for is done in this cluster, and needs a server there. */
export function byRpc(cx: Cx, cluster: number): boolean {
  return needsServer(cx, cx.scope.threads[cx.thread].cluster, cluster);
}

/** The reference cluster of its process. */
export function homeOf(cx: Cx): number {
  return cx.scope.copies[cx.scope.reference[cx.scope.threads[cx.thread].process]].cluster;
}

export function end(k: Kernel, my: UserLocals, cx: Cx): Control {
  checkLocks(k, cx);
  resetLedger(k, cx);
  my.server = 0;
  my.step = 0;
  my.entitled = false;
  my.ip += 1;
  return goto(PROGRAM);
}

export function stop(my: UserLocals): Control {
  my.stopped = true;
  my.step = 0;
  my.entitled = false;
  return goto(PROGRAM);
}
