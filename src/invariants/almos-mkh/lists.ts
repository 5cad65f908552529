/** VSLs, the mmap allocator and the descriptors: disjoint, complete, counted. */

import { vsegName } from '../../model/almos-mkh/scope.ts';
import type { CopyRef, Scope, VsegRef } from '../../model/almos-mkh/scope.ts';
import type { Kernel } from '../../model/almos-mkh/state.ts';
import { quiescent } from '../../model/almos-mkh/threads.ts';
import { vsls } from './invariant.ts';
import type { Invariant } from './invariant.ts';

const whenUnlocked = 'whenever vsl_lock is free';
const whenQuiescent = 'when nothing is under way';

function unlocked(k: Kernel, c: CopyRef): boolean {
  const { writer, readers } = k.copies[c].vsl_lock;
  return k.copies[c].exists && writer === null && readers === 0;
}

export const vslNoOverlap: Invariant = {
  name: 'vsl-no-overlap',
  sentence: 'The page ranges of the vsegs of one VSL are disjoint.',
  when: whenUnlocked,
  group: 'lists',
  reads: vsls,
  applies(k, s) {
    for (const c of s.copy.all) if (k.copies[c].vsl.length > 1 && unlocked(k, c)) return true;
    return false;
  },
  violation(k, s) {
    for (const c of s.copy.all) {
      const { vsl } = k.copies[c];
      if (vsl.length < 2 || !unlocked(k, c)) continue;
      for (let i = 0; i < vsl.length; i++) {
        for (let j = i + 1; j < vsl.length; j++) {
          const a = k.vsegs[vsl.at(i) as VsegRef];
          const b = k.vsegs[vsl.at(j) as VsegRef];
          const apart =
            a.vpn_base + a.vpn_size <= b.vpn_base || b.vpn_base + b.vpn_size <= a.vpn_base;
          if (apart) continue;
          const pages = `pages ${a.vpn_base} and ${b.vpn_base}`;
          return `the VSL of ${s.copies[c].name} holds vsegs that overlap, at ${pages}`;
        }
      }
    }
    return undefined;
  },
};

export const vslCount: Invariant = {
  name: 'vsl-count',
  sentence: 'vsegs_nr is the length of the VSL.',
  when: whenUnlocked,
  group: 'lists',
  reads: vsls,
  applies(k, s) {
    for (const c of s.copy.all) if (unlocked(k, c)) return true;
    return false;
  },
  violation(k, s) {
    for (const c of s.copy.all) {
      const { vsl, vsegs_nr } = k.copies[c];
      if (!unlocked(k, c) || vsegs_nr === vsl.length) continue;
      return `vsegs_nr of ${s.copies[c].name} is ${vsegs_nr}, but its VSL holds ${vsl.length}`;
    }
    return undefined;
  },
};

/** How often the ranges of live and parked vsegs and the free rest hold a page of the mmap zone. */
function holders(k: Kernel, s: Scope, c: CopyRef, page: number): number {
  const vmm = k.copies[c];
  let found = page >= vmm.first_free_vpn ? 1 : 0;
  for (let i = 0; i < vmm.vsl.length; i++) {
    const { vpn_base, vpn_size } = k.vsegs[vmm.vsl.at(i) as VsegRef];
    if (page >= vpn_base && page < vpn_base + vpn_size) found += 1;
  }
  for (const order of s.order.all) {
    const { parked } = vmm.zombi_list[order];
    for (let i = 0; i < parked.length; i++) {
      const { vpn_base, vpn_size } = k.vsegs[parked.at(i) as VsegRef];
      if (page >= vpn_base && page < vpn_base + vpn_size) found += 1;
    }
  }
  return found;
}

/** mmap allocators are used in the reference cluster; the others only park descriptors. */
function allocates(k: Kernel, s: Scope, c: CopyRef): boolean {
  const { isReference, process } = s.copies[c];
  return isReference && k.copies[c].exists && k.processes[process].born;
}

function someAllocator(k: Kernel, s: Scope): boolean {
  if (s.zone === 0) return false;
  for (const c of s.copy.all) if (allocates(k, s, c)) return quiescent(k, s);
  return false;
}

export const mmapDisjoint: Invariant = {
  name: 'mmap-disjoint',
  sentence: 'No page of the mmap zone is in two of: a live vseg, a parked vseg, the free rest.',
  when: whenQuiescent,
  gated: true,
  group: 'lists',
  applies: someAllocator,
  violation(k, s) {
    for (const c of s.copy.all) {
      if (!allocates(k, s, c)) continue;
      for (let page = s.heapBase; page < s.stackBase; page++) {
        if (holders(k, s, c, page) < 2) continue;
        return (
          `page ${page} of ${s.copies[c].name} is in use, and the mmap ` +
          'allocator will hand it out'
        );
      }
    }
    return undefined;
  },
};

export const mmapComplete: Invariant = {
  name: 'mmap-complete',
  sentence: 'Every page of the mmap zone is in a live vseg, a parked vseg or the free rest.',
  when: whenQuiescent,
  gated: true,
  group: 'lists',
  applies: someAllocator,
  violation(k, s) {
    for (const c of s.copy.all) {
      if (!allocates(k, s, c)) continue;
      for (let page = s.heapBase; page < s.stackBase; page++) {
        if (holders(k, s, c, page) > 0) continue;
        return (
          `page ${page} of ${s.copies[c].name} is lost: neither in use ` +
          'nor ever handed out again'
        );
      }
    }
    return undefined;
  },
};

export const stackBitmapExact: Invariant = {
  name: 'stack-bitmap-exact',
  sentence: 'A slot is taken in the stack allocator of a copy iff its VSL has a STACK vseg there.',
  when: whenQuiescent,
  gated: true,
  group: 'lists',
  applies(k, s) {
    if (!s.hasStacks) return false;
    for (const c of s.copy.all) if (k.copies[c].exists) return quiescent(k, s);
    return false;
  },
  violation(k, s) {
    for (const c of s.copy.all) {
      const { exists, stack_bitmap, vsl } = k.copies[c];
      if (!exists) continue;
      let found = 0;
      for (let i = 0; i < vsl.length; i++) {
        const { type, vpn_base } = k.vsegs[vsl.at(i) as VsegRef];
        if (type === 'STACK') found |= 1 << Math.floor((vpn_base - s.stackBase) / s.stackSize);
      }
      if (found === stack_bitmap) continue;
      const slot = 31 - Math.clz32(found ^ stack_bitmap);
      const [taken, there] = (found & (1 << slot)) === 0 ? ['taken', 'no'] : ['free', 'a'];
      return (
        `stack slot ${slot} of ${s.copies[c].name} is ${taken}, but its ` +
        `VSL has ${there} vseg there`
      );
    }
    return undefined;
  },
};

export const descriptorConservation: Invariant = {
  name: 'descriptor-conservation',
  sentence: 'An allocated vseg descriptor is in a VSL or in a zombi list.',
  when: whenQuiescent,
  gated: true,
  group: 'lists',
  applies(k, s) {
    for (const v of s.vseg.all) if (k.vsegs[v].state !== 'free') return quiescent(k, s);
    return false;
  },
  violation(k, s) {
    for (const v of s.vseg.all) {
      const { state } = k.vsegs[v];
      if (state !== 'transit' && state !== 'unlinked' && state !== 'lost') continue;
      return `vseg descriptor ${vsegName(s, v)} is allocated, but in no list: it is lost`;
    }
    return undefined;
  },
};
