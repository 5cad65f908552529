/** Descriptors of processes: made at a fork, and released with a copy or a fork that fails. */

import { hal_gpt_reset_pte } from '../../model/almos-mkh/gpt.ts';
import type { CopyRef, ProcessRef, Scope } from '../../model/almos-mkh/scope.ts';
import type { Kernel } from '../../model/almos-mkh/state.ts';
import type { Cx } from './vocabulary.ts';

/** The descriptor of the child, before vmm_fork_copy; its content follows the option childVmm. */
export function makeDescriptor(
  k: Kernel,
  cx: Cx,
  child: ProcessRef,
  parent: ProcessRef,
  slot: number,
): void {
  const reference = cx.scope.reference[child];
  const vmm = k.copies[reference];
  const { childVmm } = cx.scope.options;
  vmm.exists = true;
  vmm.vsegs_nr = 0;
  vmm.ready = childVmm === 'init';
  vmm.poison = childVmm === 'poison';
  vmm.first_free_vpn = childVmm === 'init' ? cx.scope.heapBase : 0;
  k.processes[child].copies.push(reference);
  k.processes[child].forkedBy = parent;
  k.processes[child].unmapped = k.processes[parent].unmapped;
  if (cx.scope.wide) return;
  for (const n of cx.scope.page.all) {
    // Of the stacks, the child inherits only that of the thread that forks.
    if (n >= cx.scope.stackBase && !isInSlot(cx.scope, n, slot)) continue;
    const from = k.processes[parent].want[n];
    k.processes[child].want[n].word0 = from.word0;
    if (cx.scope.words > 1) k.processes[child].want[n].word1 = from.word1;
  }
}

/** Slots are counted from 1; 0 is none. */
function isInSlot(scope: Scope, page: number, slot: number): boolean {
  return slot > 0 && Math.floor((page - scope.stackBase) / scope.stackSize) === slot - 1;
}

/** The descriptor of a process whose fork failed vanishes, and with it its page table. */
export function forgetProcess(k: Kernel, cx: Cx, process: ProcessRef): void {
  const reference = cx.scope.reference[process];
  releaseDescriptor(k, cx.scope, reference);
  k.processes[process].forkedBy = null;
  k.processes[process].copies.splice(0, 1);
  if (cx.scope.wide) return;
  for (const n of cx.scope.page.all) {
    k.processes[process].want[n].word0 = 0;
    if (cx.scope.words > 1) k.processes[process].want[n].word1 = 0;
  }
}

/** The descriptor is gone; what its lists still held is lost. */
export function releaseDescriptor(k: Kernel, scope: Scope, copy: CopyRef): void {
  const vmm = k.copies[copy];
  vmm.exists = false;
  vmm.ready = false;
  vmm.poison = false;
  vmm.stack_bitmap = 0;
  vmm.first_free_vpn = 0;
  vmm.vsegs_nr = 0;
  vmm.mmap_lock.holder = null;
  vmm.vsl_lock.writer = null;
  vmm.vsl_lock.readers = 0;
  vmm.vsl_lock.waiting = 0;
  for (const order of scope.order.all) {
    const { parked } = vmm.zombi_list[order];
    while (parked.length > 0) {
      k.vsegs[parked.at(0) as never].state = 'lost';
      parked.splice(0, 1);
    }
  }
  while (vmm.vsl.length > 0) {
    const vseg = vmm.vsl.at(0) as never;
    k.vsegs[vseg].state = 'lost';
    vmm.vsl.splice(0, 1);
  }
  for (const n of scope.page.all) hal_gpt_reset_pte(vmm.gpt[n]);
}
