/** Vseg descriptors: vseg.c. */

import { checks } from '../../../model/almos-mkh/step-invariants.ts';
import type { VsegRef } from '../../../model/almos-mkh/scope.ts';
import type { Kernel } from '../../../model/almos-mkh/state.ts';
import type { Cx } from '../vocabulary.ts';
import { fails } from './failures.ts';
import { checkVslRead } from './vsl.ts';

/** A descriptor of a cluster's kmem, or null. */
export function vseg_alloc(k: Kernel, cx: Cx, cluster: number): VsegRef | null {
  if (fails(k, cx, 'descriptor')) return null;
  const { descriptors } = cx.scope.scenario;
  for (let i = cluster * descriptors; i < (cluster + 1) * descriptors; i++) {
    const vseg = cx.scope.vseg.all[i];
    if (k.vsegs[vseg].state !== 'free') continue;
    k.vsegs[vseg].state = 'transit';
    k.threads[cx.thread].descriptors += 1;
    return vseg;
  }
  k.threads[cx.thread].exhausted = true;
  return null;
}

/** Gives the descriptor back; its fields are blanked, nobody may look at them any more. */
export function vseg_free(k: Kernel, cx: Cx, ref: VsegRef): void {
  const vseg = k.vsegs[ref];
  vseg.state = 'free';
  vseg.type = 'CODE';
  vseg.min = 0;
  vseg.max = 0;
  vseg.vpn_base = 0;
  vseg.vpn_size = 0;
  vseg.file_offset = 0;
  vseg.file_size = 0;
  vseg.mapper = 0;
  vseg.cxy = 0;
  vseg.origin = 0;
  vseg.vmm = null;
  vseg.link = null;
  k.threads[cx.thread].descriptors -= 1;
}

/**
 * Copies the fields of another descriptor, by remote reads. Frames of a private vseg come from the
 * cluster of its copy (option privateCxyLocal).
 */
export function vseg_init_from_ref(k: Kernel, cx: Cx, to: VsegRef, from: VsegRef): void {
  checkDescriptorUse(k, cx, from);
  checkRangeRead(k, cx, from);
  const source = k.vsegs[from];
  const vseg = k.vsegs[to];
  vseg.type = source.type;
  vseg.min = source.min;
  vseg.max = source.max;
  vseg.vpn_base = source.vpn_base;
  vseg.vpn_size = source.vpn_size;
  vseg.file_offset = source.file_offset;
  vseg.file_size = source.file_size;
  vseg.mapper = source.mapper;
  vseg.origin = source.origin;
  const isPrivate = source.type === 'CODE' || source.type === 'STACK';
  const local = isPrivate && cx.scope.options.privateCxyLocal;
  vseg.cxy = local ? cx.scope.clusterOfVseg(to) : source.cxy;
}

/**
 * A step reads or writes a descriptor: it must be in a VSL, or off it and not given back yet, or
 * still private to the thread that allocated it.
 */
export function checkDescriptorUse(k: Kernel, cx: Cx, vseg: VsegRef): void {
  const { state } = k.vsegs[vseg];
  const used = state === 'vsl' || state === 'unlinked' || state === 'transit';
  cx.check(checks.noDescriptorUseAfterFree, used, vseg);
}

/** min, max or vpn_* of a vseg that stands in a VSL are read. */
export function checkRangeRead(k: Kernel, cx: Cx, vseg: VsegRef): void {
  const { state, vmm } = k.vsegs[vseg];
  if (state === 'vsl' && vmm !== null) checkVslRead(k, cx, vmm);
}
