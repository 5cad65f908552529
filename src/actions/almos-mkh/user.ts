/**
 * The user program of a thread, and the exceptions that its accesses raise: unmapped is a page
 * fault, a write to an entry that is not WRITABLE is copy-on-write if the local entry says COW,
 * else an error. The access itself is one step: what the MMU reads in the local page table is
 * current (coherent TLBs).
 */

import { mmu } from '../../hw/mmu.ts';
import { forget, remember, remembers } from '../../hw/tlb.ts';
import {
  EXCP_KERNEL_PANIC,
  EXCP_NON_FATAL,
  EXCP_USER_ERROR,
  judged,
} from '../../model/almos-mkh/step-invariants.ts';
import type { UserStep } from '../../model/almos-mkh/scenario.ts';
import { ZERO } from '../../model/almos-mkh/programs.ts';
import type {
  CopyRef,
  FrameRef,
  ProcessRef,
  ThreadRef,
  VsegRef,
} from '../../model/almos-mkh/scope.ts';
import { HALVES } from '../../model/almos-mkh/numbers.ts';
import { promisePage, promiseStack, promiseVseg } from '../../model/almos-mkh/promises.ts';
import { server } from '../../model/almos-mkh/scalars.ts';
import type { Kernel } from '../../model/almos-mkh/state.ts';
import { locksHeld, userFrame } from '../../model/almos-mkh/threads.ts';
import type { UserFrame } from '../../model/almos-mkh/threads.ts';
import { bool, upTo } from '../../state/scalar.ts';
import type { Control, Result } from '../../machine/vocabulary.ts';
import { judgeRead, pagesOf, setWanted, wanted, wrote, wroteFile } from './ghost.ts';
import {
  changesCopies,
  copiesAreBusy,
  hal_vmm_kernel_update,
  needsServer,
  takeServer,
  userAccess,
  vseg_free,
} from './services.ts';
import { makeDescriptor, process_make_fork, releaseDescriptor } from './process.ts';
import {
  vmm_create_vseg,
  vmm_delete_vseg,
  vmm_destroy,
  vmm_handle_cow,
  vmm_handle_page_fault,
  vmm_resize_vseg,
  vmm_user_init,
  vmm_user_reset,
} from './vmm.ts';
import { at, blocked, calls, goto, operation, stuck } from './vocabulary.ts';
import type { Cx } from './vocabulary.ts';

const PROGRAM = 1;
const FAULT = 2;
const COW = 3;
const RETRY = 4;
const EXCEPTION = 4.1;
const FORK = 5;
const FORK_RPC = 5.1;
const MUNMAP = 6;
const MUNMAP_RPC = 6.1;
const MMAP = 7;
const MMAP_RPC = 7.1;
const EXIT = 8;
const DESTROY = 9;
const UNLINK = 9.1;

/** For a fix: munmap is done, and asked of another cluster. */
export const placesOfMunmap = { munmap: MUNMAP, munmapByRpc: MUNMAP_RPC } as const;

/** For a fix: a copy is destroyed, and unlinked. */
export const placesOfExit = { destroy: DESTROY, unlink: UNLINK } as const;

