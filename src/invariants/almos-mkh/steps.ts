/**
 * Invariants about steps rather than states: what a step does is checks while it runs
 * (`cx.check(checks.noDoubleFree, ...)` in `actions/almos-mkh`); here are their sentences.
 */

import { assertions, checks, privateTypes } from '../../model/almos-mkh/step-invariants.ts';
import { frameName, vsegName } from '../../model/almos-mkh/scope.ts';
import type { Scope } from '../../model/almos-mkh/scope.ts';
import type { InvariantInfo } from '../../system.ts';

type Number = number | null;

interface StepInvariant extends InvariantInfo {
  /** The violation in a sentence, from the numbers that the checking step gave. */
  tell(s: Scope, a: number, b: number, c: number): string;
}

const page = (s: Scope, process: number, n: number): string =>
  `page ${n} of ${s.processNames[process]}`;

const byName: Record<keyof typeof checks, StepInvariant> = {
  noAccessToFreeFrame: {
    name: 'no-access-to-free-frame',
    sentence: 'No user access, COW copy or counter update touches a free frame.',
    when: 'at each of these steps',
    group: 'frames',
    tell: (s, frame) => `frame ${frameName(s, frame)} is used although it is free`,
  },
  noDoubleFree: {
    name: 'no-double-free',
    sentence: 'Only an allocated frame is released.',
    when: 'at each release',
    group: 'frames',
    tell: (s, frame) => `frame ${frameName(s, frame)} is released although it is free`,
  },
  pteWriteUnderLock: {
    name: 'pte-write-under-lock',
    sentence: 'An entry that is LOCKED is changed only by the thread that locked it.',
    when: 'at each change of a LOCKED entry',
    group: 'ptes',
    tell: (s, copy, n, owner) =>
      `the entry of page ${n} of ${s.copies[copy].name} is changed ` +
      `while ${s.threads[owner].name} holds its lock`,
  },
  vslLockDiscipline: {
    name: 'vsl-lock-discipline',
    sentence:
      'Links and ranges of a VSL are read under vsl_lock, and changed under it in write mode.',
    when: 'at each access to a VSL',
    group: 'discipline',
    tell: (s, copy, write) =>
      `the VSL of ${s.copies[copy].name} is ${write === 1 ? 'changed' : 'read'} without vsl_lock` +
      `${write === 1 ? ' in write mode' : ''}`,
  },
  forksLockDiscipline: {
    name: 'forks-lock-discipline',
    sentence: 'forks of a frame changes only under the lock of its page.',
    when: 'at each change of forks',
    group: 'discipline',
    tell: (s, frame) => `forks of frame ${frameName(s, frame)} is changed without its lock`,
  },
  copiesLockDiscipline: {
    name: 'copies-lock-discipline',
    sentence: 'The list of the copies of a process is walked or changed only under its lock.',
    when: 'at each walk and change of the list',
    group: 'discipline',
    tell: (s, process, change) =>
      `the copies of ${s.processNames[process]} are ` +
      `${change === 1 ? 'changed' : 'walked'} without a lock`,
  },
  mmapProgress: {
    name: 'mmap-progress',
    sentence: 'An mmap that fits in the free rest of the zone succeeds.',
    when: 'at each allocation in the mmap zone, and each conflict with what it gave',
    group: 'lists',
    tell: (s, copy, size) =>
      `mmap of ${size} page${size === 1 ? '' : 's'} in ${s.copies[copy].name} ` +
      'is refused, though they fit',
  },
  noDescriptorUseAfterFree: {
    name: 'no-descriptor-use-after-free',
    sentence: 'No step reads or writes a vseg descriptor that is free or parked.',
    when: 'at each use of a descriptor',
    group: 'lists',
    tell: (s, vseg) => `vseg descriptor ${vsegName(s, vseg)} is used after it was given back`,
  },
  locksReleasedOnReturn: {
    name: 'locks-released-on-return',
    sentence: 'A thread that returns to user mode, with any result, holds no lock.',
    when: 'at each return to user mode',
    group: 'control',
    tell: (s, thread) => `${s.threads[thread].name} returns to user mode holding a lock`,
  },
  noSpuriousUserError: {
    name: 'no-spurious-user-error',
    sentence:
      'An access that the process was entitled to all the time does not end in a user error.',
    when: 'at each user error',
    group: 'control',
    tell: (s, process, n) =>
      `an access to ${page(s, process, n)}, which is mapped, ends in a user error`,
  },
  noPanicOnExhaustion: {
    name: 'no-panic-on-exhaustion',
    sentence: 'Running out of memory or an I/O error is not answered with a kernel panic.',
    when: 'at each result of an exception handler that is a panic',
    group: 'control',
    tell: (s, process, n) =>
      `the fault at ${page(s, process, n)} is answered with EXCP_KERNEL_PANIC`,
  },
  noAssert: {
    name: 'no-assert',
    sentence: 'No assertion of the kernel fails, and it does not run into uninitialised lists.',
    when: 'at each assertion',
    group: 'control',
    tell: (_s, line) => assertions[line] ?? `the assertion at line ${line} fails`,
  },
  failedOpIsNeutral: {
    name: 'failed-op-is-neutral',
    sentence:
      'An operation that reports failure has given back the frames, descriptors, counts, pages, ' +
      'stack slots and locks that it took, and has cut no vseg.',
    when: 'at each failure that is reported',
    group: 'control',
    tell: (s, thread) =>
      `the operation of ${s.threads[thread].name} fails and leaves traces behind`,
  },
  munmapEffective: {
    name: 'munmap-effective',
    sentence:
      'After a munmap that reported success, no vseg of the reference holds the region, and the ' +
      'other pages of the process still have theirs.',
    when: 'at each munmap that returns 0',
    group: 'control',
    tell: (s, process, n, lost) =>
      `munmap reports success, but ${page(s, process, n)} ` +
      (lost === 1 ? 'has lost its vseg too' : 'still has its vseg'),
  },
  munmapActs: {
    name: 'munmap-acts',
    sentence:
      'A munmap that reports success was asked for a page at least, and has found its vseg.',
    when: 'at each munmap that returns 0, and each vseg that a munmap is about to delete',
    group: 'control',
    tell: (s, process, n, pages) =>
      pages > 0
        ? `munmap reports success, but has found nothing at ${page(s, process, n)}`
        : `munmap of ${pages} pages at ${page(s, process, n)} reports success`,
  },
  munmapSparesOthers: {
    name: 'munmap-spares-others',
    sentence: 'A munmap of a user changes no vseg of the kernel, of CODE or of a STACK.',
    when: 'at each vseg that a munmap cuts or removes',
    group: 'control',
    tell: (s, process, n, type) =>
      `munmap removes or cuts the ${privateTypes[type]} vseg at ${page(s, process, n)}`,
  },
  noKillForDescriptor: {
    name: 'no-kill-for-descriptor',
    sentence:
      'An access that the process was entitled to does not end in a user error for want of a ' +
      'descriptor for a copy of its vseg.',
    when: 'at each descriptor that a fault or COW allocates',
    group: 'control',
    tell: (s, process, n) =>
      `there is no descriptor for the vseg of ${page(s, process, n)}, and ` +
      'the thread is killed for it',
  },
  kernelOutOfReach: {
    name: 'kernel-out-of-reach',
    sentence: 'No access of a user reaches a frame of the kernel.',
    when: 'at each access, where there are vsegs of the kernel',
    group: 'frames',
    tell: (s, frame) => `a user reaches frame ${frameName(s, frame)}, which is of the kernel`,
  },
  unmappedIsInaccessible: {
    name: 'unmapped-is-inaccessible',
    sentence: 'After munmap returned, no thread of the process reaches the page any more.',
    when: 'at each access, once something was unmapped',
    group: 'ptes',
    tell: (s, process, n) => `${page(s, process, n)} is accessed after its munmap returned`,
  },
  readOwnProcessWrites: {
    name: 'read-own-process-writes',
    sentence: 'A read returns the last value that the process wrote, or inherited at its fork.',
    when: 'at each read of a word that was written',
    group: 'content',
    tell: (s, process, n, token) =>
      `a read of ${page(s, process, n)} returns ${s.tokens[token]}: a write is lost`,
  },
  forkIsolation: {
    name: 'fork-isolation',
    sentence: 'What one process writes after a fork, the other never reads.',
    when: 'at each read that returns a value of another process',
    group: 'content',
    tell: (s, process, n, token) =>
      `a read of ${page(s, process, n)} returns ${s.tokens[token]}, which ` +
      `${s.processNames[s.writerOfToken[token]]} wrote for itself`,
  },
  noLostWrite: {
    name: 'no-lost-write',
    sentence:
      'A COW copy holds what its process wrote before, and nothing others wrote since the fork.',
    when: 'at each COW copy that is published',
    group: 'content',
    tell: (s, process, n, token) =>
      `the copy of ${page(s, process, n)} holds ${s.tokens[token]}: it lacks a ` +
      'write, or has a foreign one',
  },
  initialContent: {
    name: 'initial-content',
    sentence:
      'The first read of a page returns zero (ANON) or what the file holds there (DATA, FILE).',
    when: 'at each read of a word never written',
    group: 'content',
    tell: (s, process, n, token) => {
      const what = token === 0 ? 'whatever was last in the frame' : s.tokens[token];
      return `a first read of ${page(s, process, n)} returns ${what}`;
    },
  },
};

/** In the order of their numbers. */
export const stepInvariants: readonly StepInvariant[] = Object.entries(checks)
  .sort(([, a], [, b]) => a - b)
  .map(([key]) => byName[key as keyof typeof checks]);

export function tell(s: Scope, check: number, a: Number, b: Number, c: Number): string {
  return stepInvariants[check].tell(s, a ?? 0, b ?? 0, c ?? 0);
}
