/** Frames: who maps them, and do `free` and `refcount` agree with it? */

import { frameName } from '../../model/almos-mkh/scope.ts';
import type { CopyRef, FrameRef, Scope, VsegRef } from '../../model/almos-mkh/scope.ts';
import type { Kernel } from '../../model/almos-mkh/state.ts';
import { anyoneIn, quiescent } from '../../model/almos-mkh/threads.ts';
import { pages } from './invariant.ts';
import type { Invariant } from './invariant.ts';
import { anyMapped, anyUsed, count, isUser, mappers, processes } from './mappers.ts';

const whenQuiescent = 'when nothing is under way';

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