const CREATE = 10;
const CREATE_RPC = 10.1;
const CREATED = 11;
const LEAVE = 12;
const LEFT = 13;
const EXEC = 14;
const RESET = 15;
const USERINIT = 16;
const LOAD = 17;
const STACK = 18;

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
    if (my.exiting) return leaveForGood(k, my as UserFrame, cx);
    if (!my.started || !k.processes[process].born || my.stopped || my.ip >= program.length)
      return blocked;
    const choices = program[my.ip];
    if (creates(cx, choices) && copiesAreBusy(k, cx, process)) return blocked;
    const index = choices[choices.length > 1 ? cx.pick(choices.length) : 0];
    return begin(k, my as UserFrame, cx, index);
  }),
  calls(
    FAULT,
    'page fault',
    () => vmm_handle_page_fault,
    (_k, my, to, cx) => {
      to.copy = cx.scope.threads[cx.thread].copy;
      to.vpn = (cx.scope.userSteps[my.step - 1] as { page: number }).page;
    },
    (k, my, result, cx) => afterHandler(k, my as UserFrame, result, cx),
  ),
  calls(
    COW,
    'copy on write',
    () => vmm_handle_cow,
    (_k, my, to, cx) => {
      to.copy = cx.scope.threads[cx.thread].copy;
      to.vpn = (cx.scope.userSteps[my.step - 1] as { page: number }).page;
    },
    (k, my, result, cx) => afterHandler(k, my as UserFrame, result, cx),
  ),
  at(RETRY, 'retry', (k, my, cx) => {
    if (my.exiting) return leaveForGood(k, my as UserFrame, cx);
    if (my.stopped) return blocked;
    return access(k, my as UserFrame, cx);
  }),
  // Option writeException: the kernel reads the entry for itself.
  at(EXCEPTION, 'hal_gpt_get_pte', (k, my, cx) => {
    const { copy } = cx.scope.threads[cx.thread];
    const { page } = cx.scope.userSteps[my.step - 1] as { page: number };
    my.entered = 0;
    return k.copies[copy].gpt[cx.scope.page.at(page)].cow
      ? goto(COW)
      : userError(k, my as UserFrame, cx);
  }),
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
      if (result !== 0) judgeFailure(k, cx);
      return end(k, my as UserFrame, cx);
    },
  ),
  at(FORK_RPC, 'fork by RPC', (k, my, cx) =>
    asks(k, my as UserFrame, cx, homeOfChild(my as UserFrame, cx)) ? goto(FORK) : blocked,
  ),
  calls(
    MUNMAP,
    'munmap',
    () => vmm_resize_vseg,
    (_k, my, to, cx) => {
      const step = cx.scope.userSteps[my.step - 1] as Extract<UserStep, { do: 'munmap' }>;
      const { process, copy } = cx.scope.threads[cx.thread];
      const local = cx.scope.options.munmapSite === 'local';
      to.copy = local ? copy : cx.scope.reference[process];
      to.base = HALVES * step.page;
      to.size = HALVES * step.pages;
    },
    (k, my, result, cx) => afterMunmap(k, my as UserFrame, result, cx),
  ),
  at(MUNMAP_RPC, 'munmap by RPC', (k, my, cx) =>
    asks(k, my as UserFrame, cx, homeOf(cx)) ? goto(MUNMAP) : blocked,
  ),
  calls(
    MMAP,
    'mmap',
    () => vmm_create_vseg,
    (_k, my, to, cx) => {
      const step = cx.scope.userSteps[my.step - 1] as Extract<UserStep, { do: 'mmap' }>;
      const { process, cluster } = cx.scope.threads[cx.thread];
      to.copy = cx.scope.reference[process];
      to.type = step.type;
      to.size = HALVES * step.pages;
      to.file_offset = HALVES * (step.offset ?? 0);
      to.mapper = step.file === undefined ? 0 : cx.scope.fileIndex(step.file) + 1;
      to.cxy = step.at ?? cluster;
    },
    (k, my, result, cx) => afterMmap(k, my as UserFrame, result, cx),
  ),
  at(MMAP_RPC, 'mmap by RPC', (k, my, cx) =>
    asks(k, my as UserFrame, cx, homeOf(cx)) ? goto(MMAP) : blocked,
  ),
  at(EXIT, 'exit', (k, my, cx) => {
    const { process } = cx.scope.threads[cx.thread];
    if (!othersAreOut(k, cx)) return blocked;
    my.step = 0;
    my.entitled = false;
    cx.note(() => `the threads of ${cx.scope.processNames[process]} end`);
    endThreads(k, cx, process, null);
    forgetPromises(k, cx, process, 0, cx.scope.pages);
    return goto(PROGRAM);
  }),
  calls(
    DESTROY,
    'vmm_destroy',
    () => vmm_destroy,
    (_k, _my, to, cx) => {
      to.copy = cx.scope.threads[cx.thread].copy;
    },
    (k, my, _result, cx) =>
      cx.scope.options.copyUnlinked === 'before' ? destroyed(k, my as UserFrame, cx) : goto(UNLINK),
  ),
  at(UNLINK, 'unlink the copy', (k, my, cx) => {
    const { copy, process } = cx.scope.threads[cx.thread];
    if (copiesAreBusy(k, cx, process)) return blocked;
    unlinkCopy(k, cx, copy);
    return destroyed(k, my as UserFrame, cx);
  }),
  // thread_user_create, by RPC in the cluster of the new thread: its stack is made there.
  calls(
    CREATE,
    'create a thread',
    () => vmm_create_vseg,
    (_k, my, to, cx) => {
      const created = cx.scope.threads[createdBy(my as UserFrame, cx)];
      to.copy = created.copy;
      to.type = 'STACK';
      to.base = created.slot - 1;
      to.cxy = created.cluster;
    },
    (k, my, result, cx) => {
      if (result === null) judgeFailure(k, cx);
      else startThread(k, cx, createdBy(my as UserFrame, cx));
      return end(k, my as UserFrame, cx);
    },
  ),
  at(CREATE_RPC, 'create a thread by RPC', (k, my, cx) => {
    const { process } = cx.scope.threads[cx.thread];
    const created = createdBy(my as UserFrame, cx);
    if (copiesAreBusy(k, cx, process)) return blocked;
    if (!asks(k, my as UserFrame, cx, cx.scope.threads[created].cluster)) return blocked;
    return beginThread(k, my as UserFrame, cx, created);
  }),
  at(CREATED, 'create a thread', (k, my, cx) => {
    startThread(k, cx, createdBy(my as UserFrame, cx));
    return end(k, my as UserFrame, cx);
  }),
  calls(
    LEAVE,
    'end of the thread',
    () => vmm_delete_vseg,
    (_k, _my, to, cx) => {
      const { copy, slot } = cx.scope.threads[cx.thread];
      to.copy = copy;
      to.vaddr = HALVES * (cx.scope.stackBase + (slot - 1) * cx.scope.stackSize + 1);
    },
    () => goto(LEFT),
  ),
  // The copy goes with its last thread, but not the reference: its parent waits for that one.
  at(LEFT, 'end of the thread', (k, my, cx) => {
    const { copy, process, alone } = cx.scope.threads[cx.thread];
    const last = alone && !cx.scope.copies[copy].isReference;
    if (last && copiesAreBusy(k, cx, process)) return blocked;
    cx.note(() => 'the thread ends');
    judgeLocks(k, cx);
    resetLedger(k, cx);
    if (last) {
      my.exiting = true;
      my.step = 0;
      if (cx.scope.options.copyUnlinked === 'before') unlinkCopy(k, cx, copy);
      return goto(DESTROY);
    }
    return stop(my as UserFrame);
  }),
  // All other threads are deleted as by exit; those of other clusters destroy their copies later.
  at(EXEC, 'exec', (k, my, cx) => {
    const { process } = cx.scope.threads[cx.thread];
    if (!othersAreOut(k, cx)) return blocked;
    const { step } = my;
    endThreads(k, cx, process, cx.thread);
    my.step = step;
    forgetPromises(k, cx, process, 0, cx.scope.pages);
    return goto(RESET);
  }),
  calls(
    RESET,
    'vmm_user_reset',
    () => vmm_user_reset,
    (_k, _my, to, cx) => {
      to.copy = cx.scope.threads[cx.thread].copy;
    },
    () => goto(USERINIT),
  ),
  calls(
    USERINIT,
    'vmm_user_init',
    () => vmm_user_init,
    (_k, _my, to, cx) => {
      to.copy = cx.scope.threads[cx.thread].copy;
    },
    (k, my, result, cx) => {
      k.processes[cx.scope.threads[cx.thread].process].unmapped = 0;
      return result === 0 ? afterLoad(k, my as UserFrame, cx) : execFails(k, my as UserFrame, cx);
    },
  ),
  // elf_load_process: the segments of the file, one after the other (option execLoads).
  calls(
    LOAD,
    'load a segment',
    () => vmm_create_vseg,
    (_k, my, to, cx) => {
      const { process, copy, cluster } = cx.scope.threads[cx.thread];
      const spec = cx.scope.programs[process][my.loaded];
      to.copy = copy;
      to.type = spec.type;
      to.base = HALVES * spec.page;
      to.size = HALVES * spec.pages;
      to.file_offset = HALVES * (spec.offset ?? 0);
      to.file_size = HALVES * (spec.filePages ?? spec.pages);
      to.mapper = cx.scope.fileIndex(spec.file as string) + 1;
      to.cxy = cluster;
    },
    (k, my, result, cx) => {
      if (result === null) return execFails(k, my as UserFrame, cx);
      my.loaded += 1;
      return afterLoad(k, my as UserFrame, cx);
    },
  ),
  // thread_user_exec: the thread keeps its number in its cluster, and so the slot of its stack.
  calls(
    STACK,
    'stack of the program',
    () => vmm_create_vseg,
    (_k, _my, to, cx) => {
      const { copy, cluster, slot } = cx.scope.threads[cx.thread];
      to.copy = copy;
      to.type = 'STACK';
      to.base = slot - 1;
      to.cxy = cluster;
    },
    (k, my, result, cx) =>
      result === null ? execFails(k, my as UserFrame, cx) : execEnds(k, my as UserFrame, cx),
  ),
]);

