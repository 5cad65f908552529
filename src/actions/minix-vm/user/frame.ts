/** Where a user stands between its requests: labels and locals of `user`. */

import { OK } from '../../../model/minix-vm/step-invariants.ts';
import type { RecordRef } from '../../../model/minix-vm/scope.ts';
import type { Kernel } from '../../../model/minix-vm/state.ts';
import type { Control } from '../../../machine/vocabulary.ts';
import { goto } from '../vocabulary.ts';
import type { Cx } from '../vocabulary.ts';

export const ACT = 1;
export const FAULT = 2;
export const RETRY = 3;
export const TOUCH = 4;
export const FORK = 5;
export const EXIT = 6;
export const MAP = 7;
export const UNMAP = 8;
export const MUNMAP = 9;
export const MMAP = 10;
export const BRK = 11;
export const CHECK = 12;
export const EXEC = 13;
export const REMAP = 14;
export const ANSWER = 15;

/** At most so many faults for one access. */
export const ROUNDS = 3;

export interface UserLocals {
  /** The action under way: index + 1 into `Scope.actions`; 0 is none. */
  action: number;
  record: RecordRef | null;
  rounds: number;
  result: number;
}

export const answer = (_k: Kernel, my: UserLocals, result: number | null): Control => {
  my.result = result ?? OK;
  return goto(ANSWER);
};

export const actionOf = (cx: Cx, my: UserLocals) => cx.scope.actions[my.action - 1];

export type Given = { page: number; pages: number };
