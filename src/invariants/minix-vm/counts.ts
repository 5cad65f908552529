/** Reference counts: do they agree with the lists of blocks, with trees, and with share flags? */

import type { PbRef, Scope } from '../../model/minix-vm/scope.ts';
import type { Kernel } from '../../model/minix-vm/state.ts';
import { blockName, eachEntry, invariant, listOf, ofBlocks, treeReferences } from './objects.ts';

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

export const refcountInRange = invariant(
  'refcount-in-range',
  'refcount of a block is at least 1.',
  ofBlocks((k, _s, pb) =>
    k.blocks[pb].refcount > 0 ? undefined : `${blockName(k, pb)} has refcount 0`,
  ),
);

function inSharedRegion(k: Kernel, s: Scope, pb: PbRef): boolean {
  const found = eachEntry(k, s, (pr) => {
    const { ph, parent } = k.physRegions[pr];
    return ph === pb && parent !== null && k.regions[parent].shared === 1 ? 'found' : undefined;
  });
  return found !== undefined;
}

export const shareFlagValid = invariant(
  'share-flag-valid',
  'A block with refcount above 1 is shared as COW or as SMAP, unless by SHARED regions.',
  ofBlocks((k, s, pb) => {
    const { refcount, share_flag } = k.blocks[pb];
    if (refcount <= 1 || share_flag !== 'none' || inSharedRegion(k, s, pb)) return undefined;
    return `${blockName(k, pb)} has refcount ${refcount} and no share flag`;
  }),
);
