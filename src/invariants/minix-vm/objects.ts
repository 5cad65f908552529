/** The objects of VM: blocks with their lists, regions with their trees, visited and named. */

import type { PbRef, PrRef, Scope } from '../../model/minix-vm/scope.ts';
import type { Kernel } from '../../model/minix-vm/state.ts';
import { inOrder, regionsOf, walk } from '../../model/minix-vm/tree.ts';
import type { Invariant } from './invariant.ts';

export const boundary = 'between requests';
export const group = 'structure';

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
export function listOf(
  k: Kernel,
  s: Scope,
  pb: PbRef,
): { members: PrRef[]; cut: string | undefined } {
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
export function eachEntry(
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

export function inSomeTree(k: Kernel, s: Scope, wanted: PrRef): boolean {
  return eachEntry(k, s, (pr) => (pr === wanted ? 'found' : undefined)) !== undefined;
}

export function treeReferences(k: Kernel, s: Scope, pb: PbRef): number {
  let count = 0;
  eachEntry(k, s, (pr) => {
    if (k.physRegions[pr].ph === pb) count += 1;
    return undefined;
  });
  return count;
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

export function ofBlocks(visit: (k: Kernel, s: Scope, pb: PbRef) => string | undefined): Check {
  return (k, s) => {
    for (const pb of s.pb.all) {
      if (k.blocks[pb].slab !== 'live') continue;
      const found = visit(k, s, pb);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

export function ofEntries(visit: (k: Kernel, s: Scope, pr: PrRef) => string | undefined): Check {
  return (k, s) => eachEntry(k, s, (pr) => visit(k, s, pr));
}

export function invariant(name: string, sentence: string, violation: Check): Invariant {
  return { name, sentence, when: boundary, group, applies: anyObject, violation };
}
