/**
 * ALMOS-MKH kernel/mm/vmm.c at r632, as written, function by function in the order of the file.
 *
 * One `at` is one place where another core can interleave. What is folded into one step is so
 * because nobody else can see its parts: a lock section whose other accessors all take the same
 * lock, the acquisition of a lock with the first access under it, a release with the last. Lines
 * are those of the file; a fraction tells apart two steps of one line.
 *
 * Numbers are those of C: 32 bits wide, addresses signed, sizes and page numbers unsigned
 * (`model/almos-mkh/numbers.ts`).
 */

import { hal_gpt_pte_copy, hal_gpt_reset_pte as resetPte } from '../../model/almos-mkh/gpt.ts';
import {
  busylock_acquire,
  busylock_release,
  remote_rwlock_rd_acquire,
  remote_rwlock_rd_release,
  remote_rwlock_wr_acquire,
  remote_rwlock_wr_release,
  writes,
} from '../../hw/locks.ts';
import {
  EXCP_KERNEL_PANIC,
  EXCP_NON_FATAL,
  EXCP_USER_ERROR,
  exceptions,
  checks,
} from '../../model/almos-mkh/step-invariants.ts';
import type { Flags } from '../../model/almos-mkh/flags.ts';
import { ZERO } from '../../model/almos-mkh/programs.ts';
import type { CopyRef, FrameRef, PageRef, VsegRef } from '../../model/almos-mkh/scope.ts';
import {
  address,
  below,
  HALVES,
  lastPageBefore,
  lastPageBeforeUnsigned,
  log2,
  orderOf,
  pageOf,
  unsignedSize,
} from '../../model/almos-mkh/numbers.ts';
import {
  filePosition,
  halfPages,
  pageNumber,
  server,
  vsegType,
} from '../../model/almos-mkh/scalars.ts';
import type { Kernel } from '../../model/almos-mkh/state.ts';
import { asFrame, asVseg } from '../../model/almos-mkh/cell-text.ts';
import { bool, upTo } from '../../state/values.ts';
import { optional, ref } from '../../state/references.ts';
import type { Control } from '../../machine/vocabulary.ts';
import { checkCopiedContent } from './ghost.ts';
import { checkDeleted, checkDescriptorFound, checkTypeUnmapped } from './request-checks.ts';
import {
  addToForks,
  addToRefcount,
  hal_remote_memcpy,
  lockForks,
  ppm_remote_alloc_pages,
  ppm_remote_free_pages,
  unlockForks,
} from './services/ppm.ts';
import { assertionFails, assertionHolds, fails } from './services/failures.ts';
import {
  attachUnderLock,
  nextInVsl,
  checkVslRead,
  waitToWrite,
  checkVslWrite,
} from './services/vsl.ts';
import {
  hal_gpt_get_pte,
  hal_gpt_reset_pte,
  hal_gpt_set_cow,
  hal_gpt_set_pte,
  hal_gpt_unlock_pte,
  hal_gpt_update_pte,
  hal_vmm_kernel_update,
  checkPteWrite,
  lockPte,
} from './services/hal_gpt.ts';
import { mapper_move_kernel, mapper_remote_get_page } from './services/mapper.ts';
import { needsServer, takeServer } from './services/rpc.ts';
import {
  checkRangeRead,
  checkDescriptorUse,
  vseg_alloc,
  vseg_free,
  vseg_init_from_ref,
} from './services/vseg.ts';
import { checkCopiesWalk } from './services/copies.ts';
import { at, blocked, calls, goto, local, next, operation } from './vocabulary.ts';
import type { Cx } from './vocabulary.ts';

const file = 'vmm.c';

const asException = (_s: unknown, code: number | null): string => exceptions[code ?? 0];
const page = (cx: Cx, n: number): PageRef => cx.scope.page.at(n);
const referenceOf = (cx: Cx, copy: CopyRef): CopyRef =>
  cx.scope.reference[cx.scope.copies[copy].process];
const clusterOf = (cx: Cx, copy: CopyRef): number => cx.scope.copies[copy].cluster;
const isReference = (cx: Cx, copy: CopyRef): boolean => cx.scope.copies[copy].isReference;
export const isKernel = (type: string): boolean =>
  type === 'KCODE' || type === 'KDATA' || type === 'KDEV';
const the = <T>(value: T | null): T => value as T;

/**
 * The page after `vpn` in a loop over [.., end[. Nothing is ever mapped beyond the virtual space,
 * so a vseg that reaches far beyond it (vmm.c:1583) is not walked to its end.
 */
function pageAfter(cx: Cx, vpn: number, end: number): number {
  return vpn + 1 < cx.scope.pages ? vpn + 1 : end;
}

/** Lines 66 to 96. The result is the first page of the stack, after the guard page. */
export const vmm_stack_alloc = operation({
  name: 'vmm_stack_alloc',
  file,
  lines: [66, 96],
  locals: (s) => ({ copy: ref(s.copy), ltid: pageNumber(s) }),
  returns: (_s, base) => `with vpn_base ${base}`,
})([
  // 73 looks at the argument only; the bitmap is changed under this lock only.
  at([80, 90], 'busylock_acquire', (k, my, cx) => {
    const vmm = k.copies[my.copy];
    if (below(cx.scope.lastSlot, my.ltid)) return assertionFails(k, cx, 73);
    assertionHolds(cx, 73);
    if (vmm.poison) return blocked;
    const bit = 1 << my.ltid;
    if ((vmm.stack_bitmap & bit) !== 0) return assertionFails(k, cx, 83);
    assertionHolds(cx, 83);
    vmm.stack_bitmap |= bit;
    k.threads[cx.thread].slots += 1;
    return cx.leave(stackBase(k, cx, my.copy) + my.ltid * cx.scope.stackSize + 1);
  }),
]);

/** stack_mgr.vpn_base: 0 until the allocator is initialised. */
function stackBase(k: Kernel, cx: Cx, copy: CopyRef): number {
  return k.copies[copy].ready ? cx.scope.stackBase : 0;
}

/** Lines 105 to 131. */
export const vmm_stack_free = operation({
  name: 'vmm_stack_free',
  file,
  lines: [105, 131],
  locals: (s) => ({ copy: ref(s.copy), vseg: ref(s.vseg), index: upTo(s.lastSlot) }),
})([
  // Both assertions are made before the lock is taken.
  at(112, 'index', (k, my, cx) => {
    const { vpn_base } = k.vsegs[my.vseg];
    const index = Math.floor(
      ((vpn_base - 1 - stackBase(k, cx, my.copy)) >>> 0) / cx.scope.stackSize,
    );
    if (index > cx.scope.lastSlot) return assertionFails(k, cx, 115);
    assertionHolds(cx, 115);
    if ((k.copies[my.copy].stack_bitmap & (1 << index)) === 0) return assertionFails(k, cx, 119);
    assertionHolds(cx, 119);
    my.index = index;
    return next;
  }),
  at([123, 129], 'busylock_acquire', (k, my, cx) => {
    if (k.copies[my.copy].poison) return blocked;
    k.copies[my.copy].stack_bitmap &= ~(1 << my.index);
    k.threads[cx.thread].slots -= 1;
    return cx.leave();
  }),
]);

/** Lines 142 to 217. The result is the first page, or null where the C returns -1. */
export const vmm_mmap_alloc = operation({
  name: 'vmm_mmap_alloc',
  file,
  lines: [142, 217],
  locals: (s) => ({ copy: ref(s.copy), order: upTo(31) }),
  returns: (_s, base) => (base === null ? '-1' : `0 with vpn_base ${base}`),
})([
  // The whole section: zombi lists and first_free_vpn are touched under this lock only.
  at([174, 203], 'busylock_acquire', (k, my, cx) => {
    const vmm = k.copies[my.copy];
    if (vmm.poison || !busylock_acquire(vmm.mmap_lock, cx.thread)) return blocked;
    if (!vmm.ready) return assertionFails(k, cx, 177);
    assertionHolds(cx, 177);
    // No vseg is longer than the zone, so the lists of higher orders are empty.
    const isListed = my.order < cx.scope.order.size;
    const zombi = isListed ? vmm.zombi_list[cx.scope.order.at(my.order)].parked : undefined;
    const vseg = zombi?.at(0);
    if (vseg === undefined) {
      const size = 2 ** my.order;
      const free = vmm.first_free_vpn;
      const fits = free + size <= cx.scope.heapBase + cx.scope.zone;
      const refused = free + size > cx.scope.zone;
      cx.check(checks.mmapProgress, !(fits && refused), my.copy, size);
      if (refused) return cx.leave(null); // 181: returns with the lock taken
      vmm.first_free_vpn += size;
      k.threads[cx.thread].pages += size;
      busylock_release(vmm.mmap_lock);
      return cx.leave(free);
    }
    zombi?.splice(0, 1);
    k.vsegs[vseg].state = 'lost'; // 196: neither freed nor handed to the caller
    busylock_release(vmm.mmap_lock);
    return cx.leave(k.vsegs[vseg].vpn_base);
  }),
]);

