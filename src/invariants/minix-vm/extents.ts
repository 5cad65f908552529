/** Extents: what entries and blocks cover, in their regions and in memory. */

import type { PbRef, PrRef, Scope } from '../../model/minix-vm/scope.ts';
import { unsigned } from '../../model/minix-vm/state.ts';
import type { Kernel } from '../../model/minix-vm/state.ts';
import { inOrder, regionsOf, walk } from '../../model/minix-vm/tree.ts';
import { blockName, entryName, invariant, ofBlocks } from './objects.ts';

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
