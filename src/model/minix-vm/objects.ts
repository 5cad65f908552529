/** Objects that are not in use, and regions made of them. */

import { tooFew } from './bounds.ts';
import type { PbRef, PrRef, ProcessRef, RegionRef, Scope } from './scope.ts';
import type { Kernel } from './state.ts';

/** A region that was never handed out, or is recycled. */
export function unusedRegion(k: Kernel, s: Scope): RegionRef {
  return s.region.all.find((r) => k.regions[r].slab === 'unused') ?? tooFew(s, 'regions');
}

/** A phys_block that was never handed out, or is recycled. */
export function unusedPb(k: Kernel, s: Scope): PbRef {
  return s.pb.all.find((pb) => k.blocks[pb].slab === 'unused') ?? tooFew(s, 'blocks');
}

/** A phys_region that was never handed out, or is recycled. */
export function unusedPr(k: Kernel, s: Scope): PrRef {
  return s.pr.all.find((pr) => k.physRegions[pr].slab === 'unused') ?? tooFew(s, 'physRegions');
}

/** An empty region of `pages` pages, linked in order of address. False: no room for it. */
export function addRegion(
  k: Kernel,
  s: Scope,
  process: ProcessRef,
  page: number,
  pages: number,
  writable: boolean,
): boolean {
  const own = k.processes[process];
  let prev: RegionRef | null = null;
  for (let r = own.vm_regions; r !== null; r = k.regions[r].next) {
    const { vaddr, length } = k.regions[r];
    if (page < vaddr + length && vaddr < page + pages) return false;
    if (vaddr < page) prev = r;
  }
  const region = unusedRegion(k, s);
  const r = k.regions[region];
  r.slab = 'live';
  r.tree = 'live';
  r.vaddr = page;
  r.length = pages;
  r.writable = writable;
  r.direct = 0;
  r.shared = 0;
  r.root = null;
  r.next = prev === null ? own.vm_regions : k.regions[prev].next;
  if (prev === null) own.vm_regions = region;
  else k.regions[prev].next = region;
  for (let n = page; n < page + pages; n++) {
    const want = own.want[s.page.at(n)];
    want.cell = process * s.page.size + n + 1;
    want.value = 0;
    want.marked = false;
  }
  return true;
}