/** bits_log2 (option log2). */
function orderParked(cx: Cx, pages: number): number {
  return cx.scope.options.log2 === 'floor' ? log2(pages) : orderOf(pages);
}

/** Lines 226 to 245. */
export const vmm_mmap_free = operation({
  name: 'vmm_mmap_free',
  file,
  lines: [226, 245],
  locals: (s) => ({ copy: ref(s.copy), vseg: ref(s.vseg) }),
})([
  at([236, 243], 'busylock_acquire', (k, my, cx) => {
    const vmm = k.copies[my.copy];
    if (vmm.poison || !busylock_acquire(vmm.mmap_lock, cx.thread)) return blocked;
    const vseg = k.vsegs[my.vseg];
    // Parked already by another thread: the list would become a circle. The violation is reported,
    // and the descriptor stays where it is.
    checkDescriptorUse(k, cx, my.vseg);
    if (vseg.state !== 'unlinked') {
      busylock_release(vmm.mmap_lock);
      return cx.leave();
    }
    // Lists that were never initialised: the link is written and leads nowhere.
    if (vmm.ready) {
      vmm.zombi_list[cx.scope.order.at(orderParked(cx, vseg.vpn_size))].parked.unshift(my.vseg);
      vseg.state = 'zombi';
    } else vseg.state = 'lost';
    vseg.link = null;
    busylock_release(vmm.mmap_lock);
    return cx.leave();
  }),
]);

/** Lines 274 to 286. One step where the caller holds the VSL in write mode, three otherwise. */
export const vmm_detach_vseg_from_vsl = operation({
  name: 'vmm_detach_vseg_from_vsl',
  file,
  lines: [274, 286],
  locals: (s) => ({ copy: ref(s.copy), vseg: ref(s.vseg) }),
})([
  at(278, 'vseg->vmm = NULL', (k, my, cx) => {
    checkDescriptorUse(k, cx, my.vseg);
    k.vsegs[my.vseg].vmm = null;
    if (!writes(k.copies[my.copy].vsl_lock, cx.thread)) return next;
    k.copies[my.copy].vsegs_nr -= 1;
    return unlink(k, my.copy, my.vseg, cx);
  }),
  at(281, 'vsegs_nr--', (k, my) => {
    k.copies[my.copy].vsegs_nr -= 1;
    return next;
  }),
  at(284, 'xlist_unlink', (k, my, cx) => unlink(k, my.copy, my.vseg, cx)),
]);

function unlink(k: Kernel, copy: CopyRef, vseg: VsegRef, cx: Cx): Control {
  checkVslWrite(k, cx, copy);
  const { vsl, zombi_list } = k.copies[copy];
  const i = vsl.indexOf(vseg);
  if (i >= 0) {
    k.vsegs[vseg].state = 'unlinked';
    k.vsegs[vseg].link = vsl.at(i + 1) ?? null;
    vsl.splice(i, 1);
    return cx.leave();
  }
  // A descriptor that another thread has removed meanwhile has its one link elsewhere: in
  // another VSL (given back, and taken again) or in a zombi list, which it leaves; or
  // nowhere: nothing happens.
  removeFromAnyVsl(k, cx, vseg);
  for (const order of cx.scope.order.all) {
    const parked = zombi_list[order].parked;
    const at = parked.indexOf(vseg);
    if (at >= 0) parked.splice(at, 1);
  }
  if (k.vsegs[vseg].state !== 'free') k.vsegs[vseg].state = 'unlinked';
  return cx.leave();
}

function removeFromAnyVsl(k: Kernel, cx: Cx, vseg: VsegRef): void {
  for (const c of cx.scope.copy.all) {
    const { vsl } = k.copies[c];
    const i = vsl.indexOf(vseg);
    if (i < 0) continue;
    k.vsegs[vseg].link = vsl.at(i + 1) ?? null;
    vsl.splice(i, 1);
  }
}

/** Lines 292 to 390. Nobody else knows the allocators yet, or all other threads are gone (exec). */
export const vmm_user_init = operation({
  name: 'vmm_user_init',
  file,
  lines: [292, 390],
  locals: (s) => ({ copy: ref(s.copy) }),
})([
  calls(
    325,
    'vmm_create_vseg',
    () => vmm_create_vseg,
    (_k, my, to, cx) => {
      const { utilsBase, args } = cx.scope.scenario;
      to.copy = my.copy;
      to.type = 'DATA';
      to.base = HALVES * utilsBase;
      to.size = HALVES * args;
      to.cxy = clusterOf(cx, my.copy);
    },
    (_k, _my, result, cx) => (result === null ? cx.leave(-1) : next),
  ),
  calls(
    345,
    'vmm_create_vseg',
    () => vmm_create_vseg,
    (_k, my, to, cx) => {
      const { utilsBase, args, envs } = cx.scope.scenario;
      to.copy = my.copy;
      to.type = 'DATA';
      to.base = HALVES * (utilsBase + args);
      to.size = HALVES * envs;
      to.cxy = clusterOf(cx, my.copy);
    },
    (_k, _my, result, cx) => (result === null ? cx.leave(-1) : next),
  ),
  at([362, 373], 'stack_mgr.bitmap', (k, my, cx) => {
    initialiseAllocators(k, cx, my.copy);
    const vmm = k.copies[my.copy];
    vmm.poison = false; // 364, 370: both locks are initialised
    vmm.mmap_lock.holder = null;
    return cx.leave(0);
  }),
]);

/** Stack bitmap, mmap zone and zombi lists, as 362-373 and 890-901 do it; not the locks. */
export function initialiseAllocators(k: Kernel, cx: Cx, copy: CopyRef): void {
  const vmm = k.copies[copy];
  vmm.ready = true;
  vmm.stack_bitmap = 0;
  vmm.first_free_vpn = cx.scope.heapBase;
  for (const order of cx.scope.order.all) {
    const { parked } = vmm.zombi_list[order];
    while (parked.length > 0) {
      k.vsegs[the(parked.at(0) ?? null)].state = 'lost'; // its list is emptied, it is not freed
      parked.splice(0, 1);
    }
  }
}

/** Lines 393 to 480. Local cluster only. */
export const vmm_user_reset = operation({
  name: 'vmm_user_reset',
  file,
  lines: [393, 480],
  locals: (s) => ({ copy: ref(s.copy), vseg: optional(s.vseg), next_vseg: optional(s.vseg) }),
})([
  at([420, 428], 'remote_rwlock_wr_acquire', (k, my, cx) => {
    const lock = k.copies[my.copy].vsl_lock;
    if (!remote_rwlock_wr_acquire(lock, cx.thread)) return waitToWrite(k, cx, my.copy, 420);
    my.next_vseg = nextInVsl(k, cx, my.copy, null);
    return next;
  }),
  local(427, 'iter_xp != root_xp', (_k, my) => {
    my.vseg = my.next_vseg;
    my.next_vseg = null;
    return my.vseg === null ? goto(469) : next;
  }),
  at(431, 'next_xp', (k, my, cx) => {
    my.next_vseg = nextInVsl(k, cx, my.copy, my.vseg);
    const { type } = k.vsegs[the(my.vseg)];
    return isKernel(type) ? goto(427) : next;
  }),
  calls(
    449,
    'vmm_remove_vseg',
    () => vmm_remove_vseg,
    (_k, my, to) => {
      to.copy = my.copy;
      to.vseg = the(my.vseg);
    },
    () => goto(427),
  ),
  at(469, 'remote_rwlock_wr_release', (k, my, cx) => {
    remote_rwlock_wr_release(k.copies[my.copy].vsl_lock);
    return cx.leave();
  }),
]);

/**
 * Lines 483 to 547. Runs in the reference cluster; the list of copies is walked without its lock.
 */
export const vmm_global_update_pte = operation({
  name: 'vmm_global_update_pte',
  file,
  lines: [483, 547],
  locals: (s) => ({
    copy: ref(s.copy),
    vpn: pageNumber(s),
    ppn: ref(s.frame),
    kept: bool,
    index: upTo(s.scenario.clusters),
    target: optional(s.copy),
  }),
})([
  at(537, 'hal_gpt_update_pte', (k, my, cx) => {
    const { copies } = k.processes[cx.scope.copies[my.copy].process];
    checkCopiesWalk(k, cx, cx.scope.copies[my.copy].process);
    const target = copies.at(my.index);
    if (target === undefined) return cx.leave();
    if (my.index === 0 && !my.kept) checkCopiedContent(k, cx, my.copy, my.vpn, my.ppn);
    my.index += 1;
    if (writesFrameFirst(k, cx, target, my.vpn, my.ppn)) {
      my.target = target;
      return next;
    }
    hal_gpt_update_pte(k, cx, target, page(cx, my.vpn), my.ppn, true, false);
    return my.index < copies.length ? goto(537) : cx.leave();
  }),
  // Option splitPteWrite: the attributes follow the frame.
  at(537.1, 'hal_gpt_update_pte', (k, my, cx) => {
    const { copies } = k.processes[cx.scope.copies[my.copy].process];
    hal_gpt_update_pte(k, cx, the(my.target), page(cx, my.vpn), my.ppn, true, false);
    my.target = null;
    return my.index < copies.length ? goto(537) : cx.leave();
  }),
]);