/** The next segment of the program, or its stack, or its first step. */
function afterLoad(k: Kernel, my: UserFrame, cx: Cx): Control {
  const { process, slot } = cx.scope.threads[cx.thread];
  if (my.loaded < cx.scope.programs[process].length) return goto(LOAD);
  return cx.scope.options.execLoads && slot > 0 ? goto(STACK) : execEnds(k, my, cx);
}

/** What a new program may read: its areas, its segments, its stack. */
function execEnds(k: Kernel, my: UserFrame, cx: Cx): Control {
  const { process } = cx.scope.threads[cx.thread];
  const { utilsBase, args, envs } = cx.scope.scenario;
  for (let page = utilsBase; page < utilsBase + args + envs; page++) {
    promisePage(cx.scope, k, process, page, ZERO);
  }
  for (const spec of cx.scope.programs[process]) promiseVseg(cx.scope, k, process, spec);
  if (cx.scope.options.execLoads) promiseStack(cx.scope, k, cx.thread);
  my.loaded = 0;
  return end(k, my, cx);
}

/** There is no way back to the program that was: nothing is promised (option execFailure). */
function execFails(k: Kernel, my: UserFrame, cx: Cx): Control {
  my.loaded = 0;
  if (cx.scope.options.execFailure === 'returns') return end(k, my, cx);
  judgeLocks(k, cx);
  resetLedger(k, cx);
  return goto(EXIT);
}

