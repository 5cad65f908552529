/**
 * Structure: do reference counts, lists and trees agree, and is everything that is used reachable?
 */

import type { FrameRef, PbRef, PrRef, Scope } from '../../model/minix-vm/scope.ts';
import { unsigned } from '../../model/minix-vm/state.ts';
import type { Kernel } from '../../model/minix-vm/state.ts';
import { inOrder, regionsOf, walk } from '../../model/minix-vm/tree.ts';
import type { Invariant } from './invariant.ts';

const boundary = 'between requests';
const group = 'structure';

/** No request is under way, and VM runs. */
export function between(k: Kernel): boolean {
  return k.running === null && k.halted === 'no';
}

/** Is there an object, or one that was given back and is still referred to? */
export function anyObject(k: Kernel, s: Scope): boolean {
  if (!between(k)) return false;
  for (const pb of s.pb.all) if (k.blocks[pb].slab !== 'unused') return true;
  for (const pr of s.pr.all) if (k.physRegions[pr].slab !== 'unused') return true;
  return false;
}

/** The members of a block's list; `cut` says that it has a cycle or leads to a freed object. */
function listOf(k: Kernel, s: Scope, pb: PbRef): { members: PrRef[]; cut: string | undefined } {
  const members: PrRef[] = [];
  let pr = k.blocks[pb].firstregion;
  while (pr !== null) {
    if (k.physRegions[pr].slab !== 'live') {
      return { members, cut: 'leads to an entry that was given back' };
    }
    if (members.length > s.pr.size) return { members, cut: 'has a cycle' };
    members.push(pr);
    pr = k.physRegions[pr].next_ph_list;
  }
  return { members, cut: undefined };
}

