/**
 * What composes the functions of vmm.c into system calls: fork, as the project's documentation and the
 * interface comments of r408 describe it. These files of the kernel were not available, so their
 * statements have no source line.
 */

import type { CopyRef, ProcessRef } from '../../model/almos-mkh/scope.ts';
import type { Kernel } from '../../model/almos-mkh/state.ts';
import { ref } from '../../state/scalar.ts';
import { vmm_fork_copy, vmm_set_cow } from './vmm.ts';
import { at, calls, goto, next, operation } from './words.ts';
import type { Cx } from './words.ts';

/**
 * fork, in the child's cluster. The reference descriptor of the parent is copied, then the parent is
 * marked copy-on-write (in its own reference cluster, by RPC if that is remote), then the child's
 * thread may run. On failure the child's descriptor is released.
 */
export const process_make_fork = operation({
  name: 'process_make_fork',
  file: '',
  lines: [0, 0],
  locals: (s) => ({ child: ref(s.process), parent: ref(s.process) }),
})([
  calls(
    1,
    'vmm_fork_copy',
    () => vmm_fork_copy,
    (_k, my, to, cx) => {
      to.child = cx.scope.reference[my.child];
      to.parent = cx.scope.reference[my.parent];
    },
    (_k, _my, result) => (result === 0 ? next : goto(4)),
  ),
  calls(
    2,
    'vmm_set_cow',
    () => vmm_set_cow,
    (_k, my, to, cx) => {
      to.copy = cx.scope.reference[my.parent];
    },
    () => next,
  ),
  at(3, 'the child may run', (k, my, cx) => {
    k.processes[my.child].born = true;
    k.processes[my.child].forking = false;
    return cx.leave(0);
  }),
  at(4, 'the child is released', (k, my, cx) => {
    forgetProcess(k, cx, my.child);
    return cx.leave(-1);
  }),
]);

/** The descriptor of the child, before vmm_fork_copy; its content follows the option childVmm. */
export function makeDescriptor(k: Kernel, cx: Cx, child: ProcessRef, parent: ProcessRef): void {
  const reference = cx.scope.reference[child];
  const vmm = k.copies[reference];
  const { childVmm } = cx.scope.options;
  vmm.exists = true;
  vmm.zombi_ready = childVmm === 'init';
  vmm.mmap_lock_poison = childVmm === 'poison';
  vmm.first_free_vpn = childVmm === 'init' ? cx.scope.heapBase : 0;
  k.processes[child].copies.push(reference);
  k.processes[child].forking = true;
  k.processes[child].unmapped = k.processes[parent].unmapped;
  for (const n of cx.scope.page.all) {
    const from = k.processes[parent].want[n];
    k.processes[child].want[n].word0 = from.word0;
    if (cx.scope.words > 1) k.processes[child].want[n].word1 = from.word1;
  }
}

/** The descriptor of a process whose fork failed vanishes, and with it its page table. */
function forgetProcess(k: Kernel, cx: Cx, process: ProcessRef): void {
  const reference = cx.scope.reference[process];
  releaseDescriptor(k, cx, reference);
  k.processes[process].forking = false;
  k.processes[process].copies.splice(0, 1);
  for (const n of cx.scope.page.all) {
    k.processes[process].want[n].word0 = 0;
    if (cx.scope.words > 1) k.processes[process].want[n].word1 = 0;
  }
}

/** The descriptor is gone; what its lists still held is lost. */
export function releaseDescriptor(k: Kernel, cx: Cx, copy: CopyRef): void {
  const vmm = k.copies[copy];
  vmm.exists = false;
  vmm.zombi_ready = false;
  vmm.mmap_lock_poison = false;
  vmm.first_free_vpn = 0;
  vmm.vsegs_nr = 0;
  vmm.mmap_lock.holder = null;
  vmm.vsl_lock.writer = null;
  vmm.vsl_lock.readers = 0;
  while (vmm.vsl.length > 0) {
    const vseg = vmm.vsl.at(0) as never;
    k.vsegs[vseg].state = 'lost';
    vmm.vsl.splice(0, 1);
  }
  for (const n of cx.scope.page.all) {
    const pte = vmm.gpt[n];
    pte.frame = null;
    pte.writable = false;
    pte.cow = false;
    pte.locked = null;
  }
}