/**
 * The first half of a write to an entry that is mapped to another frame: its attributes are as
 * before. An entry that is unmapped shows nothing of it.
 */
function writesFrameFirst(k: Kernel, cx: Cx, copy: CopyRef, vpn: number, ppn: FrameRef): boolean {
  if (!cx.scope.options.splitPteWrite) return false;
  const n = page(cx, vpn);
  const pte = k.copies[copy].gpt[n];
  if (pte.frame === null || pte.frame === ppn) return false;
  checkPteWrite(k, cx, copy, n);
  pte.frame = ppn;
  return true;
}

/** Lines 550 to 698. Runs in the reference cluster, without a lock on the VSL or the copies. */
export const vmm_set_cow = operation({
  name: 'vmm_set_cow',
  file,
  lines: [550, 698],
  locals: (s) => ({
    copy: ref(s.copy),
    /** Number of copies already visited; the one at hand is `target`. */
    index: upTo(s.scenario.clusters),
    target: ref(s.copy),
    vseg: optional(s.vseg),
    vpn: pageNumber(s),
    vpn_base: pageNumber(s),
    vpn_max: pageNumber(s),
    ppn: optional(s.frame),
  }),
})([
  at(599, 'XLIST_FOREACH', (k, my, cx) => {
    const { process } = cx.scope.copies[my.copy];
    if (!isReference(cx, my.copy)) return assertionFails(k, cx, 582);
    assertionHolds(cx, 582);
    checkCopiesWalk(k, cx, process);
    const target = k.processes[process].copies.at(my.index);
    if (target === undefined) return cx.leave();
    my.index += 1;
    my.target = target;
    my.vseg = null;
    return next;
  }),
  at(616, 'XLIST_FOREACH', (k, my, cx) => {
    my.vseg = nextInVsl(k, cx, my.copy, my.vseg);
    if (my.vseg === null) return goto(599);
    const { type, vpn_base } = k.vsegs[my.vseg];
    my.vpn_base = vpn_base;
    // The type never changes: where it is not one of these, 628 is read for nothing.
    return type === 'DATA' || type === 'ANON' || type === 'REMOTE' ? next : goto(616);
  }),
  at(628, 'vseg->vpn_size', (k, my, cx) => {
    const { vpn_size } = readElement(k, cx, my);
    my.vpn = my.vpn_base;
    my.vpn_max = (my.vpn_base + vpn_size) | 0;
    return below(my.vpn, my.vpn_max) ? next : goto(616);
  }),
  at(650, 'hal_gpt_set_cow', (k, my, cx) => {
    const { setCowRmw } = cx.scope.options;
    const ppn = hal_gpt_get_pte(k, cx, my.target, my.vpn);
    if (setCowRmw) {
      my.ppn = ppn;
      return next;
    }
    if (ppn !== null) hal_gpt_set_cow(k, cx, my.target, page(cx, my.vpn));
    if (cx.scope.options.setCowStep === 'vseg' && below(my.vpn + 1, my.vpn_max)) {
      // The other pages go in the same step, and `vpn` is that of the last one.
      const end = Math.min(my.vpn_max, cx.scope.pages);
      for (let n = my.vpn + 1; n < end; n++) hal_gpt_set_cow(k, cx, my.target, page(cx, n));
      my.vpn = end - 1;
    }
    return goto(651);
  }),
  // Option setCowRmw: the entry read at 650 is written back, whatever it has become meanwhile.
  at(650.1, 'hal_gpt_set_cow', (k, my, cx) => {
    const read = my.ppn;
    my.ppn = null;
    if (read === null) return next;
    const pte = k.copies[my.target].gpt[page(cx, my.vpn)];
    const { locked } = pte;
    hal_gpt_set_pte(k, cx, my.target, page(cx, my.vpn), read, false, true);
    pte.locked = locked;
    return next;
  }),
  local(651, 'vpn_base', (_k, my, cx) => {
    my.vpn = pageAfter(cx, my.vpn, my.vpn_max);
    if (below(my.vpn, my.vpn_max)) return goto(650);
    if (clusterOf(cx, my.target) !== clusterOf(cx, my.copy)) return goto(616);
    my.vpn = my.vpn_base;
    return next;
  }),
  at(662, 'hal_gpt_get_pte', (k, my, cx) => {
    my.ppn = hal_gpt_get_pte(k, cx, my.target, my.vpn);
    return my.ppn === null ? goto(685) : next;
  }),
  at([677, 683], 'remote_busylock_acquire', (k, my, cx) => {
    if (!lockForks(k, cx, the(my.ppn))) return blocked;
    addToForks(k, cx, the(my.ppn), 1);
    unlockForks(k, the(my.ppn));
    return next;
  }),
  local(685, 'end loop on vpn', (_k, my, cx) => {
    my.ppn = null;
    my.vpn = pageAfter(cx, my.vpn, my.vpn_max);
    return below(my.vpn, my.vpn_max) ? goto(662) : goto(616);
  }),
]);

/** Lines 701 to 926. The child's descriptor is reachable by nobody else until fork returns. */
export const vmm_fork_copy = operation({
  name: 'vmm_fork_copy',
  file,
  lines: [701, 926],
  locals: (s) => ({
    child: ref(s.copy),
    parent: ref(s.copy),
    parent_vseg: optional(s.vseg),
    child_vseg: optional(s.vseg),
    type: vsegType(s),
    vpn: pageNumber(s),
    ppn: optional(s.frame),
  }),
})([
  at(751, 'hal_gpt_create', (k, my, cx) => {
    const vmm = k.copies[my.child]; // 744-748: VSL lock free, VSL empty
    vmm.vsegs_nr = 0;
    return fails(k, cx, 'gpt') ? cx.leave(-1) : next;
  }),
  // Takes the lock and reads the first vseg of the parent: links, and type.
  at(763, 'remote_rwlock_rd_acquire', (k, my, cx) => {
    const lock = k.copies[my.parent].vsl_lock;
    if (!remote_rwlock_rd_acquire(lock, cx.thread)) return blocked;
    return nextParentVseg(k, my, cx);
  }),
  at(766, 'XLIST_FOREACH', (k, my, cx) => nextParentVseg(k, my, cx)),
  at(788, 'vseg_alloc', (k, my, cx) => {
    my.child_vseg = vseg_alloc(k, cx, clusterOf(cx, my.child));
    return my.child_vseg === null ? goto(791) : goto(797);
  }),
  calls(
    791,
    'vmm_destroy',
    () => vmm_destroy,
    (_k, my, to) => {
      to.copy = my.child;
    },
    (_k, _my, _result, cx) => cx.leave(-1), // the parent's VSL stays locked
  ),
  at(797, 'vseg_init_from_ref', (k, my, cx) => {
    vseg_init_from_ref(k, cx, the(my.child_vseg), the(my.parent_vseg));
    return next;
  }),
  at([803, 809], 'remote_rwlock_wr_acquire', (k, my, cx) =>
    attachUnderLock(k, cx, my.child, the(my.child_vseg)) ? next : waitToWrite(k, cx, my.child, 803),
  ),
  // The fields of the child's own vseg: nobody else writes them.
  local(819, 'VSEG_TYPE_CODE', (k, my) => {
    const { vpn_base, vpn_size } = k.vsegs[the(my.child_vseg)];
    my.vpn = vpn_base;
    const empty = !below(vpn_base, vpn_base + vpn_size);
    return my.type === 'CODE' || empty ? goto(875) : goto(830);
  }),
  at(830, 'hal_gpt_pte_copy', (k, my, cx) => {
    const ppn = hal_gpt_get_pte(k, cx, my.parent, my.vpn);
    if (ppn === null) return goto(873);
    if (fails(k, cx, 'ptecopy')) return goto(839);
    const n = page(cx, my.vpn);
    hal_gpt_pte_copy(k.copies[my.child].gpt[n], k.copies[my.parent].gpt[n], my.type !== 'FILE');
    if (cx.scope.options.pteCopyKeepsLocked) {
      k.copies[my.child].gpt[n].locked = k.copies[my.parent].gpt[n].locked;
    }
    my.ppn = ppn;
    return goto(857);
  }),
  calls(
    839,
    'vmm_destroy',
    () => vmm_destroy,
    (_k, my, to) => {
      to.copy = my.child;
    },
    (_k, _my, _result, cx) => cx.leave(-1), // the parent's VSL stays locked
  ),
  at([857, 863], 'remote_busylock_acquire', (k, my, cx) => {
    if (!lockForks(k, cx, the(my.ppn))) return blocked;
    addToForks(k, cx, the(my.ppn), 1);
    unlockForks(k, the(my.ppn));
    return next;
  }),
  local(873, 'end if no code', (k, my, cx) => {
    const { vpn_base, vpn_size } = k.vsegs[the(my.child_vseg)];
    my.ppn = null;
    my.vpn = pageAfter(cx, my.vpn, vpn_base + vpn_size);
    return below(my.vpn, vpn_base + vpn_size) ? goto(830) : next;
  }),
  local(875, 'end loop on vsegs', (_k, my) => {
    my.child_vseg = null;
    my.vpn = 0;
    return goto(766);
  }),
  at(878, 'remote_rwlock_rd_release', (k, my, cx) => {
    remote_rwlock_rd_release(k.copies[my.parent].vsl_lock, cx.thread);
    return next;
  }),
  at([881, 901], 'hal_vmm_kernel_update', (k, my, cx) => {
    if (!hal_vmm_kernel_update(k, cx, my.child)) return cx.leave(-1);
    initialiseAllocators(k, cx, my.child); // 890-901
    return cx.leave(0);
  }),
]);

