/** Frames: who maps them, and do `free`, `forks` and `refcount` agree with it? */

import { frameName } from '../../model/almos-mkh/scope.ts';
import type { CopyRef, FrameRef, Scope, VsegRef } from '../../model/almos-mkh/scope.ts';
import type { Kernel } from '../../model/almos-mkh/state.ts';
import { anyoneIn, quiescent } from '../../model/almos-mkh/threads.ts';
import { pages } from './invariant.ts';
import type { Invariant } from './invariant.ts';

const whenQuiescent = 'when nothing is under way';

/** Bit p: process p maps the frame, in any of its copies. */
function mappers(k: Kernel, s: Scope, f: FrameRef): number {
  let found = 0;
  for (const c of s.copy.all) {
    const { gpt } = k.copies[c];
    for (const n of s.page.all) if (gpt[n].frame === f) found |= 1 << s.copies[c].process;
  }
  return found;
}

function count(bits: number): number {
  let n = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) n += 1;
  return n;
}

function processes(s: Scope, bits: number): string {
  const names = s.process.all.filter((p) => (bits & (1 << p)) !== 0).map((p) => s.processNames[p]);
  return names.length === 0 ? 'no process' : names.join(' and ');
}

function anyUsed(k: Kernel, s: Scope): boolean {
  for (const f of s.frame.all) if (!k.frames[f].free) return true;
  return false;
}

/** Some entry maps a frame. */
export function anyMapped(k: Kernel, s: Scope): boolean {
  for (const c of s.copy.all) {
    const { gpt } = k.copies[c];
    for (const n of s.page.all) if (gpt[n].frame !== null) return true;
  }
  return false;
}

/** Used frames that were allocated for user memory. */
function isUser(k: Kernel, f: FrameRef): boolean {
  return !k.frames[f].free && k.frames[f].owner === 'user';
}

export const noFreeFrameMapped: Invariant = {
  name: 'no-free-frame-mapped',
  sentence: 'A frame that a page table maps is not free.',
  when: 'always',
  group: 'frames',
  reads: pages,
  applies: anyMapped,
  violation(k, s) {
    for (const c of s.copy.all) {
      const { gpt } = k.copies[c];
      for (const n of s.page.all) {
        const { frame } = gpt[n];
        if (frame !== null && k.frames[frame].free) {
          return (
            `frame ${frameName(s, frame)} is free, but ` +
            `${s.copies[c].name} maps it at page ${n}`
          );
        }
      }
    }
    return undefined;
  },
};

export const noFrameLeak: Invariant = {
  name: 'no-frame-leak',
  sentence: 'A frame allocated to a user is mapped somewhere, or a file owns it.',
  when: whenQuiescent,
  gated: true,
  group: 'frames',
  applies: (k, s) => anyUsed(k, s) && quiescent(k, s),
  violation(k, s) {
    for (const f of s.frame.all) {
      if (isUser(k, f) && mappers(k, s, f) === 0) {
        return `frame ${frameName(s, f)} is allocated, but nothing maps it any more`;
      }
    }
    return undefined;
  },
};

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

export const refcountNonnegative: Invariant = {
  name: 'refcount-nonnegative',
  sentence: 'refcount is never below 0, and 0 exactly for free frames.',
  when: 'always, except between the decrement (vmm.c:1284) and the release (vmm.c:1336)',
  group: 'frames',
  applies(k, s) {
    for (const f of s.frame.all) if (!k.frames[f].free || k.frames[f].refcount !== 0) return true;
    return false;
  },
  violation(k, s) {
    for (const f of s.frame.all) {
      const { free, refcount } = k.frames[f];
      if (refcount < 0) return `frame ${frameName(s, f)} has refcount ${refcount}`;
      if ((refcount === 0) === free) continue;
      if (anyoneIn(k, s, 'vmm_remove_vseg', 'ppn', f)) continue;
      if (anyoneIn(k, s, 'vmm_unmap_pages', 'ppn', f)) continue; // a fix
      const state = free ? 'is free' : 'is allocated';
      return `frame ${frameName(s, f)} ${state}, but its refcount is ${refcount}`;
    }
    return undefined;
  },
};

export const refcountExact: Invariant = {
  name: 'refcount-exact',
  sentence: 'refcount is the number of processes that map the frame; 1 for a page of a file.',
  when: whenQuiescent,
  gated: true,
  group: 'frames',
  applies: (k, s) => anyUsed(k, s) && quiescent(k, s),
  violation(k, s) {
    for (const f of s.frame.all) {
      const { free, refcount, owner } = k.frames[f];
      if (free) continue;
      const sharers = mappers(k, s, f);
      const expected = owner === 'user' ? count(sharers) : 1;
      if (refcount === expected || expected === 0) continue;
      const users =
        owner === 'user'
          ? `it is mapped by ${processes(s, sharers)}`
          : `${owner === 'mapper' ? 'a file' : 'the kernel'} owns it`;
      return `frame ${frameName(s, f)} has refcount ${refcount}, but ${users}`;
    }
    return undefined;
  },
};

export const fileFrameOwnedByMapper: Invariant = {
  name: 'file-frame-owned-by-mapper',
  sentence: 'What a FILE vseg maps belongs to its file, and no address space frees it.',
  when: 'always',
  group: 'frames',
  applies(k, s) {
    for (const p of s.filePage.all) if (k.mapper[p].frame !== null) return true;
    return mapsFile(k, s, () => true) !== undefined;
  },
  violation(k, s) {
    for (const p of s.filePage.all) {
      const { frame } = k.mapper[p];
      if (frame === null) continue;
      const { free, owner } = k.frames[frame];
      if (free || owner !== 'mapper') {
        const now = free ? 'has been freed' : 'serves as user memory';
        return `frame ${frameName(s, frame)} holds a page of a file, but ${now}`;
      }
    }
    const foreign = mapsFile(k, s, (frame) => k.frames[frame].owner !== 'mapper');
    if (foreign === undefined) return undefined;
    const { copy, page, frame } = foreign;
    const place = `${s.copies[copy].name} maps it at page ${page} for a file`;
    return `frame ${frameName(s, frame)} is of no file, but ${place}`;
  },
};

/** The first page of a FILE vseg that maps such a frame. */
function mapsFile(
  k: Kernel,
  s: Scope,
  such: (frame: FrameRef) => boolean,
): { readonly copy: CopyRef; readonly page: number; readonly frame: FrameRef } | undefined {
  if (s.scenario.files.length === 0) return undefined;
  for (const copy of s.copy.all) {
    const { vsl, gpt } = k.copies[copy];
    for (let i = 0; i < vsl.length; i++) {
      const { type, vpn_base, vpn_size } = k.vsegs[vsl.at(i) as VsegRef];
      if (type !== 'FILE') continue;
      for (const page of s.page.all) {
        if (page < vpn_base || page >= vpn_base + vpn_size) continue;
        const { frame } = gpt[page];
        if (frame !== null && such(frame)) return { copy, page, frame };
      }
    }
  }
  return undefined;
}
