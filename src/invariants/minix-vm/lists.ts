/** Lists and trees: is each member where it says, and each entry on the list of its block? */

import type { PrRef } from '../../model/minix-vm/scope.ts';
import { walk } from '../../model/minix-vm/tree.ts';
import {
  blockName,
  entryName,
  inSomeTree,
  invariant,
  listOf,
  ofBlocks,
  ofEntries,
} from './objects.ts';

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
