/**
 * The vocabulary of `machine/vocabulary.ts`, for the kernel state and scope of the MINIX VM server.
 */

import { resultNames } from '../../model/minix-vm/step-invariants.ts';
import type { Kernel } from '../../model/minix-vm/state.ts';
import type { Scope } from '../../model/minix-vm/scope.ts';
import type { Context, Result } from '../../machine/vocabulary.ts';
import { vocabulary } from '../../machine/vocabulary.ts';

export { goto, next, stuck } from '../../machine/vocabulary.ts';

export const { at, calls, local, operation } = vocabulary<Kernel, Scope>();

/** How the result of an int function reads in traces: OK, ENOMEM, ... */
export const code = (_s: Scope, result: Result): string =>
  result === null ? '' : (resultNames[result] ?? String(result));

/** The same of a function that answers a pointer: `entry 3`, as changes name it, or NULL. */
export const pointer = (what: string) => (_s: Scope, result: Result) =>
  result === null ? 'NULL' : `${what} ${result}`;

export type Cx = Context<Scope>;