type ForkCopy = {
  parent: CopyRef;
  parent_vseg: VsegRef | null;
  type: Kernel['vsegs'][VsegRef]['type'];
};

/** Lines 766 to 785: the next vseg of the parent that must be copied. */
function nextParentVseg(k: Kernel, my: ForkCopy, cx: Cx): Control {
  my.parent_vseg = nextInVsl(k, cx, my.parent, my.parent_vseg);
  if (my.parent_vseg === null) return goto(878);
  my.type = k.vsegs[my.parent_vseg].type;
  return my.type === 'STACK' || isKernel(my.type) ? goto(766) : goto(788);
}

/** Lines 929 to 1032. Local cluster only. */
export const vmm_destroy = operation({
  name: 'vmm_destroy',
  file,
  lines: [929, 1032],
  locals: (s) => ({ copy: ref(s.copy), vseg: optional(s.vseg), next_vseg: optional(s.vseg) }),
})([
  at([955, 962], 'remote_rwlock_wr_acquire', (k, my, cx) => {
    const lock = k.copies[my.copy].vsl_lock;
    if (!remote_rwlock_wr_acquire(lock, cx.thread)) return waitToWrite(k, cx, my.copy, 955);
    my.next_vseg = nextInVsl(k, cx, my.copy, null);
    return next;
  }),
  local(962, 'iter_xp != vsl_root_xp', (_k, my) => {
    my.vseg = my.next_vseg;
    my.next_vseg = null;
    return my.vseg === null ? goto(984) : next;
  }),
  at(966, 'next_xp', (k, my, cx) => {
    my.next_vseg = nextInVsl(k, cx, my.copy, my.vseg);
    return next;
  }),
  calls(
    973,
    'vmm_remove_vseg',
    () => vmm_remove_vseg,
    (_k, my, to) => {
      to.copy = my.copy;
      to.vseg = the(my.vseg);
    },
    () => goto(962),
  ),
  at(984, 'remote_rwlock_wr_release', (k, my) => {
    remote_rwlock_wr_release(k.copies[my.copy].vsl_lock);
    return next;
  }),
  // One parked descriptor per step; the mmap lock is not taken.
  at([997, 1012], 'XLIST_FIRST', (k, my, cx) => {
    const vmm = k.copies[my.copy];
    if (!vmm.ready) return assertionFails(k, cx, 997);
    assertionHolds(cx, 997);
    for (const order of cx.scope.order.all) {
      const { parked } = vmm.zombi_list[order];
      const vseg = parked.at(0);
      if (vseg === undefined) continue;
      parked.splice(0, 1);
      vseg_free(k, cx, vseg);
      return goto(997);
    }
    return next;
  }),
  at(1023, 'hal_gpt_destroy', (k, my, cx) => {
    for (const n of cx.scope.page.all) {
      const pte = k.copies[my.copy].gpt[n];
      if (cx.scope.options.gptDestroyFreesFrames && pte.frame !== null) {
        addToRefcount(k, cx, pte.frame, -1);
        const stops = !ppm_remote_free_pages(k, cx, pte.frame);
        if (stops) return assertionFails(k, cx, 1336);
      }
      resetPte(pte);
    }
    return cx.leave();
  }),
]);

/**
 * Lines 1035 to 1057: the vseg of the local VSL that intersects these pages, or null. No lock is
 * taken, so each element is a step of its own, and each of its fields that is read once more.
 */
export const vmm_check_conflict = operation({
  name: 'vmm_check_conflict',
  file,
  lines: [1035, 1057],
  locals: (s) => ({
    copy: ref(s.copy),
    vpn_base: pageNumber(s),
    vpn_size: pageNumber(s),
    vseg: optional(s.vseg),
    /** vpn_base of the element. */
    base: pageNumber(s),
  }),
  returns: asVseg,
})([
  at(1047, 'XLIST_FOREACH', (k, my, cx) => {
    my.vseg = nextInVsl(k, cx, my.copy, my.vseg);
    if (my.vseg === null) return cx.leave(null);
    checkDescriptorUse(k, cx, my.vseg);
    const { vpn_base } = k.vsegs[my.vseg];
    return below(vpn_base, my.vpn_base + my.vpn_size) ? next : goto(1047);
  }),
  at(1053, 'vseg->vpn_base', (k, my, cx) => {
    my.base = readElement(k, cx, my).vpn_base;
    return next;
  }),
  at(1053.1, 'vseg->vpn_size', (k, my, cx) => {
    const end = my.base + readElement(k, cx, my).vpn_size;
    my.base = 0;
    return below(my.vpn_base, end) ? cx.leave(my.vseg) : goto(1047);
  }),
]);

/** A field of the element at which a walk stands is about to be read. */
function readElement(
  k: Kernel,
  cx: Cx,
  my: { readonly copy: CopyRef; readonly vseg: VsegRef | null },
): Kernel['vsegs'][VsegRef] {
  checkDescriptorUse(k, cx, the(my.vseg));
  checkVslRead(k, cx, my.copy);
  return k.vsegs[the(my.vseg)];
}

/** Lines 1062 to 1212. The result is the vseg, or null. `base` and `size` are in half pages. */
export const vmm_create_vseg = operation({
  name: 'vmm_create_vseg',
  file,
  lines: [1062, 1212],
  locals: (s) => ({
    copy: ref(s.copy),
    type: vsegType(s),
    /** For STACK, the slot. */
    base: halfPages(s),
    size: halfPages(s),
    file_offset: filePosition(s),
    file_size: upTo(s.wide ? 2 ** 21 : HALVES * s.pages),
    mapper: upTo(s.scenario.files.length),
    cxy: upTo(s.scenario.clusters - 1),
    vpn_base: pageNumber(s),
    vpn_size: pageNumber(s),
    /** Of the power of two asked of the mmap allocator. */
    order: upTo(31),
    vseg: optional(s.vseg),
  }),
  returns: asVseg,
})([
  local(1090, 'VSEG_TYPE_STACK', (_k, my) => {
    if (my.type === 'STACK') return next;
    if (my.type === 'FILE') return goto(1111);
    if (my.type === 'ANON' || my.type === 'REMOTE') return goto(1129);
    return goto(1146);
  }),
  calls(
    1093,
    'vmm_stack_alloc',
    () => vmm_stack_alloc,
    (_k, my, to) => {
      to.copy = my.copy;
      to.ltid = my.base;
    },
    (_k, my, result, cx) => {
      my.vpn_base = the(result);
      my.vpn_size = cx.scope.stackSize - 1;
      my.base = HALVES * my.vpn_base;
      my.size = HALVES * my.vpn_size;
      return goto(1154);
    },
  ),
  local(1111, 'npages', (_k, my) => {
    const first = my.file_offset >> 1;
    const last = lastPageBeforeUnsigned(my.file_offset + my.size);
    my.order = orderOf(last - first + 1);
    return next;
  }),
  calls(
    1114,
    'vmm_mmap_alloc',
    () => vmm_mmap_alloc,
    (_k, my, to) => {
      to.copy = my.copy;
      to.order = my.order;
    },
    (_k, my, result, cx) => {
      if (result === null) return cx.leave(null);
      my.vpn_base = result;
      my.vpn_size = 2 ** my.order;
      my.base = HALVES * result + (my.file_offset % HALVES);
      return goto(1154);
    },
  ),
  local(1129, 'npages', (_k, my) => {
    my.order = orderOf(Math.ceil(unsignedSize(my.size) / HALVES));
    return next;
  }),
  calls(
    1133,
    'vmm_mmap_alloc',
    () => vmm_mmap_alloc,
    (_k, my, to) => {
      to.copy = my.copy;
      to.order = my.order;
    },
    (_k, my, result, cx) => {
      if (result === null) return cx.leave(null);
      my.vpn_base = result;
      my.vpn_size = 2 ** my.order;
      my.base = HALVES * result;
      return goto(1154);
    },
  ),
  local(1146, 'vpn_min', (_k, my) => {
    my.vpn_base = pageOf(my.base);
    my.vpn_size = (lastPageBeforeUnsigned(my.base + my.size) - my.vpn_base + 1) | 0;
    return next;
  }),
  calls(
    1154,
    'vmm_check_conflict',
    () => vmm_check_conflict,
    (_k, my, to) => {
      to.copy = my.copy;
      to.vpn_base = my.vpn_base;
      to.vpn_size = my.vpn_size;
    },
    (k, my, result, cx) => {
      if (result === null) return next;
      const mapped = my.type === 'ANON' || my.type === 'FILE' || my.type === 'REMOTE';
      const free = k.copies[my.copy].first_free_vpn;
      const fits = free + my.vpn_size <= cx.scope.heapBase + cx.scope.zone;
      if (mapped) cx.check(checks.mmapProgress, !fits, my.copy, my.vpn_size);
      return cx.leave(null);
    },
  ),
  at([1165, 1189], 'vseg_alloc', (k, my, cx) => {
    my.vseg = vseg_alloc(k, cx, clusterOf(cx, my.copy));
    if (my.vseg === null) return cx.leave(null);
    initVseg(k, my); // 1180; nobody else knows the descriptor yet
    return next;
  }),
  at([1195, 1201], 'remote_rwlock_wr_acquire', (k, my, cx) =>
    attachUnderLock(k, cx, my.copy, the(my.vseg))
      ? cx.leave(the(my.vseg))
      : waitToWrite(k, cx, my.copy, 1195),
  ),
]);

