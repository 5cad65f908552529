/**
 * The user program of a thread: accesses, which go through its page table without mm0 or raise a
 * fault, and requests, each answered by mm0 in one step.
 */

import { checks } from '../../model/codezero-mm0/step-invariants.ts';
import type { Access } from '../../model/codezero-mm0/scenario.ts';
import type { Scope } from '../../model/codezero-mm0/scope.ts';
import type { Kernel } from '../../model/codezero-mm0/state.ts';
import type { UserLocals } from '../../model/codezero-mm0/threads.ts';
import { ptesOf } from '../../model/codezero-mm0/view.ts';
import { oneOf, upTo } from '../../state/values.ts';
import type { Control } from '../../machine/vocabulary.ts';
import { settle } from './ghost.ts';
import { page_fault_handler } from './fault.ts';
import { at, blocked, goto, operation } from './vocabulary.ts';
import type { Cx } from './vocabulary.ts';
import type { Request } from './user/labels.ts';
import {
  tokens,
  kinds,
  label,
  EITHER,
  HANDLE,
  RETRY,
  OPENED,
  WAIT,
  END,
  HANDLES,
  labelAt,
} from './user/labels.ts';
import { access } from './user/places.ts';
import { runs, advance, guarded } from './user/control.ts';
import { describeStep } from './user/step-text.ts';
import { touch } from './user/access.ts';
import { request, serve } from './user/request.ts';

/** The frame in which a thread starts. */
export function startFrame(s: Scope, thread: number): object {
  const pc = user.statements.findIndex(({ line }) => line === labelAt(s, thread, 0));
  return { in: 'user', pc, ip: 0, step: 0, fault: 'none' };
}

export const user = operation({
  name: 'user',
  file: '',
  lines: [0, 0],
  locals: (s) => ({
    ip: upTo(Math.max(1, ...s.threads.map(({ program }) => program.length))),
    step: upTo(s.userSteps.length),
    fault: oneOf('none', 'absent', 'read-only'),
  }),
})([
  ...kinds.map((kind, i) =>
    at<UserLocals>(label(i), tokens[kind], (k, my, cx) => {
      if (!runs(k, cx)) return blocked;
      return perform(k, my, cx, cx.scope.threads[cx.thread].program[my.ip][0]);
    }),
  ),
  at(EITHER, 'one of several', (k, my, cx) => {
    if (!runs(k, cx)) return blocked;
    const alternatives = cx.scope.threads[cx.thread].program[my.ip];
    return perform(k, my, cx, alternatives[cx.pick(alternatives.length)]);
  }),
  at(HANDLE, HANDLES, (k, my, cx) => {
    if (!runs(k, cx) || my.fault === 'none') return blocked;
    const { page } = cx.scope.userSteps[my.step - 1] as Access;
    const { space } = cx.scope.threads[cx.thread];
    const kind = my.fault;
    return guarded(k, my, cx, () => {
      request(k, cx, space, () => page_fault_handler(k, cx, space, page, kind));
      const pte = ptesOf(k, space)[cx.scope.page.at(page)];
      const served = kind === 'absent' ? pte.frame !== null : pte.rw;
      cx.check(checks.pendingFaultsDrain, served, space, page);
      if (kind === 'read-only' && pte.rw) settle(k, cx, space, page);
      my.fault = 'none';
      return goto(RETRY);
    });
  }),
  at(RETRY, 'the access again', (k, my, cx) =>
    runs(k, cx) ? guarded(k, my, cx, () => touch(k, my, cx)) : blocked,
  ),
  at(OPENED, 'mm0 learns of the open', (k, my, cx) => {
    if (!runs(k, cx)) return blocked;
    const index = my.step - 1;
    k.asks = null;
    return guarded(k, my, cx, () => finish(k, my, cx, index));
  }),
  at(WAIT, 'waits for an answer', () => blocked),
  at(END, 'the program is at its end', () => blocked),
]);

function perform(k: Kernel, my: UserLocals, cx: Cx, index: number): Control {
  const step = cx.scope.userSteps[index];
  cx.note(() => describeStep(step));
  return guarded(k, my, cx, () => {
    if (step.do === 'read' || step.do === 'write') {
      const { space } = cx.scope.threads[cx.thread];
      const promised = k.spaces[space].promised[cx.scope.page.at(step.page)];
      const wrong = promised.kind === 'nothing' || (step.do === 'write' && promised.readOnly);
      if (wrong && !step.anyway) {
        access(cx, 'skipped');
        return advance(my, cx);
      }
      my.step = index + 1;
      return touch(k, my, cx);
    }
    if (step.do === 'open' && twoSteps(cx)) {
      if (k.asks !== null) return blocked; // the file server waits for mm0
      k.asks = cx.thread;
      my.step = index + 1;
      return goto(OPENED);
    }
    return finish(k, my, cx, index);
  });
}

/** Does the file server take an open before mm0 learns of it? */
function twoSteps({ scope: { rules, choices } }: Cx): boolean {
  return choices.openSteps === 2 && rules.openCalls === 'server-calls';
}

/** mm0 serves the request; its task goes on, if it is answered. */
function finish(k: Kernel, my: UserLocals, cx: Cx, index: number): Control {
  const { rules, choices, userSteps, threads } = cx.scope;
  const step = userSteps[index] as Request;
  serve(k, cx, step, index);
  if (choices.mmapReply === 'as-written' && (step.do === 'mmap' || step.do === 'munmap')) {
    const { space } = threads[cx.thread];
    const { mmapAnswers } = rules;
    if (!cx.check(checks.requestIsAnswered, mmapAnswers, kinds.indexOf(step.do), space)) {
      my.step = 0;
      return goto(WAIT);
    }
  }
  return advance(my, cx);
}
