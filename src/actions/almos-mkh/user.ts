/**
 * The user program of a thread: its steps in order, one of those where several stand. What each
 * asks of the kernel is in the files of `user/`.
 */

import type { Control } from '../../machine/vocabulary.ts';
import { server } from '../../model/almos-mkh/scalars.ts';
import type { Kernel } from '../../model/almos-mkh/state.ts';
import type { UserLocals } from '../../model/almos-mkh/threads.ts';
import { bool, upTo } from '../../state/values.ts';
import { wanted } from './ghost.ts';
import { makeDescriptor } from './descriptors.ts';
import { copiesAreBusy } from './services/copies.ts';
import { access, accessStatements } from './user/access.ts';
import { byRpc, enters, homeOf } from './user/control.ts';
import { execStatements } from './user/exec.ts';
import { exitStatements, leaveForGood } from './user/exit.ts';
import { forkStatements, homeOfChild } from './user/fork.ts';
import {
  CREATE_RPC,
  EXEC,
  EXIT,
  FORK,
  FORK_RPC,
  LEAVE,
  LEFT,
  MMAP,
  MMAP_RPC,
  MUNMAP,
  MUNMAP_RPC,
  PROGRAM,
} from './user/labels.ts';
import { forgetPromises, mayWrite, memoryStatements } from './user/memory.ts';
import { describeStep } from './user/step-text.ts';
import { beginThread, creates, threadStatements } from './user/threads.ts';
import { at, blocked, goto, operation } from './vocabulary.ts';
import type { Cx } from './vocabulary.ts';

export const user = operation({
  name: 'user',
  file: '',
  lines: [0, 0],
  locals: (s) => ({
    started: bool,
    ip: upTo(Math.max(1, ...s.threads.map(({ program }) => program.length))),
    step: upTo(s.userSteps.length),
    entitled: bool,
    stopped: bool,
    exiting: bool,
    done: bool,
    entered: upTo(s.rpcServers > 0 || s.options.writeException === 'readAgain' ? 1 : 0),
    loaded: upTo(Math.max(0, ...s.programs.map(({ length }) => length))),
    server: server(s),
  }),
})([
  at(PROGRAM, 'program', (k, my, cx) => {
    const { program, process } = cx.scope.threads[cx.thread];
    if (my.exiting) return leaveForGood(k, my, cx);
    if (!my.started || !k.processes[process].born || my.stopped || my.ip >= program.length)
      return blocked;
    const choices = program[my.ip];
    if (creates(cx, choices) && copiesAreBusy(k, cx, process)) return blocked;
    const index = choices[choices.length > 1 ? cx.pick(choices.length) : 0];
    return begin(k, my, cx, index);
  }),
  ...accessStatements,
  ...forkStatements,
  ...memoryStatements,
  ...exitStatements,
  ...threadStatements,
  ...execStatements,
]);

function begin(k: Kernel, my: UserLocals, cx: Cx, index: number): Control {
  const step = cx.scope.userSteps[index];
  const { process } = cx.scope.threads[cx.thread];
  my.step = index + 1;
  cx.note(() => describeStep(step));
  switch (step.do) {
    case 'read':
    case 'write':
      my.entitled =
        wanted(k, cx, process, step.page, step.word ?? 0) !== 0 &&
        (step.do === 'read' || mayWrite(k, cx, process, step.page));
      return access(k, my, cx);
    case 'fork':
      makeDescriptor(
        k,
        cx,
        cx.scope.processIndex(step.child),
        process,
        cx.scope.threads[cx.thread].slot,
      );
      return byRpc(cx, homeOfChild(my, cx)) ? enters(my, FORK_RPC) : goto(FORK);
    case 'munmap':
      forgetPromises(k, cx, process, step.page, step.page + step.pages);
      return cx.scope.options.munmapSite === 'reference' && byRpc(cx, homeOf(cx))
        ? enters(my, MUNMAP_RPC)
        : goto(MUNMAP);
    case 'mmap':
      return byRpc(cx, homeOf(cx)) ? enters(my, MMAP_RPC) : goto(MMAP);
    case 'create': {
      const created = cx.scope.thread.at(step.thread);
      if (byRpc(cx, cx.scope.threads[created].cluster)) return enters(my, CREATE_RPC);
      return beginThread(k, my, cx, created);
    }
    case 'leave':
      return goto(
        cx.scope.threads[cx.thread].slot > 0 && cx.scope.options.leaveDeletesStack ? LEAVE : LEFT,
      );
    case 'exec':
      return goto(EXEC);
    case 'exit':
      return goto(EXIT);
  }
}
