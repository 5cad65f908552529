/**
 * What composes the functions of vmm.c into system calls: fork, as the project's documentation and
 * the interface comments of r408 describe it. These files of the kernel were not available, so
 * their statements have no source line.
 */

import { hal_gpt_pte_copy } from '../../model/almos-mkh/gpt.ts';
import { HALVES } from '../../model/almos-mkh/numbers.ts';
import type { FrameRef, ProcessRef } from '../../model/almos-mkh/scope.ts';
import { pageNumber, server } from '../../model/almos-mkh/scalars.ts';
import { optional, ref } from '../../state/references.ts';
import { upTo } from '../../state/values.ts';
import { addToForks, lockForks, unlockForks } from './services/ppm.ts';
import { attachUnderLock } from './services/vsl.ts';
import { fails } from './services/failures.ts';
import { hal_gpt_get_pte, hal_gpt_set_cow } from './services/hal_gpt.ts';
import { needsServer, takeServer } from './services/rpc.ts';
import { vseg_alloc } from './services/vseg.ts';
import { initVseg, vmm_create_vseg, vmm_destroy, vmm_fork_copy, vmm_set_cow } from './vmm.ts';
import { at, blocked, calls, goto, local, next, operation } from './vocabulary.ts';
import type { Control } from '../../machine/vocabulary.ts';
import type { Cx } from './vocabulary.ts';
import { forgetProcess } from './descriptors.ts';

/**
 * fork, in the child's cluster. The reference descriptor of the parent is copied, then the stack of
 * the forking thread, if it has one (thread_user_fork), then the parent is marked copy-on-write (in
 * its own reference cluster, by RPC if that is remote), then the child's thread may run. On failure
 * the child's descriptor is released.
 */