/** Calls `visit` with each phys_region in a tree of a live process, until it answers a sentence. */
function eachEntry(
  k: Kernel,
  s: Scope,
  visit: (pr: PrRef) => string | undefined,
): string | undefined {
  let found: string | undefined;
  for (const p of s.process.all) {
    for (let r = k.processes[p].vm_regions; r !== null; r = k.regions[r].next) {
      walk(k, k.regions[r].root, (pr) => {
        found = visit(pr);
        return found !== undefined;
      });
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function inSomeTree(k: Kernel, s: Scope, wanted: PrRef): boolean {
  return eachEntry(k, s, (pr) => (pr === wanted ? 'found' : undefined)) !== undefined;
}

function treeReferences(k: Kernel, s: Scope, pb: PbRef): number {
  let count = 0;
  eachEntry(k, s, (pr) => {
    if (k.physRegions[pr].ph === pb) count += 1;
    return undefined;
  });
  return count;
}

function inSharedRegion(k: Kernel, s: Scope, pb: PbRef): boolean {
  const found = eachEntry(k, s, (pr) => {
    const { ph, parent } = k.physRegions[pr];
    return ph === pb && parent !== null && k.regions[parent].shared === 1 ? 'found' : undefined;
  });
  return found !== undefined;
}

/** `the block of frames 3..4`. */
export function blockName(k: Kernel, pb: PbRef): string {
  const { phys, length } = k.blocks[pb];
  const first = Math.floor(phys);
  const last = Math.ceil(phys + length) - 1;
  return last <= first ? `the block of frame ${first}` : `the block of frames ${first}..${last}`;
}

/** `page 2 of S`, of a phys_region in a tree; else what it is. */
export function entryName(k: Kernel, s: Scope, wanted: PrRef): string {
  for (const p of s.process.all) {
    for (const r of regionsOf(k, p)) {
      if (!inOrder(k, r).includes(wanted)) continue;
      const page = k.regions[r].vaddr + k.physRegions[wanted].offset;
      return `the entry at page ${page} of ${s.processNames[p]}`;
    }
  }
  return 'an entry in no tree';
}

type Check = (k: Kernel, s: Scope) => string | undefined;

function ofBlocks(visit: (k: Kernel, s: Scope, pb: PbRef) => string | undefined): Check {
  return (k, s) => {
    for (const pb of s.pb.all) {
      if (k.blocks[pb].slab !== 'live') continue;
      const found = visit(k, s, pb);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

function ofEntries(visit: (k: Kernel, s: Scope, pr: PrRef) => string | undefined): Check {
  return (k, s) => eachEntry(k, s, (pr) => visit(k, s, pr));
}

function invariant(name: string, sentence: string, violation: Check): Invariant {
  return { name, sentence, when: boundary, group, applies: anyObject, violation };
}

export const refcountEqualsList = invariant(
  'refcount-equals-list',
  'refcount of a block is the length of its list.',
  ofBlocks((k, s, pb) => {
    const { members } = listOf(k, s, pb);
    const { refcount } = k.blocks[pb];
    if (members.length === refcount) return undefined;
    return `${blockName(k, pb)} has refcount ${refcount}, but ${members.length} on its list`;
  }),
);

export const refcountEqualsTreeReferences = invariant(
  'refcount-equals-tree-references',
  'refcount of a block is the number of entries in trees that use it.',
  (k, s) => {
    for (const pb of s.pb.all) {
      const { slab, refcount } = k.blocks[pb];
      if (slab === 'unused') continue;
      const users = treeReferences(k, s, pb);
      if (slab === 'freed' && users > 0) return `${blockName(k, pb)} was given back, but is in use`;
      if (slab === 'live' && users !== refcount) {
        return `${blockName(k, pb)} has refcount ${refcount}, but ${users} in the trees use it`;
      }
    }
    return undefined;
  },
);

export const listMemberPointsBack = invariant(
  'list-member-points-back',
  'Every member of a block’s list uses that block.',
  ofBlocks((k, s, pb) => {
    const wrong = listOf(k, s, pb).members.find((pr) => k.physRegions[pr].ph !== pb);
    if (wrong === undefined) return undefined;
    return `${entryName(k, s, wrong)} is on the list of ${blockName(k, pb)}, but uses another`;
  }),
);

export const treeMemberOnList = invariant(
  'tree-member-on-list',
  'Every entry of a tree is on the list of its block, once.',
  ofEntries((k, s, pr) => {
    const { ph } = k.physRegions[pr];
    if (ph === null) return `${entryName(k, s, pr)} has no block`;
    const times = listOf(k, s, ph).members.filter((other) => other === pr).length;
    if (times === 1) return undefined;
    return `${entryName(k, s, pr)} is ${times} times on the list of ${blockName(k, ph)}`;
  }),
);

export const listFinite = invariant(
  'list-finite',
  'The list of a block has no cycle, and nobody who was given back.',
  ofBlocks((k, s, pb) => {
    const { cut } = listOf(k, s, pb);
    return cut === undefined ? undefined : `the list of ${blockName(k, pb)} ${cut}`;
  }),
);

export const parentConsistent = invariant(
  'parent-consistent',
  'The parent of an entry is the live region in whose tree it is; so for all members of lists.',
  (k, s) => {
    for (const p of s.process.all) {
      for (let r = k.processes[p].vm_regions; r !== null; r = k.regions[r].next) {
        let wrong: PrRef | undefined;
        walk(k, k.regions[r].root, (pr) => {
          if (k.physRegions[pr].parent !== r || k.regions[r as never].slab !== 'live') wrong = pr;
          return wrong !== undefined;
        });
        if (wrong === undefined) continue;
        return `${entryName(k, s, wrong)} has another region as its parent`;
      }
    }
    return ofBlocks((_k, _s, pb) => {
      const wrong = listOf(k, s, pb).members.find((pr) => !inSomeTree(k, s, pr));
      if (wrong === undefined) return undefined;
      return `on the list of ${blockName(k, pb)} is an entry in no tree`;
    })(k, s);
  },
);

function neighbours(k: Kernel, s: Scope): string | undefined {
  for (const p of s.process.all) {
    for (let r = k.processes[p].vm_regions; r !== null; r = k.regions[r].next) {
      let before: PrRef | undefined;
      let end = 0;
      let found: string | undefined;
      const region = r;
      walk(k, k.regions[r].root, (pr) => {
        const { offset, ph } = k.physRegions[pr];
        if (before !== undefined && end > unsigned(offset)) {
          const page = k.regions[region].vaddr + offset;
          found = `${entryName(k, s, before)} overlaps the next one, at page ${page}`;
        }
        before = pr;
        end = unsigned(offset) + (ph === null ? 0 : k.blocks[ph].length);
        return found !== undefined;
      });
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

export const physRegionsDisjoint = invariant(
  'phys-regions-disjoint',
  'Neighbours in a tree do not overlap.',
  neighbours,
);

export const physRegionInRegion = invariant(
  'phys-region-in-region',
  'An entry ends within its region.',
  (k, s) => {
    for (const p of s.process.all) {
      for (const r of regionsOf(k, p)) {
        for (const pr of inOrder(k, r)) {
          const { offset, ph } = k.physRegions[pr];
          const end = unsigned(offset) + (ph === null ? 0 : k.blocks[ph].length);
          if (end > k.regions[r].length) return `${entryName(k, s, pr)} reaches beyond its region`;
        }
      }
    }
    return undefined;
  },
);

export const blockLengthPositive = invariant(
  'block-length-positive',
  'A block has at least one page, and whole ones.',
  ofBlocks((k, _s, pb) => {
    const { length } = k.blocks[pb];
    if (length > 0 && length % 1 === 0) return undefined;
    return length === 0 ? 'a block has no page' : `a block has ${length} pages`;
  }),
);

/** The block, other than `pb`, that contains the address; undefined if none does. */
function holderOf(k: Kernel, s: Scope, address: number, other: PbRef): PbRef | undefined {
  return s.pb.all.find((pb) => {
    const { slab, phys, length } = k.blocks[pb];
    return slab === 'live' && pb !== other && address >= phys && address < phys + length;
  });
}

export const framesDisjoint = invariant(
  'frames-disjoint',
  'No frame lies in two blocks.',
  ofBlocks((k, s, pb) => {
    const { phys, length } = k.blocks[pb];
    for (let at = phys; at < phys + length; at += 1 / s.grain) {
      if (holderOf(k, s, at, pb) !== undefined) {
        return `frame ${Math.floor(at)} lies in two blocks`;
      }
    }
    return undefined;
  }),
);

export const noFreedFrameInBlock = invariant(
  'no-freed-frame-in-block',
  'Every frame of a block is used.',
  ofBlocks((k, s, pb) => {
    const { phys, length } = k.blocks[pb];
    for (let f = Math.floor(phys); f < phys + length; f++) {
      if (f < 1 || f > s.frame.size || !k.frames[s.frame.at(f - 1)].used) {
        return `frame ${f} of ${blockName(k, pb)} is free`;
      }
    }
    return undefined;
  }),
);

export const noFrameLeak: Invariant = {
  name: 'no-frame-leak',
  sentence: 'Every used frame lies in a block that some tree reaches, or belongs to a device.',
  when: boundary,
  group,
  applies: (k, s) => between(k) && s.frame.all.some((f) => k.frames[f].used),
  violation(k, s) {
    for (const f of s.frame.all) {
      if (!k.frames[f].used || k.frames[f].device === 1) continue;
      const reached = s.pb.all.some((pb) => {
        const { slab, phys, length } = k.blocks[pb];
        const inside = slab === 'live' && f + 1 >= Math.floor(phys) && f + 1 < phys + length;
        return inside && treeReferences(k, s, pb) > 0;
      });
      if (!reached) return `frame ${f + 1} is used, but no process reaches it any more`;
    }
    return undefined;
  },
};

export const noOrphanObject = invariant(
  'no-orphan-object',
  'Every live phys_block and phys_region is reached from some tree.',
  (k, s) => {
    for (const pr of s.pr.all) {
      if (k.physRegions[pr].slab === 'live' && !inSomeTree(k, s, pr)) {
        return 'a phys_region is allocated, but in no tree';
      }
    }
    for (const pb of s.pb.all) {
      if (k.blocks[pb].slab === 'live' && treeReferences(k, s, pb) === 0) {
        return `${blockName(k, pb)} is allocated, but no tree reaches it`;
      }
    }
    return undefined;
  },
);

export const refcountInRange = invariant(
  'refcount-in-range',
  'refcount of a block is at least 1.',
  ofBlocks((k, _s, pb) =>
    k.blocks[pb].refcount > 0 ? undefined : `${blockName(k, pb)} has refcount 0`,
  ),
);

export const shareFlagValid = invariant(
  'share-flag-valid',
  'A block with refcount above 1 is shared as COW or as SMAP, unless by SHARED regions.',
  ofBlocks((k, s, pb) => {
    const { refcount, share_flag } = k.blocks[pb];
    if (refcount <= 1 || share_flag !== 'none' || inSharedRegion(k, s, pb)) return undefined;
    return `${blockName(k, pb)} has refcount ${refcount} and no share flag`;
  }),
);

export const exitReleasesAll: Invariant = {
  name: 'exit-releases-all',
  sentence: 'When all processes are gone, no frame and no object is left.',
  when: 'when no process is alive',
  group,
  applies: (k, s) => between(k) && s.process.all.every((p) => !k.processes[p].alive),
  violation(k, s) {
    const used = s.frame.all.filter(
      (f: FrameRef) => k.frames[f].used && k.frames[f].device === 0,
    ).length;
    const frames = used === 1 ? '1 frame is' : `${used} frames are`;
    if (used > 0) return `all processes are gone, but ${frames} used`;
    const blocks = s.pb.all.filter((pb) => k.blocks[pb].slab === 'live').length;
    const entries = s.pr.all.filter((pr) => k.physRegions[pr].slab === 'live').length;
    const regions = s.region.all.filter((r) => k.regions[r].slab === 'live').length;
    if (blocks + entries + regions === 0) return undefined;
    const left = `${blocks} blocks, ${entries} entries, ${regions} regions`;
    return `all processes are gone, but there are ${left}`;
  },
};