interface NewVseg {
  readonly vseg: VsegRef | null;
  readonly type: Kernel['vsegs'][VsegRef]['type'];
  readonly base: number;
  readonly size: number;
  readonly vpn_base: number;
  readonly vpn_size: number;
  readonly file_offset: number;
  readonly file_size: number;
  readonly mapper: number;
  readonly cxy: number;
}

/** vseg_init() */
export function initVseg(k: Kernel, my: NewVseg): void {
  const vseg = k.vsegs[the(my.vseg)];
  vseg.type = my.type;
  vseg.min = my.base;
  vseg.max = address(my.base + my.size);
  vseg.vpn_base = my.vpn_base;
  vseg.vpn_size = my.vpn_size;
  vseg.file_offset = my.file_offset;
  vseg.file_size = my.file_size;
  vseg.mapper = my.mapper;
  vseg.cxy = my.cxy;
  vseg.origin = pageOf(my.base);
}

/** Lines 1216 to 1381. No lock is taken on the VSL or on PTEs. */
export const vmm_remove_vseg = operation({
  name: 'vmm_remove_vseg',
  file,
  lines: [1216, 1381],
  locals: (s) => ({
    copy: ref(s.copy),
    vseg: ref(s.vseg),
    type: vsegType(s),
    vpn: pageNumber(s),
    vpn_max: pageNumber(s),
    ppn: optional(s.frame),
  }),
})([
  at(1248, 'vseg_type', (k, my, cx) => {
    checkDescriptorUse(k, cx, my.vseg);
    checkRangeRead(k, cx, my.vseg);
    checkTypeUnmapped(k, cx, my.vseg);
    const vseg = k.vsegs[my.vseg];
    my.type = vseg.type; // it never changes: read together with 1249
    my.vpn = vseg.vpn_base;
    return next;
  }),
  at(1250, 'vseg->vpn_size', (k, my, cx) => {
    checkDescriptorUse(k, cx, my.vseg);
    checkRangeRead(k, cx, my.vseg);
    my.vpn_max = (my.vpn + k.vsegs[my.vseg].vpn_size) | 0;
    return next;
  }),
  local(1262, 'vpn < vpn_max', (_k, my) => {
    my.ppn = null;
    return below(my.vpn, my.vpn_max) ? next : goto(1349);
  }),
  at(1265, 'hal_gpt_get_pte', (k, my, cx) => {
    my.ppn = hal_gpt_get_pte(k, cx, my.copy, my.vpn);
    return my.ppn === null ? goto(1345) : next;
  }),
  at(1275, 'hal_gpt_reset_pte', (k, my, cx) => {
    hal_gpt_reset_pte(k, cx, my.copy, page(cx, my.vpn));
    return next;
  }),
  at(1284, 'hal_remote_atomic_add', (k, my, cx) => {
    addToRefcount(k, cx, the(my.ppn), -1);
    return next;
  }),
  local(1287, 'ppn_release', (_k, my, cx) => {
    if (my.type === 'FILE' || isKernel(my.type)) return goto(1345);
    if (my.type === 'CODE' || my.type === 'STACK') return goto(1336);
    if (my.type !== 'DATA') return isReference(cx, my.copy) ? goto(1336) : goto(1345);
    return isReference(cx, my.copy) ? next : goto(1345);
  }),
  at([1315, 1324], 'remote_busylock_acquire', (k, my, cx) => {
    if (!lockForks(k, cx, the(my.ppn))) return blocked;
    const { forks } = k.frames[the(my.ppn)];
    if (forks > 0) addToForks(k, cx, the(my.ppn), -1);
    unlockForks(k, the(my.ppn));
    return forks === 0 ? next : goto(1345);
  }),
  at(1336, 'ppm_remote_free_pages', (k, my, cx) =>
    ppm_remote_free_pages(k, cx, the(my.ppn)) ? next : assertionFails(k, cx, 1336),
  ),
  local(1345, '}', (_k, my, cx) => {
    my.vpn = pageAfter(cx, my.vpn, my.vpn_max);
    return goto(1262);
  }),
  calls(
    1349,
    'vmm_detach_vseg_from_vsl',
    () => vmm_detach_vseg_from_vsl,
    (_k, my, to) => {
      to.copy = my.copy;
      to.vseg = my.vseg;
    },
    (_k, my) => {
      if (my.type === 'STACK') return next;
      return my.type === 'ANON' || my.type === 'FILE' || my.type === 'REMOTE'
        ? goto(1365)
        : goto(1370);
    },
  ),
  calls(
    1355,
    'vmm_stack_free',
    () => vmm_stack_free,
    (_k, my, to) => {
      to.copy = my.copy;
      to.vseg = my.vseg;
    },
    () => next,
  ),
  at(1358, 'vseg_free', (k, my, cx) => {
    vseg_free(k, cx, my.vseg);
    return cx.leave();
  }),
  calls(
    1365,
    'vmm_mmap_free',
    () => vmm_mmap_free,
    (_k, my, to) => {
      to.copy = my.copy;
      to.vseg = my.vseg;
    },
    (_k, _my, _result, cx) => cx.leave(),
  ),
  at(1370, 'vseg_free', (k, my, cx) => {
    vseg_free(k, cx, my.vseg);
    return cx.leave();
  }),
]);

/** Lines 1385 to 1414. `copy` stands for the local descriptor of the process. */
export const vmm_delete_vseg = operation({
  name: 'vmm_delete_vseg',
  file,
  lines: [1385, 1414],
  locals: (s) => ({ copy: ref(s.copy), vaddr: halfPages(s), vseg: optional(s.vseg) }),
})([
  calls(
    1402,
    'vmm_vseg_from_vaddr',
    () => vmm_vseg_from_vaddr,
    (_k, my, to) => {
      to.copy = my.copy;
      to.vaddr = my.vaddr;
    },
    (k, my, result, cx) => {
      checkDeleted(k, cx, result !== null);
      if (result === null) return cx.leave();
      my.vseg = cx.scope.vseg.at(result);
      return next;
    },
  ),
  calls(
    1412,
    'vmm_remove_vseg',
    () => vmm_remove_vseg,
    (_k, my, to) => {
      to.copy = my.copy;
      to.vseg = the(my.vseg);
    },
    (_k, _my, _result, cx) => cx.leave(),
  ),
]);

/**
 * Lines 1418 to 1452. Each element of the list is looked at in a step of its own, and its max
 * in one more, since vmm_delete_vseg and vmm_resize_vseg change them without the lock. The
 * result is the vseg, or null.
 */
export const vmm_vseg_from_vaddr = operation({
  name: 'vmm_vseg_from_vaddr',
  file,
  lines: [1418, 1452],
  locals: (s) => ({ copy: ref(s.copy), vaddr: halfPages(s), vseg: optional(s.vseg) }),
  returns: asVseg,
})([
  at([1430, 1449], 'remote_rwlock_rd_acquire', (k, my, cx) => {
    if (!remote_rwlock_rd_acquire(k.copies[my.copy].vsl_lock, cx.thread)) return blocked;
    return lookAtNext(k, my, cx);
  }),
  at([1433, 1449], 'XLIST_FOREACH', (k, my, cx) => lookAtNext(k, my, cx)),
  at([1440, 1443], 'vseg->max', (k, my, cx) =>
    my.vaddr < readElement(k, cx, my).max ? found(k, my, cx) : goto(1433),
  ),
]);

