/** What a script of the VM server says, line by line. */

import type { UserAction } from '../../model/minix-vm/scenario.ts';
import type { Failure } from '../../model/minix-vm/script-port.ts';

/** One line of a script. */
export interface Line {
  readonly op: string;
  readonly action?: UserAction;
  /** Index of the action among those of the scenario. */
  readonly index: number;
  readonly process?: {
    readonly slot: number;
    readonly page: number;
    readonly pages: number;
    readonly writable: boolean;
  };
  readonly failure?: Failure;
}
