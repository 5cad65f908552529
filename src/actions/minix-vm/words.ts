/**
 * The vocabulary of `actions/operation.ts`, for the kernel state and scope of the MINIX VM server.
 */

import type { Kernel } from '../../model/minix-vm/state.ts';
import type { Scope } from '../../model/minix-vm/scope.ts';
import type { Context } from '../operation.ts';
import { vocabulary } from '../operation.ts';

export { goto, next, stuck } from '../operation.ts';

export const { at, calls, local, operation } = vocabulary<Kernel, Scope>();

export type Cx = Context<Scope>;
