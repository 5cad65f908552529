/** What an invariant of states is: its sentence, when it is asked, and why a state breaks it. */

import type { Scope } from '../../model/almos-mkh/scope.ts';
import type { Kernel } from '../../model/almos-mkh/state.ts';
import type { InvariantInfo } from '../../system.ts';

export interface Invariant extends InvariantInfo {
  /**
   * Most states are not asked: whether it applies is looked at first. Of others, after a violation.
   */
  readonly gated?: true;
  /** The fields of a state that it reads; others it cannot see. All, if left out. */
  readonly reads?: readonly string[];
  /** Does it say something about this state? */
  applies(k: Kernel, s: Scope): boolean;
  /** The violation in a sentence; undefined, with nothing allocated, while it holds. */
  violation(k: Kernel, s: Scope): string | undefined;
}

/** Frames, and the entries that map them. Few lists, shared: each makes a view of its own. */
export const pages = ['frames', 'mapper', 'copies.gpt', 'processes.forkedBy'] as const;

/** VSLs, and the pages that their vsegs cover. */
export const vsls = [
  'copies.exists',
  'copies.vsl',
  'copies.vsl_lock',
  'copies.vsegs_nr',
  'copies.gpt',
  'vsegs',
] as const;