export const process_make_fork = operation({
  name: 'process_make_fork',
  file: '',
  lines: [0, 0],
  locals: (s) => ({
    child: ref(s.process),
    parent: ref(s.process),
    /** The copy of the parent whose GPT maps the stack of the forking thread. */
    site: ref(s.copy),
    /** Stack slot of the forking thread + 1; 0: it has none. */
    slot: upTo(s.hasStacks ? s.lastSlot + 1 : 0),
    vpn: pageNumber(s),
    vpn_max: pageNumber(s),
    ppn: optional(s.frame),
    /** The parent has been marked already (option forkOrder). */
    marked: upTo(s.options.forkOrder === 'setCow,forkCopy,stack' ? 1 : 0),
    server: server(s),
  }),
})([
  local(0.5, 'order', (_k, my, cx) => {
    const first = cx.scope.options.forkOrder === 'setCow,forkCopy,stack';
    return first && my.marked === 0 ? mark(my, cx) : next;
  }),
  calls(
    1,
    'vmm_fork_copy',
    () => vmm_fork_copy,
    (_k, my, to, cx) => {
      to.child = cx.scope.reference[my.child];
      to.parent = cx.scope.reference[my.parent];
    },
    (_k, my, result, cx) => {
      if (result !== 0) return goto(4);
      if (my.slot === 0) return afterCopy(my, cx);
      return cx.scope.options.forkStack === 'create' ? goto(1.1) : next;
    },
  ),
  // Option forkStack: as thread.c could do it with vmm_attach_vseg_to_vsl.
  at(1.05, 'vmm_attach_vseg_to_vsl', (k, my, cx) => {
    const copy = cx.scope.reference[my.child];
    const { cluster } = cx.scope.copies[copy];
    const { stackBase, stackSize, options } = cx.scope;
    const vseg = vseg_alloc(k, cx, cluster);
    if (vseg === null) return stackFailed(cx);
    my.vpn = stackBase + (my.slot - 1) * stackSize + 1;
    my.vpn_max = my.vpn + stackSize - 1;
    initVseg(k, {
      vseg,
      type: 'STACK',
      base: HALVES * my.vpn,
      size: HALVES * (stackSize - 1),
      vpn_base: my.vpn,
      vpn_size: stackSize - 1,
      file_offset: 0,
      file_size: 0,
      mapper: 0,
      cxy: cluster,
    });
    attachUnderLock(k, cx, copy, vseg); // nobody else knows this VSL yet
    if (options.forkSetsStackBit) {
      k.copies[copy].stack_bitmap |= 1 << (my.slot - 1);
      k.threads[cx.thread].slots += 1;
    }
    return goto(1.2);
  }),
  calls(
    1.1,
    'vmm_create_vseg',
    () => vmm_create_vseg,
    (_k, my, to, cx) => {
      to.copy = cx.scope.reference[my.child];
      to.type = 'STACK';
      to.base = my.slot - 1;
      to.cxy = cx.scope.copies[to.copy].cluster;
    },
    (k, my, result, cx) => {
      if (result === null) return stackFailed(cx);
      const { vpn_base, vpn_size } = k.vsegs[cx.scope.vseg.at(result)];
      if (!cx.scope.options.forkSetsStackBit) {
        k.copies[cx.scope.reference[my.child]].stack_bitmap &= ~(1 << (my.slot - 1));
      }
      my.vpn = vpn_base;
      my.vpn_max = vpn_base + vpn_size;
      return next;
    },
  ),
  at(1.2, 'hal_gpt_pte_copy', (k, my, cx) => {
    const ppn = hal_gpt_get_pte(k, cx, my.site, my.vpn);
    if (ppn === null) return goto(1.4);
    if (fails(k, cx, 'ptecopy')) return stackFailed(cx);
    const n = cx.scope.page.at(my.vpn);
    hal_gpt_pte_copy(k.copies[cx.scope.reference[my.child]].gpt[n], k.copies[my.site].gpt[n], true);
    my.ppn = ppn;
    return cx.scope.options.forkCountsStack ? next : goto(1.4);
  }),
  at(1.3, 'forks', (k, my, cx) => {
    const frame = my.ppn as FrameRef;
    if (!lockForks(k, cx, frame)) return blocked;
    addToForks(k, cx, frame, 1);
    unlockForks(k, frame);
    return next;
  }),
  local(1.4, 'next page', (_k, my, cx) => {
    my.ppn = null;
    my.vpn += 1;
    if (my.vpn < my.vpn_max) return goto(1.2);
    my.vpn = my.vpn_max - (cx.scope.stackSize - 1);
    return next;
  }),
  at(1.5, 'hal_gpt_set_cow', (k, my, cx) => {
    const ppn = hal_gpt_get_pte(k, cx, my.site, my.vpn);
    if (ppn !== null) hal_gpt_set_cow(k, cx, my.site, cx.scope.page.at(my.vpn));
    my.vpn += 1;
    return my.vpn < my.vpn_max ? goto(1.5) : afterCopy(my, cx);
  }),
  // process_destroy: thread_user_fork has failed.
  calls(
    1.6,
    'vmm_destroy',
    () => vmm_destroy,
    (_k, my, to, cx) => {
      my.vpn = 0;
      my.vpn_max = 0;
      to.copy = cx.scope.reference[my.child];
    },
    () => goto(4),
  ),
  at(1.9, 'RPC server', (k, my, cx) =>
    takeServer(k, cx, my, homeOf(cx, my.parent)) ? next : blocked,
  ),
  calls(
    2,
    'vmm_set_cow',
    () => vmm_set_cow,
    (_k, my, to, cx) => {
      my.vpn = 0;
      my.vpn_max = 0;
      to.copy = cx.scope.reference[my.parent];
    },
    (_k, my, _result, cx) => {
      my.server = 0;
      if (cx.scope.options.forkOrder !== 'setCow,forkCopy,stack') return next;
      my.marked = 1;
      return goto(0.5);
    },
  ),
  at(3, 'the child may run', (k, my, cx) => {
    k.processes[my.child].born = true;
    k.processes[my.child].forkedBy = null;
    return cx.leave(0);
  }),
  at(4, 'the child is released', (k, my, cx) => {
    forgetProcess(k, cx, my.child);
    return cx.leave(-1);
  }),
]);

/**
 * thread_user_fork has failed: the child is destroyed, or forgotten (option failedForkDestroys).
 */
function stackFailed(cx: Cx): Control {
  return goto(cx.scope.options.failedForkDestroys ? 1.6 : 4);
}

/** The parent is marked now, unless that came first. */
function afterCopy(my: Fork, cx: Cx): Control {
  return my.marked === 0 ? mark(my, cx) : goto(3);
}

/** vmm_set_cow runs in the reference cluster of the parent. */
function mark({ child, parent }: Fork, cx: Cx): Control {
  return needsServer(cx, homeOf(cx, child), homeOf(cx, parent)) ? goto(1.9) : goto(2);
}

interface Fork {
  readonly child: ProcessRef;
  readonly parent: ProcessRef;
  readonly marked: number;
}

const homeOf = (cx: Cx, process: ProcessRef): number =>
  cx.scope.copies[cx.scope.reference[process]].cluster;