/** The address space of a copy is gone: its descriptor goes too. */
export function destroyed(k: Kernel, my: UserFrame, cx: Cx): Control {
  judgeLocks(k, cx);
  releaseDescriptor(k, cx.scope, cx.scope.threads[cx.thread].copy);
  resetLedger(k, cx);
  my.done = true;
  for (const page of cx.scope.page.all) forget(k.threads[cx.thread].tlb[page]);
  return goto(PROGRAM);
}

/** The threads of the process finish first what they do in the kernel. */
function othersAreOut(k: Kernel, cx: Cx): boolean {
  const { process } = cx.scope.threads[cx.thread];
  for (const t of cx.scope.thread.all) {
    if (cx.scope.threads[t].process !== process || t === cx.thread) continue;
    if (k.threads[t].stack.length > 1 || userFrame(k, t).entered === 1) return false;
  }
  return true;
}

/** No thread of the process issues an access any more, but the one that execs. */
function endThreads(k: Kernel, cx: Cx, process: ProcessRef, but: ThreadRef | null): void {
  for (const t of cx.scope.thread.all) {
    if (cx.scope.threads[t].process !== process || t === but) continue;
    const frame = userFrame(k, t);
    frame.step = 0;
    frame.entitled = false;
    // exec keeps the reference, and with it the threads of its cluster have nothing left to do.
    frame.exiting = but === null || !cx.scope.copies[cx.scope.threads[t].copy].isReference;
    frame.stopped = !frame.exiting;
  }
}

