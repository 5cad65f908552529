/** The systems under check, in the order `vmcheck list` names them; the first is the default. */

import type { System } from './system.ts';
import { almosMkh } from './systems/almos-mkh.ts';
import { codezeroMm0 } from './systems/codezero-mm0.ts';
import { minixVm } from './systems/minix-vm.ts';

/** The three built-in systems; the first is the default. */
export const systems: readonly System[] = [almosMkh, minixVm, codezeroMm0];
