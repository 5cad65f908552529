/** Copies of blocks that are made ready before anything is changed. */

import type { PbRef, PrRef, ProcessRef, RegionRef } from '../../../model/minix-vm/scope.ts';
import type { Kernel } from '../../../model/minix-vm/state.ts';
import { ALLOC_MEM, copyFrames, FREE_MEM } from '../services/frames.ts';
import { allocPb, freePb, pbOf } from '../services/slab.ts';
import { pt_writemap } from '../services/pagetable.ts';
import { the } from '../region.ts';
import type { Cx } from '../vocabulary.ts';

/**
 * The copy that is ready for a phys_region and not yet in use: the first on its list, from afar.
 */
export function preparedFor(k: Kernel, cx: Cx, pr: PrRef): PbRef | null {
  const found = cx.scope.pb.all.find((pb) => {
    const { slab, firstregion, refcount } = k.blocks[pb];
    if (slab !== 'live' || firstregion !== pr || refcount !== 0) return false;
    return k.physRegions[pr].ph !== pb;
  });
  return found ?? null;
}

/** Makes one ready for the block of `pr`; false if it cannot be had. */
export function prepared(k: Kernel, cx: Cx, pr: PrRef, point: string): boolean {
  const { length } = pbOf(k, cx, k.physRegions[pr].ph);
  const newpb = allocPb(k, cx, () => `${point}.pb`);
  if (newpb === null) return false;
  const mem = ALLOC_MEM(k, cx, length, false, () => `${point}.frames`);
  if (mem === 0) {
    freePb(k, newpb);
    return false;
  }
  Object.assign(k.blocks[newpb], { phys: mem, length, refcount: 0, firstregion: pr });
  return true;
}

/**
 * `pr`, which uses no block, gets the copy that is ready for the block of `from`, with its bytes.
 */
export function adopt(
  k: Kernel,
  cx: Cx,
  from: PrRef,
  pr: PrRef,
  process: ProcessRef,
  r: RegionRef,
): void {
  const newpb = the(preparedFor(k, cx, from));
  const pb = k.blocks[newpb];
  const entry = k.physRegions[pr];
  copyFrames(k, cx, pbOf(k, cx, entry.ph).phys, pb.phys, pb.length);
  pb.refcount = 1;
  pb.firstregion = pr;
  entry.ph = newpb;
  entry.next_ph_list = null;
  const { vaddr, writable } = k.regions[r];
  pt_writemap(k, cx, process, vaddr + entry.offset, pb.phys, pb.length, writable);
}

export function releasePrepared(k: Kernel, cx: Cx): void {
  for (const pb of cx.scope.pb.all) {
    const { slab, firstregion, refcount, phys, length } = k.blocks[pb];
    if (slab !== 'live' || refcount !== 0 || firstregion === null) continue;
    FREE_MEM(k, cx, phys, length);
    freePb(k, pb);
  }
}
