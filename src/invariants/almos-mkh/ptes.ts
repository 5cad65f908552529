/** Page tables: entries by themselves, and between processes. */

import { frameName } from '../../model/almos-mkh/scope.ts';
import type { CopyRef, Scope, VsegRef } from '../../model/almos-mkh/scope.ts';
import type { Kernel } from '../../model/almos-mkh/state.ts';
import { quiescent } from '../../model/almos-mkh/threads.ts';
import { covers } from './copies.ts';
import { pages } from './invariant.ts';
import type { Invariant } from './invariant.ts';
import { anyMapped } from './mappers.ts';

const whenQuiescent = 'when nothing is under way';

export const cowXorWritable: Invariant = {
  name: 'cow-xor-writable',
  sentence: 'No entry is COW and WRITABLE together.',
  when: 'always',
  group: 'ptes',
  reads: pages,
  applies: anyMapped,
  violation(k, s) {
    for (const c of s.copy.all) {
      for (const n of s.page.all) {
        const { frame, cow, writable } = k.copies[c].gpt[n];
        if (frame !== null && cow && writable) {
          return `the entry of page ${n} in ${s.copies[c].name} is COW and WRITABLE`;
        }
      }
    }
    return undefined;
  },
};

export const cowIsolation: Invariant = {
  name: 'cow-isolation',
  sentence: 'A frame that two processes map, other than for a file, is writable in neither.',
  when: 'always, except while the fork that shares it is under way',
  group: 'ptes',
  reads: pages,
  applies(k, s) {
    for (const c of s.copy.all) {
      for (const n of s.page.all) {
        const { frame } = k.copies[c].gpt[n];
        if (frame === null || k.frames[frame].owner !== 'user') continue;
        if (sharedWith(k, s, c, frame) !== null) return true;
      }
    }
    return false;
  },
  violation(k, s) {
    for (const c of s.copy.all) {
      const { process } = s.copies[c];
      for (const n of s.page.all) {
        const { frame, writable } = k.copies[c].gpt[n];
        if (frame === null || !writable || k.frames[frame].owner !== 'user') continue;
        const other = sharedWith(k, s, c, frame);
        if (other === null) continue;
        const sharer = s.copies[other].process;
        if (k.processes[process].forkedBy !== null || k.processes[sharer].forkedBy !== null)
          continue;
        return (
          `${s.copies[c].name} may write frame ${frameName(s, frame)} at page ${n}, ` +
          `which ${s.copies[other].name} maps too`
        );
      }
    }
    return undefined;
  },
};

/** A copy of another process that maps the frame, or null. */
function sharedWith(k: Kernel, s: Scope, c: CopyRef, frame: number): CopyRef | null {
  for (const other of s.copy.all) {
    if (s.copies[other].process === s.copies[c].process) continue;
    for (const n of s.page.all) if (k.copies[other].gpt[n].frame === frame) return other;
  }
  return null;
}

export const pteCoveredByVseg: Invariant = {
  name: 'pte-covered-by-vseg',
  sentence: 'A mapped page lies in exactly one vseg of the VSL of its copy.',
  when: whenQuiescent,
  gated: true,
  group: 'ptes',
  applies: (k, s) => anyMapped(k, s) && quiescent(k, s),
  violation(k, s) {
    for (const c of s.copy.all) {
      const { gpt, vsl } = k.copies[c];
      for (const n of s.page.all) {
        if (gpt[n].frame === null) continue;
        let covering = 0;
        for (let i = 0; i < vsl.length; i++) {
          if (covers(k, vsl.at(i) as VsegRef, n)) covering += 1;
        }
        if (covering === 1) continue;
        const found = covering === 0 ? 'no vseg' : `${covering} vsegs`;
        return `${s.copies[c].name} maps page ${n}, which ${found} of its VSL cover`;
      }
    }
    return undefined;
  },
};

export const pteLockHasOwner: Invariant = {
  name: 'pte-lock-has-owner',
  sentence: 'An entry that is LOCKED was locked by a thread that is still in the kernel.',
  when: 'always',
  group: 'ptes',
  applies(k, s) {
    for (const c of s.copy.all) {
      for (const n of s.page.all) if (k.copies[c].gpt[n].locked !== null) return true;
    }
    return false;
  },
  violation(k, s) {
    for (const c of s.copy.all) {
      for (const n of s.page.all) {
        const { locked } = k.copies[c].gpt[n];
        if (locked === null || k.threads[locked].stack.length > 1) continue;
        const owner = s.threads[locked].name;
        return `page ${n} of ${s.copies[c].name} is LOCKED by ${owner}, which is in user mode`;
      }
    }
    return undefined;
  },
};
