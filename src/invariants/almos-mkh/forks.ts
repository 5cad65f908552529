/** `forks` of frames: how many copies are owed to the processes that share one. */

import { frameName } from '../../model/almos-mkh/scope.ts';
import type { FrameRef, Scope } from '../../model/almos-mkh/scope.ts';
import type { Kernel } from '../../model/almos-mkh/state.ts';
import { anyoneIn, quiescent } from '../../model/almos-mkh/threads.ts';
import type { Invariant } from './invariant.ts';
import { anyUsed, count, isUser, mappers, processes } from './mappers.ts';

const whenQuiescent = 'when nothing is under way';

/** A fork has mapped the frame and not counted it yet, or a COW has counted and not unmapped it. */
function countUnderWay(k: Kernel, s: Scope, f: FrameRef): boolean {
  return (
    anyoneIn(k, s, 'vmm_fork_copy', 'ppn', f) ||
    anyoneIn(k, s, 'process_make_fork', 'ppn', f) ||
    anyoneIn(k, s, 'vmm_handle_cow', 'old_ppn', f)
  );
}

export const forksNotLow: Invariant = {
  name: 'forks-not-low',
  sentence: 'forks of a frame is at least the number of processes that map it, less one.',
  when: 'always, except while a fork or a COW is between a mapping and its count',
  group: 'frames',
  applies: anyUsed,
  violation(k, s) {
    for (const f of s.frame.all) {
      if (!isUser(k, f)) continue;
      const { forks } = k.frames[f];
      if (forks >= s.process.size - 1) continue; // no more processes than there are
      const sharers = mappers(k, s, f);
      if (forks >= count(sharers) - 1 || countUnderWay(k, s, f)) continue;
      return (
        `frame ${frameName(s, f)} has forks ${forks}, but is mapped by ${processes(s, sharers)}: ` +
        `${count(sharers) - 1} copies are owed`
      );
    }
    return undefined;
  },
};

export const forksExact: Invariant = {
  name: 'forks-exact',
  sentence: 'forks of a frame is the number of processes that map it, less one (0 if none).',
  when: whenQuiescent,
  gated: true,
  group: 'frames',
  applies: (k, s) => anyUsed(k, s) && quiescent(k, s),
  violation(k, s) {
    for (const f of s.frame.all) {
      if (!isUser(k, f)) continue;
      const sharers = mappers(k, s, f);
      const owed = Math.max(0, count(sharers) - 1);
      const { forks } = k.frames[f];
      if (forks === owed) continue;
      return (
        `frame ${frameName(s, f)} has forks ${forks}, but is mapped by ${processes(s, sharers)}: ` +
        `${owed} ${owed === 1 ? 'copy is' : 'copies are'} owed`
      );
    }
    return undefined;
  },
};

export const forksOnlyOnCow: Invariant = {
  name: 'forks-only-on-cow',
  sentence: 'A frame with forks > 0 is mapped, not for a file, and only by COW entries.',
  when: whenQuiescent,
  gated: true,
  group: 'frames',
  applies(k, s) {
    for (const f of s.frame.all) {
      if (!k.frames[f].free && k.frames[f].forks > 0) return quiescent(k, s);
    }
    return false;
  },
  violation(k, s) {
    for (const f of s.frame.all) {
      const { free, forks, owner } = k.frames[f];
      if (free || forks === 0) continue;
      if (owner !== 'user') {
        const whose = owner === 'mapper' ? 'a file' : 'the kernel';
        return `frame ${frameName(s, f)} of ${whose} has forks ${forks}`;
      }
      if (mappers(k, s, f) === 0)
        return `frame ${frameName(s, f)} has forks ${forks}, but is unmapped`;
      for (const c of s.copy.all) {
        for (const n of s.page.all) {
          const { frame, cow } = k.copies[c].gpt[n];
          if (frame !== f || cow) continue;
          const place = `${s.copies[c].name} maps it at page ${n} without COW`;
          return `frame ${frameName(s, f)} has forks ${forks}, but ${place}`;
        }
      }
    }
    return undefined;
  },
};