type Lookup = { copy: CopyRef; vaddr: number; vseg: VsegRef | null };

/** The next element, and its min; at the end of the list the release of the lock goes with it. */
function lookAtNext(k: Kernel, my: Lookup, cx: Cx): Control {
  my.vseg = nextInVsl(k, cx, my.copy, my.vseg);
  if (my.vseg === null) return found(k, my, cx);
  checkDescriptorUse(k, cx, my.vseg);
  return my.vaddr < k.vsegs[my.vseg].min ? goto(1433) : goto(1440);
}

/** The release of the lock, with the last access under it. */
function found(k: Kernel, my: Lookup, cx: Cx): Control {
  remote_rwlock_rd_release(k.copies[my.copy].vsl_lock, cx.thread);
  return cx.leave(my.vseg);
}

/** Lines 1455 to 1607. The region is [base, base + size[ in half pages. Works on the local copy. */
export const vmm_resize_vseg = operation({
  name: 'vmm_resize_vseg',
  file,
  lines: [1455, 1607],
  locals: (s) => ({
    copy: ref(s.copy),
    base: halfPages(s),
    size: halfPages(s),
    vseg: optional(s.vseg),
    vaddr: halfPages(s),
    /**
     * The last page of the vseg is vpn_max; a vseg that is cut to nothing ends before it begins.
     */
    vpn_min: pageNumber(s),
    vpn_max: pageNumber(s),
    /** Size of the vseg above the region, as it is computed. */
    rest: halfPages(s),
  }),
})([
  calls(
    1479,
    'vmm_vseg_from_vaddr',
    () => vmm_vseg_from_vaddr,
    (_k, my, to) => {
      to.copy = my.copy;
      to.vaddr = my.base;
    },
    (_k, my, result, cx) => {
      if (result === null) return cx.leave(-1);
      my.vseg = cx.scope.vseg.at(result);
      return next;
    },
  ),
  // 1489-1537: min and max are read anew for each comparison, without a lock.
  at(1489, 'vseg->min', (k, my, cx) => (readVseg(k, cx, my).min > my.base ? cx.leave(-1) : next)),
  at(1489.1, 'vseg->max', (k, my, cx) =>
    readVseg(k, cx, my).max < endOf(my) ? cx.leave(-1) : next,
  ),
  at(1496, 'vseg->min', (k, my, cx) => (readVseg(k, cx, my).min === my.base ? next : goto(1513))),
  at(1496.1, 'vseg->max', (k, my, cx) =>
    readVseg(k, cx, my).max === endOf(my) ? goto(1504) : goto(1513),
  ),
  at(1504, 'vseg->min', (k, my, cx) => {
    my.vaddr = readVseg(k, cx, my).min;
    return next;
  }),
  calls(
    1504.1,
    'vmm_delete_vseg',
    () => vmm_delete_vseg,
    (_k, my, to) => {
      to.copy = my.copy;
      to.vaddr = my.vaddr;
    },
    (_k, _my, _result, cx) => cx.leave(0),
  ),
  at(1513, 'vseg->min', (k, my, cx) =>
    readVseg(k, cx, my).min === my.base ? goto(1522) : goto(1537),
  ),
  // Head, tail and middle: plain stores and reads, one step each; vpn_min and vpn_max are locals.
  at(1522, 'vseg->min', (k, my, cx) => {
    const vseg = resizes(k, cx, my);
    if (vseg.min === endOf(my)) cx.note(() => 'min is what it was');
    vseg.min = endOf(my);
    return next;
  }),
  at(1525, 'vseg->min', (k, my, cx) => {
    my.vpn_min = pageOf(readVseg(k, cx, my).min);
    return next;
  }),
  at(1526, 'vseg->max', (k, my, cx) => {
    my.vpn_max = lastPageBefore(readVseg(k, cx, my).max);
    return next;
  }),
  at(1527, 'vseg->vpn_base', (k, my, cx) => {
    resizes(k, cx, my).vpn_base = my.vpn_min;
    return next;
  }),
  at(1528, 'vseg->vpn_size', (k, my, cx) => {
    resizes(k, cx, my).vpn_size = (my.vpn_max - my.vpn_min + 1) | 0;
    return cx.leave(0);
  }),
  at(1537, 'vseg->max', (k, my, cx) =>
    readVseg(k, cx, my).max === endOf(my) ? goto(1546) : goto(1571),
  ),
  at(1546, 'vseg->max', (k, my, cx) => {
    resizes(k, cx, my).max = my.base;
    return next;
  }),
  at(1549, 'vseg->min', (k, my, cx) => {
    my.vpn_min = pageOf(readVseg(k, cx, my).min);
    return next;
  }),
  at(1550, 'vseg->max', (k, my, cx) => {
    my.vpn_max = lastPageBefore(readVseg(k, cx, my).max);
    return next;
  }),
  at(1551, 'vseg->vpn_base', (k, my, cx) => {
    resizes(k, cx, my).vpn_base = my.vpn_min;
    return next;
  }),
  at(1552, 'vseg->vpn_size', (k, my, cx) => {
    resizes(k, cx, my).vpn_size = (my.vpn_max - my.vpn_min + 1) | 0;
    return cx.leave(0);
  }),
  at(1571, 'vseg->max', (k, my, cx) => {
    resizes(k, cx, my).max = my.base;
    return next;
  }),
  at(1574, 'vseg->min', (k, my, cx) => {
    my.vpn_min = pageOf(readVseg(k, cx, my).min);
    return next;
  }),
  at(1575, 'vseg->max', (k, my, cx) => {
    my.vpn_max = lastPageBefore(readVseg(k, cx, my).max);
    return next;
  }),
  at(1576, 'vseg->vpn_base', (k, my, cx) => {
    resizes(k, cx, my).vpn_base = my.vpn_min;
    return next;
  }),
  at(1577, 'vseg->vpn_size', (k, my, cx) => {
    resizes(k, cx, my).vpn_size = (my.vpn_max - my.vpn_min + 1) | 0;
    return next;
  }),
  // vseg->max has just become the start of the region, so the size given on is minus the size of
  // the region, as an unsigned number close to 2^32. What else is read of the vseg never changes.
  at(1583, 'vseg->max', (k, my, cx) => {
    my.rest = address(readVseg(k, cx, my).max - endOf(my));
    return next;
  }),
  calls(
    1587,
    'vseg->cxy',
    () => vmm_create_vseg,
    (k, my, to, cx) => {
      checkDescriptorUse(k, cx, the(my.vseg));
      const vseg = k.vsegs[the(my.vseg)];
      to.copy = my.copy;
      to.type = vseg.type;
      to.base = my.base;
      to.size = my.rest;
      to.file_offset = vseg.file_offset;
      to.file_size = vseg.file_size;
      to.mapper = vseg.mapper;
      to.cxy = vseg.cxy;
    },
    (_k, _my, result, cx) => cx.leave(result === null ? -1 : 0),
  ),
]);

interface Resize {
  readonly copy: CopyRef;
  readonly vseg: VsegRef | null;
  readonly base: number;
  readonly size: number;
}

/** addr_max */
const endOf = (my: Resize): number => address(my.base + my.size);

/** min or max of the vseg is about to be read, without a lock. */
function readVseg(k: Kernel, cx: Cx, my: Resize): Kernel['vsegs'][VsegRef] {
  checkDescriptorUse(k, cx, the(my.vseg));
  checkVslRead(k, cx, my.copy);
  return k.vsegs[the(my.vseg)];
}

function resizes(k: Kernel, cx: Cx, my: Resize): Kernel['vsegs'][VsegRef] {
  checkDescriptorUse(k, cx, the(my.vseg));
  checkVslWrite(k, cx, my.copy);
  checkTypeUnmapped(k, cx, the(my.vseg));
  k.threads[cx.thread].cut = 1;
  return k.vsegs[the(my.vseg)];
}

