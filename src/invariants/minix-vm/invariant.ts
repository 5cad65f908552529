/** What an invariant of states is: its sentence, when it is asked, and why a state breaks it. */

import type { Scope } from '../../model/minix-vm/scope.ts';
import type { Kernel } from '../../model/minix-vm/state.ts';
import type { InvariantInfo } from '../../system.ts';

export interface Invariant extends InvariantInfo {
  /** Does it say something about this state? */
  applies(k: Kernel, s: Scope): boolean;
  /** The violation in a sentence; undefined, with nothing allocated, while it holds. */
  violation(k: Kernel, s: Scope): string | undefined;
}
