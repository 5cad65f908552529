/** How a thread goes on, and how it ends. */

import { checks, siteNumber } from '../../../model/codezero-mm0/step-invariants.ts';
import type { Kernel } from '../../../model/codezero-mm0/state.ts';
import type { UserLocals } from '../../../model/codezero-mm0/threads.ts';
import type { Control } from '../../../machine/vocabulary.ts';
import { sys_exit } from '../clone.ts';
import { goto, Halt, Killed, stuck } from '../vocabulary.ts';
import type { Cx } from '../vocabulary.ts';
import { END, labelAt } from './labels.ts';
import { access } from './places.ts';
import { request } from './request.ts';

export function runs(k: Kernel, cx: Cx): boolean {
  return k.threads[cx.thread].born && !k.threads[cx.thread].dead;
}

/** Goes on with the next step of the program. */
export function advance(my: UserLocals, cx: Cx): Control {
  my.ip += 1;
  my.step = 0;
  my.fault = 'none';
  return goto(labelAt(cx.scope, cx.thread, my.ip));
}

/** A halt in the midst of a request ends everything; a killed thread ends alone. */
export function guarded(k: Kernel, my: UserLocals, cx: Cx, run: () => Control): Control {
  try {
    return run();
  } catch (reason) {
    if (reason instanceof Killed) {
      access(cx, 'killed');
      return guarded(k, my, cx, () => kill(k, my, cx));
    }
    if (!(reason instanceof Halt)) throw reason;
    const { kind, site } = reason;
    cx.note(() => `${kind}: ${site}`);
    const wild = kind === 'wild' || kind === 'runaway';
    cx.check(wild ? checks.noWildAccess : checks.pagerNeverStops, false, siteNumber(site));
    k.halt = kind;
    my.step = 0;
    my.fault = 'none';
    return stuck;
  }
}

/** The task is killed, mm0 goes on (5.6/3): the thread gives up what an exit gives up. */
function kill(k: Kernel, my: UserLocals, cx: Cx): Control {
  const { space } = cx.scope.threads[cx.thread];
  request(k, cx, space, () => sys_exit(k, cx, cx.thread));
  k.threads[cx.thread].dead = true; // also where the revision has no exit
  my.ip = cx.scope.threads[cx.thread].program.length;
  my.step = 0;
  my.fault = 'none';
  return goto(END);
}
