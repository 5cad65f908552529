/**
 * Which threads may touch which part of a state of ALMOS-MKH, now or later, as long as none of them
 * takes a step: a process has its address space to itself, but for a thread that forks it. Frames,
 * files and what allocators look at are for everybody. A search that records what steps touch ends
 * with an error where this is wrong.
 */

import type { Options } from './options.ts';
import type { ProcessRef, Scope, ThreadRef } from './scope.ts';
import { noBudgets } from './scenario.ts';
import type { Budgets, UserStep } from './scenario.ts';
import type { Kernel } from './state.ts';
import { threadFinished, userFrame } from './threads.ts';

/** A part of a state by the paths of its cells; threads are bits. */
export interface Part {
  readonly name: string;
  readonly has: (path: string) => boolean;
  readonly readers: () => number;
  readonly writers: () => number;
}

const EVERYBODY = -1;

/** The cell that stops the kernel: nothing happens after it, so it matters only who writes it. */
export const isStop = (path: string): boolean => path === 'halted';

/** Why this declaration would be wrong with these options; undefined where it is right. */
export function undeclared({ mapperBlocks, rpcServers }: Options): string | undefined {
  if (!mapperBlocks) {
    return 'with mapperBlocks=false a thread stops others, which its reads and writes do not show';
  }
  if (rpcServers === 'unlimited') return undefined;
  return (
    `with rpcServers=${rpcServers} a call to another cluster looks at the calls of all threads; ` +
    'search without por, or with rpcServers=unlimited'
  );
}

/** Is a step for which this holds under way in the thread, or to come in its program? */
function ahead(k: Kernel, s: Scope, t: ThreadRef, holds: (step: UserStep) => boolean): boolean {
  const { program } = s.threads[t];
  for (let ip = userFrame(k, t).ip; ip < program.length; ip++) {
    for (const step of program[ip]) if (holds(s.userSteps[step])) return true;
  }
  return false;
}

/** Threads of a process. */
function own(s: Scope, process: ProcessRef): number {
  return s.thread.all.reduce(
    (bits, t) => bits | (Number(s.threads[t].process === process) << t),
    0,
  );
}

/** Threads that fork the process, or will. */
function forkers(k: Kernel, s: Scope, process: ProcessRef): number {
  const name = s.processNames[process];
  return s.thread.all.reduce(
    (bits, t) => bits | (Number(ahead(k, s, t, (e) => e.do === 'fork' && e.child === name)) << t),
    0,
  );
}

/** Steps that begin or end other threads of the process, or take away what they were promised. */
const RULING: readonly UserStep['do'][] = ['exit', 'exec', 'create', 'munmap'];

function rules(k: Kernel, s: Scope, t: ThreadRef): boolean {
  return ahead(k, s, t, (step) => RULING.includes(step.do));
}

function rulers(k: Kernel, s: Scope, t: ThreadRef): number {
  const { process } = s.threads[t];
  return s.thread.all.reduce(
    (bits, u) => bits | (Number(s.threads[u].process === process && rules(k, s, u)) << u),
    0,
  );
}

/** May the thread still take a step? */
export function live(k: Kernel, s: Scope, t: ThreadRef): boolean {
  if (!threadFinished(k, t, s)) return true;
  const { process } = s.threads[t];
  const born = k.processes[process].born || forkers(k, s, process) === 0;
  return !born || (rulers(k, s, t) & ~(1 << t)) !== 0;
}

/** Is a path below the prefix, and none of those left out there? */
const inside =
  (prefix: string, but: string[] = []) =>
  (path: string): boolean =>
    path.startsWith(`${prefix}.`) && !but.includes(path.slice(prefix.length + 1));

const isTlb = (path: string): boolean => path.includes('.tlb[');

export function partsOf(k: Kernel, s: Scope): readonly Part[] {
  const both = (users: () => number) => ({ readers: users, writers: users });
  const usersOf = (process: ProcessRef) => own(s, process) | forkers(k, s, process);
  return [
    ...s.thread.all.map((t) => ({
      name: `threads[${t}]`,
      has: (path: string) => inside(`threads[${t}]`)(path) && !isTlb(path),
      ...both(() => (1 << t) | rulers(k, s, t)),
    })),
    // A thread that changes an entry of the process flushes it everywhere.
    ...(s.staleTlb ? s.thread.all : []).map((t) => ({
      name: `threads[${t}].tlb`,
      has: (path: string) => inside(`threads[${t}]`)(path) && isTlb(path),
      ...both(() => usersOf(s.threads[t].process)),
    })),
    ...s.copy.all.map((c) => ({
      name: `copies[${c}]`,
      has: inside(`copies[${c}]`),
      ...both(() => usersOf(s.copies[c].process)),
    })),
    ...s.process.all.map((p) => ({
      name: `processes[${p}]`,
      // A thread that writes a page looks for processes that are being forked from its own.
      has: inside(`processes[${p}]`, ['forkedBy']),
      ...both(() =>
        s.thread.all.reduce(
          (bits, t) => (forkers(k, s, p) & (1 << t) ? bits | own(s, s.threads[t].process) : bits),
          own(s, p),
        ),
      ),
    })),
    ...s.vseg.all.flatMap((v) => {
      const users = (): number => {
        const { state, vmm } = k.vsegs[v];
        return state === 'vsl' && vmm !== null ? usersOf(s.copies[vmm].process) : EVERYBODY;
      };
      const state = `vsegs[${v}].state`;
      return [
        { name: `vsegs[${v}]`, has: inside(`vsegs[${v}]`, ['state']), ...both(users) },
        {
          name: state,
          has: (path: string) => path === state,
          readers: () => EVERYBODY,
          writers: users,
        },
      ];
    }),
    ...(Object.keys(noBudgets) as (keyof Budgets)[]).map((kind) => ({
      name: `budgets.${kind}`,
      has: (path: string) => path === `budgets.${kind}`,
      readers: () => EVERYBODY,
      // One that is used up stays so.
      writers: () => (k.budgets[kind] === 0 ? 0 : EVERYBODY),
    })),
  ];
}