function creates(cx: Cx, choices: readonly number[]): boolean {
  for (const index of choices) if (cx.scope.userSteps[index].do === 'create') return true;
  return false;
}

function createdBy(my: UserFrame, cx: Cx): ThreadRef {
  const step = cx.scope.userSteps[my.step - 1] as Extract<UserStep, { do: 'create' }>;
  return cx.scope.thread.at(step.thread);
}

/** The descriptor of the process in the cluster of the new thread, if it has none there yet. */
function beginThread(k: Kernel, my: UserFrame, cx: Cx, created: ThreadRef): Control {
  const { copy, process, slot } = cx.scope.threads[created];
  const vmm = k.copies[copy];
  if (!vmm.exists) {
    if (!makeKernelVsegs(k, cx, copy)) {
      judgeFailure(k, cx);
      return end(k, my, cx);
    }
    vmm.exists = true;
    vmm.ready = true;
    vmm.first_free_vpn = cx.scope.heapBase;
    const { copies } = k.processes[process];
    changesCopies(cx, process);
    if (cx.scope.options.copiesOrder === 'registration') copies.push(copy);
    else copies.unshift(copy);
  }
  return goto(slot > 0 ? CREATE : CREATED);
}

/** The vsegs of the kernel of a new copy, all or none: without them the copy is not made. */
function makeKernelVsegs(k: Kernel, cx: Cx, copy: CopyRef): boolean {
  const made = hal_vmm_kernel_update(k, cx, copy);
  if (!made) {
    const { vsl } = k.copies[copy];
    while (vsl.length > 0) {
      vseg_free(k, cx, vsl.at(0) as VsegRef);
      vsl.splice(0, 1);
    }
    releaseDescriptor(k, cx.scope, copy);
  }
  k.threads[cx.thread].descriptors = 0; // they belong to the copy
  return made;
}

function startThread(k: Kernel, cx: Cx, created: ThreadRef): void {
  userFrame(k, created).started = true;
  promiseStack(cx.scope, k, created);
}