/** Lines 1610 to 1666. The result is the vseg, or null where the C returns -1. */
export const vmm_get_vseg = operation({
  name: 'vmm_get_vseg',
  file,
  lines: [1610, 1666],
  locals: (s) => ({
    copy: ref(s.copy),
    vaddr: halfPages(s),
    found: optional(s.vseg),
    vseg: optional(s.vseg),
    server: server(s),
  }),
  returns: (s, vseg) => (vseg === null || vseg < 0 ? `${vseg ?? -1}` : `0 with ${asVseg(s, vseg)}`),
})([
  calls(
    1623,
    'vmm_vseg_from_vaddr',
    () => vmm_vseg_from_vaddr,
    (_k, my, to) => {
      to.copy = my.copy;
      to.vaddr = my.vaddr;
    },
    (_k, _my, result, cx) => (result === null ? next : cx.leave(result)),
  ),
  local(1634, 'local_cxy == ref_cxy', (_k, my, cx) => {
    if (isReference(cx, my.copy)) return cx.leave(null);
    return cx.scope.rpcServers > 0 ? next : goto(1637);
  }),
  // Option rpcServers: a server of the reference cluster takes the call.
  at(1636, 'reference vseg', (k, my, cx) =>
    takeServer(k, cx, my, clusterOf(cx, referenceOf(cx, my.copy))) ? next : blocked,
  ),
  calls(
    1637,
    'rpc_vmm_get_vseg_client',
    () => vmm_vseg_from_vaddr,
    (_k, my, to, cx) => {
      to.copy = referenceOf(cx, my.copy);
      to.vaddr = my.vaddr;
    },
    (_k, my, result, cx) => {
      my.server = 0;
      if (result === null) return cx.leave(null);
      my.found = cx.scope.vseg.at(result);
      return next;
    },
  ),
  at(1642, 'vseg_alloc', (k, my, cx) => {
    my.vseg = vseg_alloc(k, cx, clusterOf(cx, my.copy));
    checkDescriptorFound(k, cx, my.vseg !== null);
    return my.vseg === null ? cx.leave(null) : next;
  }),
  at(1647, 'vseg_init_from_ref', (k, my, cx) => {
    vseg_init_from_ref(k, cx, the(my.vseg), the(my.found));
    return next;
  }),
  at([1653, 1659], 'remote_rwlock_wr_acquire', (k, my, cx) => {
    if (!attachUnderLock(k, cx, my.copy, the(my.vseg))) return waitToWrite(k, cx, my.copy, 1653);
    k.threads[cx.thread].descriptors -= 1; // a cached copy stays, also if the access fails later
    return cx.leave(the(my.vseg));
  }),
]);

/** Lines 1674 to 1726. The result is the frame, or null. */
export const vmm_page_allocate = operation({
  name: 'vmm_page_allocate',
  file,
  lines: [1674, 1726],
  locals: (s) => ({ vseg: ref(s.vseg), vpn: pageNumber(s) }),
  returns: asFrame,
})([
  at(1715, 'ppm_remote_alloc_pages', (k, my, cx) => {
    checkDescriptorUse(k, cx, my.vseg);
    const { type, cxy } = k.vsegs[my.vseg];
    if (type === 'FILE') return assertionFails(k, cx, 1696);
    assertionHolds(cx, 1696);
    if (!cx.scope.flags[type].distrib) return cx.leave(ppm_remote_alloc_pages(k, cx, cxy));
    // The low bits of the page number choose the cluster.
    const { clusters, mesh } = cx.scope.scenario;
    const index = my.vpn & (mesh - 1);
    const active = index < clusters ? index : cx.scope.options.inactiveCluster;
    return cx.leave(ppm_remote_alloc_pages(k, cx, active));
  }),
]);

/** Lines 1729 to 1885. The result is the frame, or null for ENOMEM and EINVAL. */
export const vmm_get_one_ppn = operation({
  name: 'vmm_get_one_ppn',
  file,
  lines: [1729, 1885],
  locals: (s) => ({
    vseg: ref(s.vseg),
    vpn: pageNumber(s),
    type: vsegType(s),
    page_id: pageNumber(s),
    ppn: optional(s.frame),
  }),
  returns: (s, ppn) => (ppn === null ? 'an error' : `0 with ${asFrame(s, ppn)}`),
})([
  at(1738, 'vseg->type', (k, my, cx) => {
    checkDescriptorUse(k, cx, my.vseg);
    checkRangeRead(k, cx, my.vseg);
    const { type, vpn_base } = k.vsegs[my.vseg];
    my.type = type;
    my.page_id = (my.vpn - vpn_base) | 0;
    return type === 'FILE' ? next : goto(1770);
  }),
  at(1760, 'mapper_remote_get_page', (k, my, cx) => {
    checkDescriptorUse(k, cx, my.vseg);
    const { mapper } = k.vsegs[my.vseg];
    if (mapper === 0) return assertionFails(k, cx, 1756);
    assertionHolds(cx, 1756);
    return cx.leave(mapper_remote_get_page(k, cx, mapper - 1, my.page_id));
  }),
  calls(
    1770,
    'vmm_page_allocate',
    () => vmm_page_allocate,
    (_k, my, to) => {
      to.vseg = my.vseg;
      to.vpn = my.vpn;
    },
    (_k, my, result, cx) => {
      if (result === null) return cx.leave(null);
      my.ppn = cx.scope.frame.at(result);
      return my.type === 'DATA' || my.type === 'CODE' ? next : cx.leave(result);
    },
  ),
  // The frame is not published yet: reading the vseg, the mapper and filling it are one step.
  at([1800, 1866], 'file_size', (k, my, cx) => {
    checkDescriptorUse(k, cx, my.vseg);
    const { mapper, file_offset, file_size } = k.vsegs[my.vseg];
    if (mapper === 0) return assertionFails(k, cx, 1781);
    assertionHolds(cx, 1781);
    const frame = k.frames[the(my.ppn)];
    const offset = unsignedSize(HALVES * my.page_id);
    const inFile = file_size >= offset; // 1802: else fully in BSS
    if (inFile && fails(k, cx, 'io')) return cx.leave(null); // 1834, 1855: the frame is lost
    for (let word = 0; word < cx.scope.words; word++) {
      const moved = file_size > offset + word; // 1857: else BSS
      const half = file_offset + offset + word;
      const token = moved ? mapper_move_kernel(k, cx, mapper - 1, half) : ZERO;
      if (token === null) return cx.leave(null);
      if (word === 0) frame.word0 = token;
      else frame.word1 = token;
    }
    return cx.leave(my.ppn);
  }),
]);

/** Lines 1888 to 2189. */
export const vmm_handle_page_fault = operation({
  name: 'vmm_handle_page_fault',
  file,
  lines: [1888, 2189],
  locals: (s) => ({
    copy: ref(s.copy),
    vpn: pageNumber(s),
    vseg: optional(s.vseg),
    ppn: optional(s.frame),
    writable: bool,
    cow: bool,
    /** USER is not set. */
    kernel: upTo(s.hasKernel ? 1 : 0),
  }),
  returns: asException,
})([
  calls(
    1919,
    'vmm_get_vseg',
    () => vmm_get_vseg,
    (_k, my, to) => {
      to.copy = my.copy;
      to.vaddr = address(HALVES * my.vpn);
    },
    (_k, my, result, cx) => {
      if (result === null) return cx.leave(EXCP_USER_ERROR);
      my.vseg = cx.scope.vseg.at(result);
      return next;
    },
  ),
  at(1941, 'hal_gpt_lock_pte', (k, my, cx) => {
    const pte = k.copies[my.copy].gpt[page(cx, my.vpn)];
    const lock = lockPte(k, cx, pte);
    if (lock === 'fails') return cx.leave(EXCP_KERNEL_PANIC);
    if (lock === 'waits') return blocked;
    return pte.frame === null ? next : goto(2170);
  }),
  // Reads vseg->type and ref_xp.
  at(1969, 'vseg->type', (k, my, cx) => {
    checkDescriptorUse(k, cx, the(my.vseg));
    const { type } = k.vsegs[the(my.vseg)];
    const isPrivate = type === 'STACK' || type === 'CODE';
    return isPrivate || isReference(cx, my.copy) ? next : goto(2039);
  }),
  calls(
    1980,
    'vmm_get_one_ppn',
    () => vmm_get_one_ppn,
    (_k, my, to) => {
      to.vseg = the(my.vseg);
      to.vpn = my.vpn;
    },
    (_k, my, result, cx) => {
      if (result === null) return goto(1988);
      my.ppn = cx.scope.frame.at(result);
      return goto(2002);
    },
  ),
  at(1988, 'hal_gpt_unlock_pte', (k, my, cx) => {
    hal_gpt_unlock_pte(k, cx, my.copy, page(cx, my.vpn));
    return cx.leave(EXCP_KERNEL_PANIC);
  }),
  // 1994-1998: VSEG_USER and VSEG_WRITE.
  at(2002, 'hal_gpt_set_pte', (k, my, cx) => {
    const { write, user } = flagsOf(k, cx, the(my.vseg));
    const kernel = user ? 0 : 1;
    hal_gpt_set_pte(k, cx, my.copy, page(cx, my.vpn), the(my.ppn), write, false, kernel);
    return cx.leave(EXCP_NON_FATAL);
  }),
  at(2039, 'hal_gpt_lock_pte', (k, my, cx) => {
    const pte = k.copies[referenceOf(cx, my.copy)].gpt[page(cx, my.vpn)];
    const lock = lockPte(k, cx, pte);
    if (lock === 'fails') return goto(2049);
    if (lock === 'waits') return blocked;
    if (pte.frame === null) return goto(2103);
    my.ppn = pte.frame;
    my.writable = pte.writable;
    my.cow = pte.cow;
    my.kernel = pte.kernel;
    return goto(2064);
  }),
  at(2049, 'hal_gpt_unlock_pte', (k, my, cx) => {
    hal_gpt_unlock_pte(k, cx, my.copy, page(cx, my.vpn));
    return cx.leave(EXCP_KERNEL_PANIC);
  }),
  at(2064, 'hal_gpt_set_pte', (k, my, cx) => {
    const n = page(cx, my.vpn);
    hal_gpt_set_pte(k, cx, my.copy, n, the(my.ppn), my.writable, my.cow, my.kernel);
    // Option lockPteReturns: the attributes read at 2039 have LOCKED, and
    // nothing takes it out of them.
    if (cx.scope.options.lockPteReturns === 'locked') k.copies[my.copy].gpt[n].locked = cx.thread;
    return next;
  }),
  at(2076, 'hal_gpt_unlock_pte', (k, my, cx) => {
    hal_gpt_unlock_pte(k, cx, referenceOf(cx, my.copy), page(cx, my.vpn));
    return cx.leave(EXCP_NON_FATAL);
  }),
  calls(
    2103,
    'vmm_get_one_ppn',
    () => vmm_get_one_ppn,
    (_k, my, to) => {
      to.vseg = the(my.vseg);
      to.vpn = my.vpn;
    },
    (_k, my, result, cx) => {
      if (result === null) return goto(2111);
      my.ppn = cx.scope.frame.at(result);
      return goto(2131);
    },
  ),
  at(2111, 'hal_gpt_unlock_pte', (k, my, cx) => {
    hal_gpt_unlock_pte(k, cx, my.copy, page(cx, my.vpn));
    return next;
  }),
  at(2112, 'hal_gpt_unlock_pte', (k, my, cx) => {
    hal_gpt_unlock_pte(k, cx, referenceOf(cx, my.copy), page(cx, my.vpn));
    return cx.leave(EXCP_KERNEL_PANIC);
  }),
  at(2131, 'hal_gpt_set_pte', (k, my, cx) => {
    const { write, user } = flagsOf(k, cx, the(my.vseg));
    my.writable = write;
    my.kernel = user ? 0 : 1;
    const reference = referenceOf(cx, my.copy);
    const n = page(cx, my.vpn);
    hal_gpt_set_pte(k, cx, reference, n, the(my.ppn), my.writable, false, my.kernel);
    return next;
  }),
  at(2144, 'hal_gpt_set_pte', (k, my, cx) => {
    const n = page(cx, my.vpn);
    hal_gpt_set_pte(k, cx, my.copy, n, the(my.ppn), my.writable, false, my.kernel);
    return cx.leave(EXCP_NON_FATAL);
  }),
  at(2170, 'hal_gpt_unlock_pte', (k, my, cx) => {
    hal_gpt_unlock_pte(k, cx, my.copy, page(cx, my.vpn));
    return cx.leave(EXCP_NON_FATAL);
  }),
]);

