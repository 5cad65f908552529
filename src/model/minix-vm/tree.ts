/**
 * The tree of a region's phys_regions, read only: in structural order, as the kernel's iterators
 * walk it. `actions/minix-vm/physravl.ts` changes it.
 */

import type { PageRef, PrRef, ProcessRef, RegionRef, Scope } from './scope.ts';
import { signed } from './state.ts';
import type { Kernel } from './state.ts';

/** Calls `visit` with each phys_region of a region in order, until it answers true. */
export function walk(k: Kernel, root: PrRef | null, visit: (pr: PrRef) => boolean): boolean {
  if (root === null) return false;
  const { less, greater } = k.physRegions[root];
  return walk(k, less, visit) || visit(root) || walk(k, greater, visit);
}

export function inOrder(k: Kernel, region: RegionRef): PrRef[] {
  const found: PrRef[] = [];
  walk(k, k.regions[region].root, (pr) => {
    found.push(pr);
    return false;
  });
  return found;
}

export function least(k: Kernel, region: RegionRef): PrRef | null {
  let pr = k.regions[region].root;
  if (pr === null) return null;
  for (;;) {
    const less: PrRef | null = k.physRegions[pr].less;
    if (less === null) return pr;
    pr = less;
  }
}

/** The one after `pr` in the tree of `region`, or null; also null if it is not there. */
export function successor(k: Kernel, region: RegionRef, pr: PrRef): PrRef | null {
  let seen = false;
  let found: PrRef | null = null;
  walk(k, k.regions[region].root, (other) => {
    if (seen) {
      found = other;
      return true;
    }
    seen = other === pr;
    return false;
  });
  return found;
}

/** The regions of a process in order of address. */
export function regionsOf(k: Kernel, process: ProcessRef): RegionRef[] {
  const found: RegionRef[] = [];
  for (let r = k.processes[process].vm_regions; r !== null; r = k.regions[r].next) found.push(r);
  return found;
}

/** The region that contains a page, or null. */
export function regionAt(k: Kernel, process: ProcessRef, page: number): RegionRef | null {
  for (let r = k.processes[process].vm_regions; r !== null; r = k.regions[r].next) {
    const { vaddr, length } = k.regions[r];
    if (page >= vaddr && page < vaddr + length) return r;
  }
  return null;
}

/** The phys_region of a process that spans the page, or null: the specification's view of it. */
export function cover(k: Kernel, process: ProcessRef, page: number): PrRef | null {
  const region = regionAt(k, process, page);
  if (region === null) return null;
  const { vaddr, root } = k.regions[region];
  let found: PrRef | null = null;
  walk(k, root, (pr) => {
    const { offset, ph } = k.physRegions[pr];
    const at = signed(page - vaddr - offset);
    if (ph === null || at < 0 || at >= k.blocks[ph].length) return false;
    found = pr;
    return true;
  });
  return found;
}

/** The frame behind a page by the trees, or 0. */
export function frameBehind(k: Kernel, process: ProcessRef, page: number): number {
  const pr = cover(k, process, page);
  if (pr === null) return 0;
  const { offset, ph, parent } = k.physRegions[pr];
  const region = regionAt(k, process, page) ?? parent;
  if (ph === null || region === null) return 0;
  return Math.floor(k.blocks[ph].phys + signed(page - k.regions[region].vaddr - offset));
}

/** The frame that the process reads: by its page table, else behind the page, else 0. */
export function visibleFrame(k: Kernel, process: ProcessRef, page: PageRef): number {
  const { frame } = k.processes[process].pte[page];
  return frame !== 0 ? frame : frameBehind(k, process, page);
}

/** What the process would read: 0 where nothing is behind the page. */
export function visibleValue(k: Kernel, s: Scope, process: ProcessRef, page: PageRef): number {
  const frame = visibleFrame(k, process, page);
  return frame === 0 || frame > s.frame.size ? 0 : k.frames[s.frame.all[frame - 1]].content;
}