function begin(k: Kernel, my: UserFrame, cx: Cx, index: number): Control {
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

/** The thread is in the kernel from now on, and waits there to go on. */
export function enters(my: UserFrame, place: number): Control {
  my.entered = 1;
  return goto(place);
}

/** A server of the cluster takes what the thread has asked for; false: all are busy. */
function asks(k: Kernel, my: UserFrame, cx: Cx, cluster: number): boolean {
  if (!takeServer(k, cx, my, cluster)) return false;
  my.entered = 0;
  return true;
}

/** What the thread asks for is done in this cluster, and needs a server there. */
function byRpc(cx: Cx, cluster: number): boolean {
  return needsServer(cx, cx.scope.threads[cx.thread].cluster, cluster);
}

/** The reference cluster of its process. */
function homeOf(cx: Cx): number {
  return cx.scope.copies[cx.scope.reference[cx.scope.threads[cx.thread].process]].cluster;
}

/** The cluster where the child is made. */
function homeOfChild(my: UserFrame, cx: Cx): number {
  const { child } = cx.scope.userSteps[my.step - 1] as Extract<UserStep, { do: 'fork' }>;
  return cx.scope.copies[cx.scope.reference[cx.scope.processIndex(child)]].cluster;
}

/** What the step is called in traces. */
export function describeStep(step: UserStep): string {
  const word = 'word' in step && step.word === 1 ? ', word 1' : '';
  switch (step.do) {
    case 'read':
    case 'write':
      return `${step.do} page ${step.page}${word}`;
    case 'fork':
      return `fork ${step.child}`;
    case 'munmap':
      return munmapText(step.page, step.pages);
    case 'mmap':
      return `mmap ${step.type}, ${step.pages} page${step.pages > 1 ? 's' : ''}`;
    case 'create':
      return `create thread ${step.thread}`;
    case 'leave':
      return 'end of the thread';
    case 'exec':
      return 'exec';
    case 'exit':
      return 'exit';
  }
}

function munmapText(page: number, pages: number): string {
  if (pages < 1) return `munmap at page ${page}, ${pages} pages`;
  return `munmap page ${page}${pages > 1 ? `..${page + pages - 1}` : ''}`;
}

function access(k: Kernel, my: UserFrame, cx: Cx): Control {
  const index = my.step - 1;
  const step = cx.scope.userSteps[index] as Extract<UserStep, { do: 'read' | 'write' }>;
  const { process, copy } = cx.scope.threads[cx.thread];
  const page = cx.scope.page.at(step.page);
  const pte = k.copies[copy].gpt[page];
  const tlb = k.threads[cx.thread].tlb[page];
  if (!cx.scope.staleTlb || !remembers(tlb, step.do)) {
    if (cx.scope.staleTlb) remember(tlb, pte);
    const met = mmu(pte, step.do);
    if (met === 'page fault') return goto(FAULT);
    const { writeException } = cx.scope.options;
    if (met === 'copy on write') {
      return writeException === 'readAgain' ? enters(my, EXCEPTION) : goto(COW);
    }
    if (met === 'forbidden') {
      // Not what is of the kernel: there USER is missing, whatever is done with it.
      const asks = step.do === 'write' && pte.kernel === 0 && writeException !== 'localCow';
      if (!asks) return userError(k, my, cx);
      return writeException === 'always' ? goto(COW) : enters(my, EXCEPTION);
    }
  }
  const reached = (cx.scope.staleTlb ? tlb.frame : pte.frame) as FrameRef;
  const frame = k.frames[reached];
  userAccess(k, cx, reached, step.do);
  const unmapped = (k.processes[process].unmapped & (1 << step.page)) !== 0;
  if (k.processes[process].unmapped !== 0) {
    cx.check(judged.unmappedIsInaccessible, !unmapped, process, step.page);
  }
  const word = step.word ?? 0;
  cx.note(() => {
    const token = word === 0 ? frame.word0 : frame.word1;
    return step.do === 'read' ? `reads ${cx.scope.tokens[token]}` : 'the write succeeds';
  });
  if (step.do === 'read') {
    judgeRead(k, cx, process, step.page, word, word === 0 ? frame.word0 : frame.word1);
  } else {
    const token = cx.scope.tokenOfStep[index];
    if (word === 0) frame.word0 = token;
    else frame.word1 = token;
    const isFile = wroteFile(k, cx, process, step.page, reached, word, token);
    if (!isFile && wanted(k, cx, process, step.page, word) !== 0) {
      wrote(k, cx, process, step.page, word, token);
    }
  }
  return end(k, my, cx);
}

function afterHandler(k: Kernel, my: UserFrame, result: Result, cx: Cx): Control {
  judgeLocks(k, cx);
  const { process } = cx.scope.threads[cx.thread];
  const { page } = cx.scope.userSteps[my.step - 1] as { page: number };
  cx.check(judged.noPanicOnExhaustion, result !== EXCP_KERNEL_PANIC, process, page);
  if (result === EXCP_NON_FATAL) {
    resetLedger(k, cx);
    return goto(RETRY);
  }
  judgeFailure(k, cx);
  if (result === EXCP_KERNEL_PANIC && cx.scope.options.panicStops) {
    k.halted = true;
    return stuck;
  }
  if (result === EXCP_USER_ERROR) {
    const outcome = userError(k, my, cx);
    resetLedger(k, cx);
    return outcome;
  }
  resetLedger(k, cx);
  return stop(my);
}

/** The access ends the thread; that is right only if the page was not promised all the time. */
function userError(k: Kernel, my: UserFrame, cx: Cx): Control {
  const { process } = cx.scope.threads[cx.thread];
  const { page } = cx.scope.userSteps[my.step - 1] as { page: number };
  // Who runs out of memory, or cannot read a file, may be killed.
  const excused = k.threads[cx.thread].exhausted;
  cx.check(judged.noSpuriousUserError, excused || !my.entitled, process, page);
  cx.note(() => 'user error: the thread ends');
  return stop(my);
}

function stop(my: UserFrame): Control {
  my.stopped = true;
  my.step = 0;
  my.entitled = false;
  return goto(PROGRAM);
}

function end(k: Kernel, my: UserFrame, cx: Cx): Control {
  judgeLocks(k, cx);
  resetLedger(k, cx);
  my.server = 0;
  my.step = 0;
  my.entitled = false;
  my.ip += 1;
  return goto(PROGRAM);
}

function afterMunmap(k: Kernel, my: UserFrame, result: Result, cx: Cx): Control {
  const step = cx.scope.userSteps[my.step - 1] as Extract<UserStep, { do: 'munmap' }>;
  const { process } = cx.scope.threads[cx.thread];
  if (result !== 0) {
    judgeFailure(k, cx);
    return end(k, my, cx);
  }
  cx.check(judged.munmapActs, step.pages > 0, process, step.page, step.pages);
  // Also of what another thread has mapped there since the munmap began.
  forgetPromises(k, cx, process, step.page, step.page + step.pages);
  for (let page = step.page; page < step.page + step.pages; page++) {
    cx.check(judged.munmapEffective, !isCovered(k, cx, process, page), process, page, 0);
    k.processes[process].unmapped |= 1 << page;
  }
  for (let page = 0; page < cx.scope.stackBase; page++) {
    if (wanted(k, cx, process, page, 0) === 0) continue;
    if (!isCovered(k, cx, process, page)) cx.check(judged.munmapEffective, false, process, page, 1);
  }
  return end(k, my, cx);
}

/** A vseg of the reference holds the page. */
function isCovered(k: Kernel, cx: Cx, process: ProcessRef, page: number): boolean {
  return vsegAt(k, cx, process, page) !== null;
}

/**
 * Nothing in the reference forbids to write the page: stacks of other clusters are not known there.
 */
function mayWrite(k: Kernel, cx: Cx, process: ProcessRef, page: number): boolean {
  if (!cx.scope.hasReadOnly) return true;
  const { vsl } = k.copies[cx.scope.reference[process]];
  for (let i = 0; i < vsl.length; i++) {
    const { type, min, max } = k.vsegs[vsl.at(i) as VsegRef];
    // One that begins inside of the page has it, too.
    const meets = min < HALVES * (page + 1) && max > HALVES * page;
    if (meets) return cx.scope.flags[type].write;
  }
  return true;
}

/** The vseg of the reference that holds the page, or null. */
function vsegAt(k: Kernel, cx: Cx, process: ProcessRef, page: number): VsegRef | null {
  const { vsl } = k.copies[cx.scope.reference[process]];
  for (let i = 0; i < vsl.length; i++) {
    const vseg = vsl.at(i) as VsegRef;
    const { min, max } = k.vsegs[vseg];
    if (HALVES * page >= min && HALVES * page < max) return vseg;
  }
  return null;
}

function afterMmap(k: Kernel, my: UserFrame, result: Result, cx: Cx): Control {
  const step = cx.scope.userSteps[my.step - 1] as Extract<UserStep, { do: 'mmap' }>;
  const { process } = cx.scope.threads[cx.thread];
  if (result === null) {
    judgeFailure(k, cx);
    return end(k, my, cx);
  }
  const { min, max } = k.vsegs[cx.scope.vseg.at(result)];
  const [first, last] = pagesOf(min, max - min);
  for (let page = first; page < last; page++) {
    const file = step.file === undefined ? -1 : cx.scope.fileIndex(step.file);
    const index = Math.floor(step.offset ?? 0) + page - first;
    if (file >= 0 && index >= cx.scope.scenario.files[file].pages) continue; // past the end
    const token = file < 0 ? ZERO : cx.scope.fileToken(file, index);
    // A vseg that begins inside of its first page does not hold the words before.
    for (let word = 0; word < cx.scope.words; word++) {
      const inside = HALVES * page + word >= min && HALVES * page + word < max;
      if (inside) setWanted(k, cx, process, page, word, 1 << token);
    }
    for (const q of cx.scope.process.all) {
      if (q === process || k.processes[q].forkedBy === process) {
        k.processes[q].unmapped &= ~(1 << page);
      }
    }
  }
  return end(k, my, cx);
}

/** From now on a read of these pages may return anything, or fail. */
function forgetPromises(k: Kernel, cx: Cx, process: ProcessRef, from: number, to: number): void {
  for (const q of cx.scope.process.all) {
    if (q !== process && k.processes[q].forkedBy !== process) continue;
    for (let page = from; page < to; page++) {
      for (let word = 0; word < cx.scope.words; word++) setWanted(k, cx, q, page, word, 0);
    }
  }
  for (const t of cx.scope.thread.all) {
    if (cx.scope.threads[t].process !== process) continue;
    const frame = userFrame(k, t);
    if (frame.step === 0) continue;
    const step = cx.scope.userSteps[frame.step - 1];
    if (step.do !== 'read' && step.do !== 'write') continue;
    if (step.page >= from && step.page < to) frame.entitled = false;
  }
}

/** The process exits: the thread that destroys its copy does so, the others are gone. */
function leaveForGood(k: Kernel, my: UserFrame, cx: Cx): Control {
  const { copy, process, destroysCopy } = cx.scope.threads[cx.thread];
  if (my.done || !destroysCopy || !k.copies[copy].exists) return blocked;
  const { copies } = k.processes[process];
  if (copiesAreBusy(k, cx, process)) return blocked;
  const last = copies.length === 1;
  const { exitOrder } = cx.scope.options;
  if (exitOrder === 'refLast' && cx.scope.copies[copy].isReference && !last) return blocked;
  cx.note(() => 'last thread of the copy ends');
  if (cx.scope.options.copyUnlinked === 'before') unlinkCopy(k, cx, copy);
  return goto(DESTROY);
}

function unlinkCopy(k: Kernel, cx: Cx, copy: CopyRef): void {
  const { process } = cx.scope.copies[copy];
  const { copies } = k.processes[process];
  changesCopies(cx, process);
  const i = copies.indexOf(copy);
  if (i >= 0) copies.splice(i, 1);
}

function judgeLocks(k: Kernel, cx: Cx): void {
  const released = locksHeld(k, cx.thread, cx.scope) <= k.threads[cx.thread].locks;
  cx.check(judged.locksReleasedOnReturn, released, cx.thread);
}

/** An operation reports failure: it must have given back all it took, and hold no lock. */
function judgeFailure(k: Kernel, cx: Cx): void {
  const { frames, descriptors, forks, pages, slots, cut, locks } = k.threads[cx.thread];
  const taken = frames !== 0 || descriptors !== 0 || forks !== 0 || pages !== 0 || slots !== 0;
  const neutral = !taken && cut === 0;
  const released = locksHeld(k, cx.thread, cx.scope) <= locks;
  cx.check(judged.failedOpIsNeutral, neutral && released, cx.thread);
}

function resetLedger(k: Kernel, cx: Cx): void {
  const ledger = k.threads[cx.thread];
  ledger.frames = 0;
  ledger.descriptors = 0;
  ledger.forks = 0;
  ledger.pages = 0;
  ledger.slots = 0;
  ledger.cut = 0;
  ledger.locks = locksHeld(k, cx.thread, cx.scope);
  ledger.exhausted = false;
}
