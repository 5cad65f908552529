/** Where a user stands in its program, and where its requests stand in the C. */

import { doable } from '../../../model/codezero-mm0/steps.ts';
import type { Profile } from '../../../model/codezero-mm0/profiles.ts';
import type { Access, UserStep } from '../../../model/codezero-mm0/scenario.ts';
import type { Scope } from '../../../model/codezero-mm0/scope.ts';
import type { Source } from '../../../machine/vocabulary.ts';
import { requests, sourceIn } from '../ranges.ts';

/** What mm0 answers; accesses go through the page table. */
export type Request = Exclude<UserStep, Access>;

export const tokens = {
  open: 'sys_open',
  close: 'sys_close',
  mmap: 'sys_mmap',
  read: 'user reads',
  write: 'user writes',
  readFile: 'sys_read',
  writeFile: 'sys_write',
  fork: 'sys_fork',
  clone: 'sys_clone',
  shmget: 'sys_shmget',
  shmat: 'sys_shmat',
  shmdt: 'sys_shmdt',
  munmap: 'sys_munmap',
  exit: 'sys_exit',
} as const satisfies Record<UserStep['do'], string>;

export const kinds = doable;

export const label = (i: number): number => (i + 1) / 100;

export const EITHER = label(kinds.length);

export const HANDLE = label(kinds.length + 1);

export const RETRY = label(kinds.length + 2);

export const OPENED = label(kinds.length + 3);

export const WAIT = label(kinds.length + 4);

export const END = label(kinds.length + 5);

export const HANDLES = 'page_fault_handler';

/** Where requests are taken up in the C of a profile. */
export function requestSource(profile: Profile): (statement: unknown) => Source | undefined {
  const rows = new Map(kinds.map((kind) => [tokens[kind] as string, requests[kind]]));
  rows.set(HANDLES, requests['fault']);
  return (statement) => sourceIn(rows.get((statement as { token: string }).token), profile);
}

/** Where a thread stands that is about to do the step at `ip`. */
export function labelAt(s: Scope, thread: number, ip: number): number {
  const alternatives = s.threads[thread as never].program[ip];
  if (alternatives === undefined) return END;
  if (alternatives.length > 1) return EITHER;
  return label(kinds.indexOf(s.userSteps[alternatives[0]].do));
}
