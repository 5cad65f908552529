/** The vocabulary of `machine/vocabulary.ts`, for the kernel state and scope of ALMOS-MKH. */

import type { Kernel } from '../../model/almos-mkh/state.ts';
import type { Scope } from '../../model/almos-mkh/scope.ts';
import type { Context } from '../../machine/vocabulary.ts';
import { vocabulary } from '../../machine/vocabulary.ts';

export { blocked, goto, next, stuck } from '../../machine/vocabulary.ts';

export const { at, calls, local, operation } = vocabulary<Kernel, Scope>();

export type Cx = Context<Scope>;
