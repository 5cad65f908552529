/**
 * Invariants about steps and requests rather than states: checks where the code runs
 * (`cx.check(checks.noPanic, ...)` in `actions/minix-vm`); here are their sentences.
 */

import { assertions, fatal, checks } from '../../model/minix-vm/step-invariants.ts';
import type { Scope } from '../../model/minix-vm/scope.ts';
import type { InvariantInfo } from '../../system.ts';

type Given = number | null;

interface StepInvariant extends InvariantInfo {
  /** The violation in a sentence, from the numbers that the checking step gave. */
  tell(s: Scope, a: number, b: number, c: number): string;
}

const name = (s: Scope, p: number): string => s.processNames[p];
const page = (s: Scope, p: number, n: number): string => `page ${n} of ${name(s, p)}`;
const kinds = ['phys_block', 'phys_region', 'vir_region', 'tree'];

const byName: Record<keyof typeof checks, StepInvariant> = {
  noPanic: {
    name: 'no-panic',
    sentence: 'VM reaches no panic.',
    when: 'at each end of a request, and at each panic',
    group: 'requests',
    tell: (_s, where) => `VM panics: ${fatal[where]}`,
  },
  noAssert: {
    name: 'no-assert',
    sentence: 'No vm_assert is false.',
    when: 'at each assertion',
    group: 'requests',
    tell: (_s, which) => `the assertion ${assertions[which]} is false`,
  },
  noCrash: {
    name: 'no-crash',
    sentence: 'No null pointer is followed, and no object is used that was given back.',
    when: 'at each end of a request, and at each such use',
    group: 'requests',
    tell: (_s, how, what) =>
      how === 0
        ? `VM follows a null pointer: ${fatal[what]}`
        : `VM uses a ${kinds[what]} it gave back`,
  },
  noDoubleFree: {
    name: 'no-double-free',
    sentence: 'Only a used frame is given back, and none of a device.',
    when: 'at each release of frames',
    group: 'frames',
    tell: (_s, frame, device) =>
      device > 0
        ? `frame ${device} is given back although it is the memory of a device`
        : `frame ${frame} is given back although it is free`,
  },
  noAccessToFreeFrame: {
    name: 'no-access-to-free-frame',
    sentence: 'No process reads or writes a free frame.',
    when: 'at each access',
    group: 'frames',
    tell: (s, p, n, frame) => `an access to ${page(s, p, n)} reaches frame ${frame}, which is free`,
  },
  refcountNeverWraps: {
    name: 'refcount-never-wraps',
    sentence: 'No refcount goes below 0 or above 255.',
    when: 'at each change of a refcount',
    group: 'structure',
    tell: (_s, pb) => `the refcount of block ${pb} wraps around`,
  },
  requestTerminates: {
    name: 'request-terminates',
    sentence: 'Every request ends, also when allocations keep failing.',
    when: 'at each end of a request, and where one provably never ends',
    group: 'requests',
    tell: () => 'the request comes back to where it was, for ever',
  },
  cowIsolation: {
    name: 'cow-isolation',
    sentence: 'A write changes nothing that a page in another cell reads.',
    when: 'at each write',
    group: 'content',
    tell: (s, p, n, writer) => `what ${name(s, writer)} writes shows in ${page(s, p, n)}`,
  },
  smapVisibility: {
    name: 'smap-visibility',
    sentence: 'A write is seen by every page that is shared with the one written.',
    when: 'at each write',
    group: 'content',
    tell: (s, p, n, writer) => `${page(s, p, n)} does not see what ${name(s, writer)} writes`,
  },
  legitWriteSucceeds: {
    name: 'legit-write-succeeds',
    sentence: 'A write that the process is entitled to does not end in SIGSEGV.',
    when: 'at each write, unless an allocation failed during it',
    group: 'content',
    tell: (s, p, n) => `a write to ${page(s, p, n)}, to which it is entitled, ends in SIGSEGV`,
  },
  legitReadSucceeds: {
    name: 'legit-read-succeeds',
    sentence: 'A read that the process is entitled to does not end in SIGSEGV.',
    when: 'at each read, unless an allocation failed during it',
    group: 'content',
    tell: (s, p, n) => `a read of ${page(s, p, n)}, to which it is entitled, ends in SIGSEGV`,
  },
  readonlyHolds: {
    name: 'readonly-holds',
    sentence: 'A page that is mapped read-only is not written while it is shared.',
    when: 'at each write',
    group: 'content',
    tell: (s, p, n) => `a write to ${page(s, p, n)}, which is mapped read-only, succeeds`,
  },
  noRightsGained: {
    name: 'no-rights-gained',
    sentence: 'A mapping is writable only if the source itself may write the page.',
    when: 'at each map that returns OK',
    group: 'content',
    tell: (s, p, n, source) =>
      `${page(s, p, n)} becomes writable, though ${name(s, source)} may only read what it maps`,
  },
  unmapSevers: {
    name: 'unmap-severs',
    sentence: 'After an unmap no page of the range has the frame of its counterpart.',
    when: 'at each unmap that returns OK',
    group: 'requests',
    tell: (s, source, dest) =>
      `after the unmap ${name(s, dest)} still has a frame of ${name(s, source)}`,
  },
  failedRequestNoTrace: {
    name: 'failed-request-no-trace',
    sentence: 'After a request that failed, all processes see what they saw before.',
    when: 'at each request that reports an error',
    group: 'requests',
    tell: () => 'the request fails, and the processes see something else than before',
  },
  okMeansComplete: {
    name: 'ok-means-complete',
    sentence: 'After a map that returned OK, both sides of the whole range have the same frames.',
    when: 'at each map that returns OK',
    group: 'requests',
    tell: (s, source, dest) =>
      `the map from ${name(s, source)} to ${name(s, dest)} returns OK, and is not complete`,
  },
  failureIsReported: {
    name: 'failure-is-reported',
    sentence: 'A map or unmap that an allocation failure kept from its job does not return OK.',
    when: 'at each map and unmap that is not complete after a failure',
    group: 'requests',
    tell: (s, dest) =>
      `an allocation failed, what ${name(s, dest)} asked for is not done, and VM says OK`,
  },
  onlyRangeChanges: {
    name: 'only-range-changes',
    sentence: 'A map changes no page table and no frame outside of its two ranges.',
    when: 'at each map that ends',
    group: 'requests',
    tell: (s, source, dest) =>
      `the map from ${name(s, source)} to ${name(s, dest)} changes a page outside of its range`,
  },
  revokeReachesTheChain: {
    name: 'revoke-reaches-the-chain',
    sentence:
      'After an unmap, nobody who had the memory through its destination has a frame of its ' +
      'source, unless a mapping on record still says so.',
    when: 'at each unmap that returns OK',
    group: 'content',
    tell: (s, p, n, source) =>
      `${page(s, p, n)} still has the memory of ${name(s, source)}, from which it was unmapped`,
  },
};

/** In the order of their numbers. */
export const stepInvariants: readonly StepInvariant[] = Object.entries(checks)
  .sort(([, a], [, b]) => a - b)
  .map(([key]) => byName[key as keyof typeof checks]);

export function tell(s: Scope, check: number, a: Given, b: Given, c: Given): string {
  return stepInvariants[check].tell(s, a ?? 0, b ?? 0, c ?? 0);
}
