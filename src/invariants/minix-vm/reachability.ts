/** Reachability: is everything that is used reached by some process, and given back in the end? */

import type { FrameRef } from '../../model/minix-vm/scope.ts';
import type { Invariant } from './invariant.ts';
import {
  between,
  blockName,
  boundary,
  group,
  inSomeTree,
  invariant,
  treeReferences,
} from './objects.ts';

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
