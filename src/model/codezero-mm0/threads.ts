/** What a thread is doing, as the invariants and the search need to know it. */

import type { Stack } from '../../state/stack-view.ts';
import type { Scope, SpaceRef, ThreadRef } from './scope.ts';
import type { Kernel } from './state.ts';

/** Locals of a thread. */
export interface UserLocals {
  /** Place in the program. */
  ip: number;
  /** The access under way: index + 1 into `Scope.userSteps`; 0 is none. */
  step: number;
  /** The fault raised and not handled yet: the entry as it was then, absent or read-only. */
  fault: 'none' | 'absent' | 'read-only';
}

interface UserFrame extends UserLocals {
  readonly in: 'user';
  pc: number;
}

export function userFrame(k: Kernel, thread: ThreadRef): UserFrame {
  return (k.threads[thread].stack as Stack<unknown>).at(0) as UserFrame;
}

/** Nothing more to do: the program is at its end, or will never begin, or the thread is dead. */
export function threadFinished(k: Kernel, thread: ThreadRef, s: Scope): boolean {
  const { born, dead } = k.threads[thread];
  if (!born || dead) return true;
  const { ip, step } = userFrame(k, thread);
  return step === 0 && ip >= s.threads[thread].program.length;
}

/** Threads of a space that run. */
export function usersOf(k: Kernel, s: Scope, space: SpaceRef): number {
  let users = 0;
  for (const t of s.thread.all) {
    if (s.threads[t].space === space && k.threads[t].born && !k.threads[t].dead) users += 1;
  }
  return users;
}
