/** Slab objects: slaballoc.c. */

import { checks } from '../../../model/minix-vm/step-invariants.ts';
import type { PbRef, PrRef, RegionRef } from '../../../model/minix-vm/scope.ts';
import { unusedPb, unusedPr } from '../../../model/minix-vm/objects.ts';
import type { Kernel } from '../../../model/minix-vm/state.ts';
import { ModelError } from '../../../errors.ts';
import type { Cx } from '../vocabulary.ts';
import { event, fails } from './failures.ts';

const kinds = ['pb', 'pr', 'region', 'tree'] as const;

function usesFreed(cx: Cx, kind: (typeof kinds)[number], i: number): void {
  const { script } = cx.scope;
  cx.check(checks.noCrash, false, 1, kinds.indexOf(kind));
  if (script === undefined || script.first(`${kind} ${i}`)) event(cx, () => `freed-object ${kind}`);
}

/** A phys_block whose fields are about to be read or written; assertions do not count. */
export function pbOf(k: Kernel, cx: Cx, pb: PbRef | null): Kernel['blocks'][PbRef] {
  if (pb === null) throw new ModelError('a phys_region without a phys_block is followed');
  if (k.blocks[pb].slab !== 'live') usesFreed(cx, 'pb', pb);
  return k.blocks[pb];
}

export function prOf(k: Kernel, cx: Cx, pr: PrRef): Kernel['physRegions'][PrRef] {
  if (k.physRegions[pr].slab !== 'live') usesFreed(cx, 'pr', pr);
  return k.physRegions[pr];
}

/** A region about to be used, and its tree if `tree`. */
export function regionOf(
  k: Kernel,
  cx: Cx,
  region: RegionRef,
  tree = false,
): Kernel['regions'][RegionRef] {
  if (k.regions[region].slab !== 'live') usesFreed(cx, 'region', region);
  if (tree && k.regions[region].tree !== 'live') usesFreed(cx, 'tree', region);
  return k.regions[region];
}

/**
 * SLABALLOC of a phys_block: null if it fails. Fields other than share_flag are written by callers.
 */
export function allocPb(k: Kernel, cx: Cx, point: () => string): PbRef | null {
  if (fails(k, cx, point, true)) return null;
  const pb = unusedPb(k, cx.scope);
  k.blocks[pb].slab = 'live';
  k.blocks[pb].share_flag = cx.scope.options.newBlockShare;
  return pb;
}

export function allocPr(k: Kernel, cx: Cx, point: () => string): PrRef | null {
  if (fails(k, cx, point, true)) return null;
  const pr = unusedPr(k, cx.scope);
  k.physRegions[pr].slab = 'live';
  return pr;
}

export function freePb(k: Kernel, pb: PbRef): void {
  k.blocks[pb].slab = 'freed';
}

export function freePr(k: Kernel, pr: PrRef): void {
  k.physRegions[pr].slab = 'freed';
}
