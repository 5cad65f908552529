/** Locks of an address space that its threads are going to take. */

import type { CopyRef, Scope } from '../../model/almos-mkh/scope.ts';
import type { Kernel } from '../../model/almos-mkh/state.ts';
import type { Invariant } from './invariant.ts';

/** A copy whose threads may run. */
function runs(k: Kernel, s: Scope, c: CopyRef): boolean {
  return k.copies[c].exists && k.processes[s.copies[c].process].born;
}

export const locksInitialised: Invariant = {
  name: 'locks-initialised',
  sentence: 'The locks of both allocators of a process that runs have been initialised.',
  when: 'always, once the fork that makes the process has returned',
  group: 'control',
  applies(k, s) {
    for (const c of s.copy.all) if (runs(k, s, c)) return true;
    return false;
  },
  violation(k, s) {
    for (const c of s.copy.all) {
      if (!k.copies[c].poison || !runs(k, s, c)) continue;
      return `${s.copies[c].name} runs, and nothing has initialised the locks of its allocators`;
    }
    return undefined;
  },
};