/** vseg->flags */
export function flagsOf(k: Kernel, cx: Cx, vseg: VsegRef): Flags {
  checkDescriptorUse(k, cx, vseg);
  return cx.scope.flags[k.vsegs[vseg].type];
}

/** Lines 2192 to 2404. */
export const vmm_handle_cow = operation({
  name: 'vmm_handle_cow',
  file,
  lines: [2192, 2404],
  locals: (s) => ({
    copy: ref(s.copy),
    vpn: pageNumber(s),
    vseg: optional(s.vseg),
    /** The GPT that is worked on: local for STACK and CODE, else the reference. */
    gpt: optional(s.copy),
    old_ppn: optional(s.frame),
    new_ppn: optional(s.frame),
    server: server(s),
  }),
  returns: asException,
})([
  calls(
    2221,
    'vmm_get_vseg',
    () => vmm_get_vseg,
    (_k, my, to) => {
      to.copy = my.copy;
      to.vaddr = address(HALVES * my.vpn);
    },
    (_k, my, result, cx) => {
      if (result === null) return cx.leave(EXCP_USER_ERROR);
      my.vseg = cx.scope.vseg.at(result);
      return next;
    },
  ),
  at(2245, 'vseg->type', (k, my, cx) => {
    my.gpt = isPrivate(k, cx, the(my.vseg)) ? my.copy : referenceOf(cx, my.copy);
    return next;
  }),
  at(2260, 'hal_gpt_lock_pte', (k, my, cx) => {
    const pte = k.copies[the(my.gpt)].gpt[page(cx, my.vpn)];
    const lock = lockPte(k, cx, pte);
    if (lock === 'fails') return cx.leave(EXCP_KERNEL_PANIC);
    if (lock === 'waits') return blocked;
    if (!pte.cow || pte.frame === null) return goto(2281);
    my.old_ppn = pte.frame;
    return goto(2296);
  }),
  at(2281, 'hal_gpt_unlock_pte', (k, my, cx) => {
    hal_gpt_unlock_pte(k, cx, the(my.gpt), page(cx, my.vpn));
    return cx.leave(EXCP_USER_ERROR);
  }),
  // 2296-2313 or 2352: the section on `forks`, which everybody enters through this lock.
  at([2296, 2352], 'remote_busylock_acquire', (k, my, cx) => {
    const frame = the(my.old_ppn);
    if (!lockForks(k, cx, frame)) return blocked;
    const { forks } = k.frames[frame];
    if (forks > 0) addToForks(k, cx, frame, -1);
    else my.new_ppn = frame;
    unlockForks(k, frame);
    return forks > 0 ? next : goto(2368);
  }),
  calls(
    2316,
    'vmm_page_allocate',
    () => vmm_page_allocate,
    (_k, my, to) => {
      to.vseg = the(my.vseg);
      to.vpn = my.vpn;
    },
    (_k, my, result, cx) => {
      if (result === null) return goto(2323);
      my.new_ppn = cx.scope.frame.at(result);
      return goto(2338);
    },
  ),
  at(2323, 'hal_gpt_unlock_pte', (k, my, cx) => {
    hal_gpt_unlock_pte(k, cx, the(my.gpt), page(cx, my.vpn));
    return cx.leave(EXCP_KERNEL_PANIC); // forks stays decremented
  }),
  at(2338, 'hal_remote_memcpy', (k, my, cx) => {
    hal_remote_memcpy(k, cx, the(my.new_ppn), the(my.old_ppn), 0);
    return cx.scope.words > 1 ? next : goto(2368);
  }),
  // The copy is not atomic: the second word goes in a step of its own.
  at(2338.1, 'hal_remote_memcpy', (k, my, cx) => {
    hal_remote_memcpy(k, cx, the(my.new_ppn), the(my.old_ppn), 1);
    return next;
  }),
  at(2368, 'vseg->type', (k, my, cx) => {
    if (isPrivate(k, cx, the(my.vseg))) return goto(2371);
    const reference = clusterOf(cx, referenceOf(cx, my.copy));
    return needsServer(cx, clusterOf(cx, my.copy), reference) ? goto(2387) : goto(2380);
  }),
  at(2371, 'hal_gpt_set_pte', (k, my, cx) => {
    const copied = my.new_ppn !== my.old_ppn;
    if (copied) checkCopiedContent(k, cx, my.copy, my.vpn, the(my.new_ppn));
    if (writesFrameFirst(k, cx, the(my.gpt), my.vpn, the(my.new_ppn))) return next;
    hal_gpt_set_pte(k, cx, the(my.gpt), page(cx, my.vpn), the(my.new_ppn), true, false);
    return cx.leave(EXCP_NON_FATAL);
  }),
  // Option splitPteWrite: the attributes follow the frame.
  at(2371.1, 'hal_gpt_set_pte', (k, my, cx) => {
    hal_gpt_set_pte(k, cx, the(my.gpt), page(cx, my.vpn), the(my.new_ppn), true, false);
    return cx.leave(EXCP_NON_FATAL);
  }),
  // 2380 directly, 2387 through an RPC to the reference cluster: the same function runs there.
  calls(
    2380,
    'vmm_global_update_pte',
    () => vmm_global_update_pte,
    (_k, my, to, cx) => {
      to.copy = referenceOf(cx, my.copy);
      to.vpn = my.vpn;
      to.ppn = the(my.new_ppn);
      to.kept = my.new_ppn === my.old_ppn;
    },
    (_k, my, _result, cx) => {
      my.server = 0;
      return cx.leave(EXCP_NON_FATAL);
    },
  ),
  // Option rpcServers: a server of the reference cluster takes the call.
  at(2387, 'rpc_vmm_global_update_pte_client', (k, my, cx) =>
    takeServer(k, cx, my, clusterOf(cx, referenceOf(cx, my.copy))) ? goto(2380) : blocked,
  ),
]);

function isPrivate(k: Kernel, cx: Cx, vseg: VsegRef): boolean {
  checkDescriptorUse(k, cx, vseg);
  const { type } = k.vsegs[vseg];
  return type === 'STACK' || type === 'CODE';
}
