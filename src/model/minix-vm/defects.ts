/**
 * The distinct defects of VM, each with its smallest counterexample and the fix that removes it.
 */

import file from '../../../defects/minix-vm.json' with { type: 'json' };
import { readDefects } from '../read-defects.ts';

export const { defects } = readDefects('minix-vm', file);
