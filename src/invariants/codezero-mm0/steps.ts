/**
 * Invariants about steps rather than states: what a request does is checks while it runs
 * (`cx.check(checks.pagerNeverStops, ...)` in `actions/codezero-mm0`); here are their sentences.
 */

import { checks, siteText } from '../../model/codezero-mm0/step-invariants.ts';
import { doable } from '../../model/codezero-mm0/steps.ts';
import type { Scope } from '../../model/codezero-mm0/scope.ts';
import type { InvariantInfo } from '../../system.ts';

type Number = number | null;

interface StepInvariant extends InvariantInfo {
  /** The violation in a sentence, from the numbers that the checking step gave. */
  tell(s: Scope, a: number, b: number): string;
}

const atPage = (s: Scope, space: number, page: number): string =>
  `page ${page} of ${s.spaceNames[space]}`;
const atRequest = 'after each request';

const byName: Record<keyof typeof checks, StepInvariant> = {
  pagerNeverStops: {
    name: 'pager-never-stops',
    sentence: 'No check of mm0 or of the kernel fails: the pager goes on serving.',
    when: 'at each check',
    group: 'robustness',
    tell: (_s, site) => `the pager stops for good: ${siteText(site)}`,
  },
  noWildAccess: {
    name: 'no-wild-access',
    sentence: 'No freed object, freed link, poisoned node or error value is followed.',
    when: 'at each access of mm0',
    group: 'chains',
    tell: (_s, site) => `a wild access: ${siteText(site)}`,
  },
  forkPreservesContent: {
    name: 'fork-preserves-content',
    sentence: 'Right after a fork, parent and child see at each page what they were promised.',
    when: 'after each fork',
    group: 'content',
    tell: (s, space, page) => `the fork changes what ${atPage(s, space, page)} shows`,
  },
  collapsePreservesView: {
    name: 'collapse-preserves-view',
    sentence: 'Taking a superfluous object out of a chain changes no page that any task sees.',
    when: 'at each collapse',
    group: 'content',
    tell: () => 'a collapse changes what a task sees',
  },
  mergePreservesView: {
    name: 'merge-preserves-view',
    sentence: 'Merging an object into its shadow changes no page that any task sees.',
    when: 'at each merge',
    group: 'content',
    tell: () => 'a merge changes what a task sees',
  },
  readNeverDowngrades: {
    name: 'read-never-downgrades',
    sentence: 'A read fault does not turn a writable entry into a read-only one.',
    when: 'at each read fault',
    group: 'pages',
    tell: (s, space, page) => `a read fault takes write access away from ${atPage(s, space, page)}`,
  },
  splitKeepsObjects: {
    name: 'split-keeps-objects',
    sentence: 'What a munmap leaves of an area has the same chain, but for objects merged by it.',
    when: 'after each munmap',
    group: 'areas',
    tell: (s, space, page) => `munmap leaves ${atPage(s, space, page)} with other objects, or none`,
  },
  splitKeepsOffsets: {
    name: 'split-keeps-offsets',
    sentence: 'A page that stays mapped keeps its offset in the file.',
    when: 'after each munmap',
    group: 'areas',
    tell: (s, space, page) => `after the munmap ${atPage(s, space, page)} is at another offset`,
  },
  munmapRemovesAccess: {
    name: 'munmap-removes-access',
    sentence: 'After a munmap that reports success no entry and no area covers its range.',
    when: 'after each munmap',
    group: 'areas',
    tell: (s, space, page) => `munmap succeeds, but ${atPage(s, space, page)} is still mapped`,
  },
  unmappedStaysUnmapped: {
    name: 'unmapped-stays-unmapped',
    sentence: 'A fork makes no entry in the parent.',
    when: 'at each fork',
    group: 'areas',
    tell: (s, space, page) => `the fork maps ${atPage(s, space, page)}, which had no entry`,
  },
  failedCallLeavesNoTrace: {
    name: 'failed-call-leaves-no-trace',
    sentence: 'A call that answers with an error has changed nothing.',
    when: 'at each error that is answered',
    group: 'robustness',
    tell: (s, kind, space) => `${doable[kind]} of ${s.spaceNames[space]} fails and leaves traces`,
  },
  pendingFaultsDrain: {
    name: 'pending-faults-drain',
    sentence: 'A fault that has been handled lets its access go on.',
    when: 'at each fault handled',
    group: 'robustness',
    tell: (s, space, page) => `the fault at ${atPage(s, space, page)} is handled, and raised again`,
  },
  vmaNotEmpty: {
    name: 'vma-not-empty',
    sentence: 'An area ends behind its start.',
    when: atRequest,
    group: 'areas',
    tell: (s, space) => `a request of ${s.spaceNames[space]} leaves an area without pages`,
  },
  offsetInPages: {
    name: 'offset-in-pages',
    sentence: 'Every page of an area lies within its file; devzero is exempt.',
    when: atRequest,
    group: 'areas',
    tell: (s, space) => `an area of ${s.spaceNames[space]} lies beyond the end of its file`,
  },
  shmAddressUnique: {
    name: 'shm-address-unique',
    sentence: 'Two segments with an address do not intersect.',
    when: atRequest,
    group: 'areas',
    tell: () => 'two segments intersect',
  },
  shmAddressStable: {
    name: 'shm-address-stable',
    sentence: 'All areas of a segment are at its address.',
    when: atRequest,
    group: 'areas',
    tell: (s, space) => `a request of ${s.spaceNames[space]} leaves a segment at two addresses`,
  },
  shmAddressReturned: {
    name: 'shm-address-returned',
    sentence: 'The addresses taken from the pool are exactly those of segments.',
    when: atRequest,
    group: 'areas',
    tell: (s, space) =>
      `after a request of ${s.spaceNames[space]} the pool and the segments disagree`,
  },
  exitClosesOwnDescriptors: {
    name: 'exit-closes-own-descriptors',
    sentence: 'A thread that exits closes no descriptor that another thread still uses.',
    when: 'at each exit',
    group: 'robustness',
    tell: (s, thread) => `the exit of ${s.threads[thread].name} closes descriptors of others`,
  },
  chosenAddressIsFree: {
    name: 'chosen-address-is-free',
    sentence: 'A mapping that mm0 places where it likes covers nothing that the task has already.',
    when: 'at each mmap without an address',
    group: 'areas',
    tell: (s, space, page) => `mmap chooses ${atPage(s, space, page)}, which is in use`,
  },
  requestIsAnswered: {
    name: 'request-is-answered',
    sentence: 'A task that maps or unmaps is answered (asked if mmapReply is as-written).',
    when: 'at each mmap and munmap',
    group: 'answers',
    tell: (s, kind, space) => `${doable[kind]} of ${s.spaceNames[space]} is never answered`,
  },
};

/** In the order of their numbers. */
export const stepInvariants: readonly StepInvariant[] = Object.entries(checks)
  .sort(([, a], [, b]) => a - b)
  .map(([key]) => byName[key as keyof typeof checks]);

export function tell(s: Scope, check: number, a: Number, b: Number): string {
  return stepInvariants[check].tell(s, a ?? 0, b ?? 0);
}
