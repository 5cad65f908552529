/** The vsegs of the kernel: in every copy, mapped to frames that the kernel has in each cluster. */

import { hal_gpt_set_pte } from './gpt.ts';
import { HALVES } from './numbers.ts';
import type { CopyRef, FrameRef, Scope, VsegRef } from './scope.ts';
import type { Kernel } from './state.ts';

/** The kernel has the last frames of each cluster, page after page. */
function kernelFrame(s: Scope, cluster: number, index: number): FrameRef {
  return s.frame.at((cluster + 1) * s.scenario.frames - 1 - index);
}

export function addKernelFrames(s: Scope, k: Kernel): void {
  const pages = s.scenario.kernel.reduce((sum, spec) => sum + spec.pages, 0);
  for (let cluster = 0; cluster < s.scenario.clusters; cluster++) {
    for (let i = 0; i < pages; i++) {
      const frame = k.frames[kernelFrame(s, cluster, i)];
      frame.free = false;
      frame.refcount = 1;
      frame.owner = 'kernel';
    }
  }
}

/**
 * hal_vmm_kernel_update(): the vsegs of the kernel enter the VSL of a copy, mapped to the frames
 * that the kernel has in that cluster. False where `take` finds no descriptor: those before it
 * stay.
 */
export function addKernelVsegs(
  s: Scope,
  k: Kernel,
  copy: CopyRef,
  take: () => VsegRef | null,
): boolean {
  const { cluster } = s.copies[copy];
  const vmm = k.copies[copy];
  let index = 0;
  for (const { type, page, pages } of s.scenario.kernel) {
    const ref = take();
    if (ref === null) return false;
    const vseg = k.vsegs[ref];
    vseg.state = 'vsl';
    vseg.type = type;
    vseg.vpn_base = page;
    vseg.vpn_size = pages;
    vseg.min = HALVES * page;
    vseg.max = HALVES * (page + pages);
    vseg.cxy = cluster;
    vseg.origin = page;
    vseg.vmm = copy;
    vmm.vsl.push(ref);
    vmm.vsegs_nr += 1;
    for (let n = page; n < page + pages; n++) {
      const frame = kernelFrame(s, cluster, index++);
      const { write, user } = s.flags[type];
      hal_gpt_set_pte(vmm.gpt[s.page.at(n)], frame, write, false, user ? 0 : 1);
    }
  }
  return true;
}
