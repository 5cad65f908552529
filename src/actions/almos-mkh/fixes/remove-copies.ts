/**
 * What a removal of vsegs from all clusters adds: one more operation, and removals page by page.
 */

import { remote_rwlock_wr_acquire, remote_rwlock_wr_release } from '../../../hw/locks.ts';
import type { CopyRef, VsegRef } from '../../../model/almos-mkh/scope.ts';
import { pageNumber, server } from '../../../model/almos-mkh/scalars.ts';
import { optional, ref } from '../../../state/references.ts';
import { upTo } from '../../../state/values.ts';
import { waitToWrite, checkVslWrite } from '../services/vsl.ts';
import { hal_gpt_get_pte, hal_gpt_reset_pte } from '../services/hal_gpt.ts';
import { lockCopies, unlockCopies, checkCopiesWalk } from '../services/copies.ts';
import { takeServer } from '../services/rpc.ts';
import { vseg_free } from '../services/vseg.ts';
import { vmm_remove_vseg } from '../vmm.ts';
import type { Control } from '../../../machine/vocabulary.ts';
import { at, blocked, goto, local, next, operation } from '../vocabulary.ts';
import type { Cx } from '../vocabulary.ts';
import type { AlmosOperation } from './edit.ts';

export const referenceOf = (cx: Cx, copy: CopyRef): CopyRef =>
  cx.scope.reference[cx.scope.copies[copy].process];

interface Removal {
  targets: number;
  target: CopyRef | null;
  found: VsegRef | null;
  vpn: number;
  server: number;
}

/** Goes on with the next copy, or ends after the last one. */
function copyIsDone(my: Removal, cx: Cx): Control {
  my.server = 0;
  my.target = null;
  my.found = null;
  my.vpn = 0;
  return my.targets === 0 ? cx.leave() : goto(1.5);
}

/**
 * Resets the entries of a vseg in all clusters but the reference, and frees the copies of the vseg,
 * each in its own cluster, by RPC.
 */
export const vmm_remove_copies = operation({
  name: 'vmm_remove_copies',
  file: '',
  lines: [0, 0],
  locals: (s) => ({
    copy: ref(s.copy),
    vseg: ref(s.vseg),
    /** The copies to go to, as bits. */
    targets: upTo(2 ** s.copy.size - 1),
    target: optional(s.copy),
    found: optional(s.vseg),
    vpn: pageNumber(s),
    server: server(s),
  }),
})([
  // The section under the lock of the list, which is released before anything else is waited for.
  at(1, 'copies of the process', (k, my, cx) => {
    const { process } = cx.scope.copies[my.copy];
    if (!lockCopies(k, cx, process)) return blocked;
    checkCopiesWalk(k, cx, process);
    const { copies } = k.processes[process];
    for (let i = 0; i < copies.length; i++) {
      const copy = copies.at(i) as CopyRef;
      if (copy !== my.copy) my.targets |= 1 << copy;
    }
    unlockCopies(k, cx, process);
    return my.targets === 0 ? cx.leave() : next;
  }),
  local(1.5, 'next copy', (_k, my, cx) => {
    const lowest = 31 - Math.clz32(my.targets & -my.targets);
    my.target = cx.scope.copy.at(lowest);
    my.targets &= ~(1 << lowest);
    return cx.scope.rpcServers > 0 ? next : goto(3);
  }),
  at(2, 'rpc_vmm_remove_copy_client', (k, my, cx) =>
    takeServer(k, cx, my, cx.scope.copies[my.target as CopyRef].cluster) ? next : blocked,
  ),
  at(3, 'VSL lock of the copy', (k, my, cx) => {
    const copy = my.target as CopyRef;
    if (!k.copies[copy].exists) return copyIsDone(my, cx); // its last thread has ended meanwhile
    const lock = k.copies[copy].vsl_lock;
    if (!remote_rwlock_wr_acquire(lock, cx.thread)) return waitToWrite(k, cx, copy, 3);
    const { type, vpn_base } = k.vsegs[my.vseg];
    const { vsl } = k.copies[copy];
    for (let i = 0; i < vsl.length; i++) {
      const own = vsl.at(i) as VsegRef;
      if (k.vsegs[own].type === type && k.vsegs[own].vpn_base === vpn_base) my.found = own;
    }
    if (my.found === null) {
      remote_rwlock_wr_release(lock);
      return copyIsDone(my, cx);
    }
    my.vpn = vpn_base;
    return next;
  }),
  at(4, 'hal_gpt_reset_pte', (k, my, cx) => {
    const copy = my.target as CopyRef;
    const { vpn_base, vpn_size } = k.vsegs[my.found as VsegRef];
    if (hal_gpt_get_pte(k, cx, copy, my.vpn) !== null) {
      hal_gpt_reset_pte(k, cx, copy, cx.scope.page.at(my.vpn));
    }
    my.vpn += 1;
    return my.vpn < vpn_base + vpn_size ? goto(4) : next;
  }),
  at(5, 'detach', (k, my, cx) => {
    const copy = my.target as CopyRef;
    const own = my.found as VsegRef;
    checkVslWrite(k, cx, copy);
    const { vsl, vsl_lock } = k.copies[copy];
    vsl.splice(vsl.indexOf(own), 1);
    k.copies[copy].vsegs_nr -= 1;
    vseg_free(k, cx, own);
    remote_rwlock_wr_release(vsl_lock);
    return copyIsDone(my, cx);
  }),
]);

/** The loop of vmm_remove_vseg over pages, as it is now, for some of the pages. */
export function unmapPages(remove: AlmosOperation): AlmosOperation {
  const name = 'vmm_unmap_pages';
  const kept = remove.statements.filter(({ line }) => line < 1349);
  const statements = kept.map((statement): (typeof kept)[number] => {
    if (statement.line === 1248 || statement.line === 1250) {
      // vpn and vpn_max have been given; what stands here sets them for the whole vseg.
      return {
        ...statement,
        run: (k, my, cx) => {
          const { vpn, vpn_max } = my;
          const outcome = statement.run?.(k, my, cx) ?? next;
          my.vpn = vpn;
          my.vpn_max = vpn_max;
          return outcome;
        },
      };
    }
    if (statement.line === 1262) {
      return {
        ...statement,
        run: (_k, my, cx) => {
          my.ppn = null;
          return my.vpn < my.vpn_max ? next : cx.leave();
        },
      };
    }
    return statement;
  });
  return { ...remove, name, lines: [0, 0], file: '', statements };
}

/** Only its name is used, to find the operation that the fix has made. */
export const vmm_unmap = { ...vmm_remove_vseg, name: 'vmm_unmap_pages' } as AlmosOperation;
