/**
 * What a thread is doing, as the invariants and the search need to know it: in user mode with
 * nothing under way, or at its end.
 */

import { reads, writes } from '../../hw/locks.ts';
import type { Stack } from '../../state/stack-view.ts';
import type { Scope, ThreadRef } from './scope.ts';
import type { Kernel } from './state.ts';

/** Locals of a thread in user mode. */
export interface UserLocals {
  /** It has begun: from the start, or since another thread created it. */
  started: boolean;
  /** Place in the program. */
  ip: number;
  /** The step under way: index + 1 into `Scope.userSteps`; 0 is none. */
  step: number;
  /** Ghost: the page of the access under way has been promised all the time since it began. */
  entitled: boolean;
  /** A handler answered user error or panic: the thread goes no further. */
  stopped: boolean;
  /** Its process exits; the thread of each copy that destroys it is not done before it has. */
  exiting: boolean;
  done: boolean;
  /** 1: it is in the kernel, though in none of its functions yet: it waits for a server, say. */
  entered: number;
  /** Vsegs that the exec under way has loaded. */
  loaded: number;
  /** See `server` of the state. */
  server: number;
}

interface UserFrame extends UserLocals {
  readonly in: 'user';
  pc: number;
}

export function userFrame(k: Kernel, thread: ThreadRef): UserFrame {
  return (k.threads[thread].stack as Stack<unknown>).at(0) as UserFrame;
}

/** In user mode with nothing under way: no operation, no access waiting to be retried. */
export function idle(k: Kernel, thread: ThreadRef, scope: Scope): boolean {
  // Not `length > 1`: how deep a call is makes no difference, and is not looked at.
  if (k.threads[thread].stack.at(1) !== undefined) return false;
  const frame = userFrame(k, thread);
  const { copy, destroysCopy } = scope.threads[thread];
  if (frame.exiting) return frame.done || !destroysCopy || !k.copies[copy].exists;
  return frame.step === 0;
}

/**
 * Nothing more to do: the program is at its end, or will never begin, or the thread was stopped.
 */
export function threadFinished(k: Kernel, thread: ThreadRef, scope: Scope): boolean {
  if (!idle(k, thread, scope)) return false;
  const frame = userFrame(k, thread);
  const { program, process } = scope.threads[thread];
  if (frame.exiting || frame.stopped || !frame.started || !k.processes[process].born) return true;
  return frame.ip >= program.length;
}

/** Nothing is under way in any thread, and no process is half destroyed. */
export function quiescent(k: Kernel, scope: Scope): boolean {
  if (k.halted) return false;
  for (const t of scope.thread.all) if (!idle(k, t, scope)) return false;
  return true;
}

/** A thread is in C function `name`, at any depth, and its local `local` there is `value`. */
export function anyoneIn(
  k: Kernel,
  scope: Scope,
  name: string,
  local: string,
  value: number,
): boolean {
  for (const t of scope.thread.all) {
    const stack = k.threads[t].stack as Stack<unknown>;
    for (let i = 1; i < stack.length; i++) {
      const frame = stack.at(i) as { readonly in: string } & Record<string, unknown>;
      if (frame.in === name && frame[local] === value) return true;
    }
  }
  return false;
}

/** The thread that stands at one of these statements of a C function, or -1. */
export function standsAt(
  k: Kernel,
  scope: Scope,
  name: string,
  statements: ReadonlySet<number>,
): number {
  for (const t of scope.thread.all) {
    const stack = k.threads[t].stack as Stack<unknown>;
    const top = stack.at(-1) as { readonly in: string; readonly pc: number } | undefined;
    if (top?.in === name && statements.has(top.pc)) return t;
  }
  return -1;
}

/**
 * How many locks of any kind the thread holds. It takes none of other processes, but for a
 * child that it is forking.
 */
export function locksHeld(k: Kernel, thread: ThreadRef, scope: Scope): number {
  // Threads of scripts run for the process that the command names.
  const process = scope.threads[thread]?.process;
  const step = process === undefined ? 0 : userFrame(k, thread).step;
  const child = scope.childOfStep[step - 1] ?? -1;
  const foreign = (of: number): boolean => process !== undefined && of !== process && of !== child;
  let held = 0;
  for (const c of scope.copy.all) {
    if (foreign(scope.copies[c].process)) continue;
    const { vsl_lock, mmap_lock, gpt } = k.copies[c];
    if (writes(vsl_lock, thread) || reads(vsl_lock, thread)) held += 1;
    if (mmap_lock.holder === thread) held += 1;
    for (const n of scope.page.all) if (gpt[n].locked === thread) held += 1;
  }
  for (const f of scope.frame.all) if (k.frames[f].lock.holder === thread) held += 1;
  for (const p of scope.process.all) {
    if (foreign(p)) continue;
    const { copies_lock } = k.processes[p];
    if (writes(copies_lock, thread) || reads(copies_lock, thread)) held += 1;
  }
  return held;
}
