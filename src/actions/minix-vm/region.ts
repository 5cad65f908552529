/**
 * What map_mem.c needs of region.c at cb176df60f, as written, function by function. VM answers one
 * request at a time, so no step can be seen by another process; a statement is an `at`, a step of
 * its own, where it changes something or may fail, and `local` where it only decides what comes
 * next.
 */

import { EFAULT, ENOMEM, EINVAL, OK, checks } from '../../model/minix-vm/step-invariants.ts';
import { pagesFrom } from '../../model/minix-vm/lengths.ts';
import type { PbRef, PrRef, ProcessRef, RegionRef, Scope } from '../../model/minix-vm/scope.ts';
import { signed, unsigned } from '../../model/minix-vm/state.ts';
import { unusedRegion } from '../../model/minix-vm/objects.ts';
import type { Kernel } from '../../model/minix-vm/state.ts';
import { inOrder, least, regionsOf, successor } from '../../model/minix-vm/tree.ts';
import type { Stack } from '../../state/stack-view.ts';
import { bool, oneOf, upTo } from '../../state/values.ts';
import { optional, ref } from '../../state/references.ts';
import type { Control } from '../../machine/vocabulary.ts';
import { ALLOC_MEM, FREE_MEM, copyFrames } from './services/frames.ts';
import { allocPb, allocPr, freePb, freePr, pbOf, prOf, regionOf } from './services/slab.ts';
import { fails } from './services/failures.ts';
import { hang, panic, vm_assert } from './services/ends.ts';
import { pt_ptalloc, pt_writemap } from './services/pagetable.ts';
import { physr_insert, physr_remove, physr_search } from './physravl.ts';
import { at, calls, code, goto, local, next, operation, pointer, stuck } from './vocabulary.ts';
import type { Cx } from './vocabulary.ts';

const file = 'region.c';

const offsets = (s: Scope) => pagesFrom(s, -s.page.size, 2 * s.page.size);
const lengths = (s: Scope) => pagesFrom(s, 0, 2 * s.page.size);
export const the = <T>(value: T | null): T => value as T;

/** Should a phys_block be mapped writable? Lines 32 to 34. */
export function WRITABLE(k: Kernel, cx: Cx, region: RegionRef, pb: PbRef | null): boolean {
  const { direct, shared, writable } = regionOf(k, cx, region);
  return direct === 1 || shared === 1 || (writable && pbOf(k, cx, pb).refcount === 1);
}

/** The operation that called the running one, for the names of failure points. */
function callerOf(k: Kernel, above = 0): string {
  const frame = (k.stack as unknown as Stack<{ readonly in: string }>).at(-2 - above);
  return frame?.in ?? '';
}

/** `map.fill[0]`, `fault.new`, ...: whose frames and objects are allocated in map_new_physblock. */
function fillPoint(k: Kernel, cx: Cx, above = 0): string {
  if (callerOf(k, above) === 'map_pf') return 'fault.new';
  const outer = callerOf(k, above + 1);
  const kind = outer === 'map_memory' ? 'map' : outer === 'handle_memory' ? 'check' : 'touch';
  const { script } = cx.scope;
  return `${kind}.fill${script === undefined ? '' : `[${script.fills}]`}`;
}

/** `map.srccopy[0]`, `fault.copy`, ...: the same for map_copy_ph_block. */
function copyPoint(cx: Cx, my: { readonly why: string }): string {
  const { script } = cx.scope;
  const index = (i: number | undefined): string => (i === undefined ? '' : `[${i}]`);
  if (my.why === 'map.srccopy' || my.why === 'map.dstcopy') return my.why + index(script?.round);
  if (my.why === 'fault.copy' || my.why === 'munmap.copy') return my.why;
  return my.why + index(script?.copies);
}

/** Lines 202 to 233. */
export const map_ph_writept = operation({
  name: 'map_ph_writept',
  file,
  lines: [202, 233],
  returns: code,
  locals: (s) => ({ vmp: ref(s.process), vr: ref(s.region), pr: ref(s.pr) }),
})([
  at(218, 'pt_writemap', (k, my, cx) => {
    const { offset, ph } = prOf(k, cx, my.pr);
    const whole = offset % 1 === 0 && k.blocks[the(ph)].length % 1 === 0; // 209, 210
    if (!vm_assert(k, cx, 'writept.whole-pages', whole)) return stuck;
    const holds = k.blocks[the(ph)].refcount > 0;
    if (!vm_assert(k, cx, 'writept.count', holds)) return stuck;
    return writePtes(k, my, cx, () => ptePoint(k, cx)) ? cx.leave(OK) : cx.leave(ENOMEM);
  }),
]);

/** `map.fill[0].pte`, `copy.pte`, ...: whose page-table entries map_ph_writept writes. */
function ptePoint(k: Kernel, cx: Cx): string {
  switch (callerOf(k)) {
    case 'map_new_physblock':
      return `${fillPoint(k, cx, 1)}.pte`;
    case 'map_copy_ph_block':
      return 'copy.pte';
    case 'map_pf':
      return 'fault.pte';
    default:
      return 'check.pte';
  }
}

interface WriteptLocals {
  vmp: ProcessRef;
  vr: RegionRef;
  pr: PrRef;
}

/** False if a page of the page table cannot be had. */
function writePtes(k: Kernel, my: WriteptLocals, cx: Cx, point: () => string): boolean {
  const { ph, offset } = k.physRegions[my.pr];
  const writable = WRITABLE(k, cx, my.vr, ph);
  const { phys, length } = pbOf(k, cx, ph);
  const address = k.regions[my.vr].vaddr + offset;
  if (!pt_ptalloc(k, cx, my.vmp, address, length, point)) return false;
  pt_writemap(k, cx, my.vmp, address, phys, length, writable);
  return true;
}

/** Lines 423 to 462. Neither the tree nor any page table is touched. */
export const pb_unreferenced = operation({
  name: 'pb_unreferenced',
  file,
  lines: [423, 462],
  locals: (s) => ({ region: ref(s.region), pr: ref(s.pr), pb: ref(s.pb) }),
})([
  at(430, 'refcount--', (k, my, cx) => {
    my.pb = the(prOf(k, cx, my.pr).ph);
    if (!vm_assert(k, cx, 'unref.count', k.blocks[my.pb].refcount > 0)) return stuck; // 429
    const pb = pbOf(k, cx, my.pb);
    cx.check(checks.refcountNeverWraps, pb.refcount > 0, my.pb);
    pb.refcount = (pb.refcount + 255) % 256;
    return next;
  }),
  local(433, 'pb->firstregion == pr', (k, my, cx) =>
    pbOf(k, cx, my.pb).firstregion === my.pr ? next : goto(440),
  ),
  at(434, 'pb->firstregion', (k, my) => {
    k.blocks[my.pb].firstregion = k.physRegions[my.pr].next_ph_list;
    return goto(450);
  }),
  at(440, 'others->ph == pb', (k, my, cx) => {
    let others = k.blocks[my.pb].firstregion;
    for (let i = 0; others !== null; i++) {
      if (i > cx.scope.pr.size) return hang(k, cx);
      const other = k.physRegions[others];
      if (!vm_assert(k, cx, 'unref.points-back', other.ph === my.pb)) return stuck;
      if (prOf(k, cx, others).next_ph_list === my.pr) return next;
      others = other.next_ph_list;
    }
    return goto(447);
  }),
  at(442, 'others->next_ph_list', (k, my, cx) => {
    vm_assert(k, cx, 'unref.on-list', true);
    let others = the(k.blocks[my.pb].firstregion);
    while (k.physRegions[others].next_ph_list !== my.pr) {
      others = the(k.physRegions[others].next_ph_list);
    }
    k.physRegions[others].next_ph_list = k.physRegions[my.pr].next_ph_list;
    return goto(450);
  }),
  at(447, 'vm_assert(others)', (k, _my, cx) =>
    vm_assert(k, cx, 'unref.on-list', false) ? next : stuck,
  ),
  local(450, 'refcount == 0', (k, my, cx) => {
    const pb = pbOf(k, cx, my.pb);
    if (pb.refcount > 0) return cx.leave();
    if (pb.firstregion !== null) return next;
    vm_assert(k, cx, 'unref.list-empty', true);
    return goto(452);
  }),
  at(451, 'vm_assert', (k, _my, cx) =>
    vm_assert(k, cx, 'unref.list-empty', false) ? next : stuck,
  ),
  // The region that lets go decides, whichever had the memory first.
  local(452, 'VR_ANON', (k, my, cx) =>
    regionOf(k, cx, my.region).direct === 0 ? next : goto(460),
  ),
  at(453, 'FREE_MEM', (k, my, cx) => {
    const { phys, length } = pbOf(k, cx, my.pb);
    FREE_MEM(k, cx, phys, length);
    return next;
  }),
  at(460, 'SLABFREE(pb)', (k, my, cx) => {
    freePb(k, my.pb);
    return cx.leave();
  }),
]);

/** Lines 467 to 530. */
export const map_subfree = operation({
  name: 'map_subfree',
  file,
  lines: [467, 530],
  returns: code,
  locals: (s) => ({
    vmp: ref(s.process),
    region: ref(s.region),
    len: lengths(s),
    pr: optional(s.pr),
    /** Where the iterator stands after the increment of line 493. */
    ahead: optional(s.pr),
    sublen: offsets(s),
  }),
})([
  local(491, 'physr_start_iter_least', (k, my, cx) => {
    regionOf(k, cx, my.region, true);
    my.ahead = least(k, my.region);
    return next;
  }),
  local(492, 'physr_get_iter', (k, my, cx) => {
    const pr = my.ahead;
    if (pr === null) return cx.leave(OK);
    my.pr = pr;
    my.ahead = successor(k, my.region, pr); // 493
    const { offset, ph } = prOf(k, cx, pr);
    if (unsigned(offset) >= unsigned(my.len)) return cx.leave(OK);
    const { length } = pbOf(k, cx, ph);
    return unsigned(offset + length) <= unsigned(my.len) ? next : goto(505);
  }),
  calls(
    497,
    'pb_unreferenced',
    () => pb_unreferenced,
    (_k, my, to) => {
      to.region = my.region;
      to.pr = the(my.pr);
    },
    () => next,
  ),
  at(498, 'physr_remove', (k, my, cx) => {
    const pr = the(my.pr);
    return physr_remove(k, my.region, k.physRegions[pr].offset) ? next : hang(k, cx);
  }),
  at(500, 'SLABFREE(pr)', (k, my) => {
    my.ahead = least(k, my.region); // 499
    freePr(k, the(my.pr));
    my.pr = null;
    return goto(492);
  }),
  local(505, 'refcount > 0', (k, my, cx) => {
    const { ph } = prOf(k, cx, the(my.pr));
    const holds = k.blocks[the(ph)].refcount > 0;
    return vm_assert(k, cx, 'subfree.count', holds) ? next : stuck;
  }),
  local(509, 'refcount > 1', (k, my, cx) =>
    pbOf(k, cx, k.physRegions[the(my.pr)].ph).refcount > 1 ? next : goto(515),
  ),
  calls(
    511,
    'map_copy_ph_block',
    () => map_copy_ph_block,
    (_k, my, to) => {
      to.vmp = my.vmp;
      to.region = my.region;
      to.ph = the(my.pr);
      to.why = 'munmap.copy';
    },
    (_k, _my, result, cx) => (result === OK ? next : cx.leave(result)),
  ),
  at(515, 'refcount == 1', (k, my, cx) => {
    const { ph } = prOf(k, cx, the(my.pr));
    if (!vm_assert(k, cx, 'subfree.sole', k.blocks[the(ph)].refcount === 1)) return stuck;
    return regionOf(k, cx, my.region).direct === 0 ? next : goto(519);
  }),
  at(517, 'FREE_MEM', (k, my, cx) => {
    const { ph, offset } = prOf(k, cx, the(my.pr));
    FREE_MEM(k, cx, pbOf(k, cx, ph).phys, signed(my.len - offset));
    return next;
  }),
  at(519, 'pr->offset', (k, my, cx) => {
    const pr = prOf(k, cx, the(my.pr));
    my.sublen = signed(my.len - pr.offset); // 506
    pr.offset = my.len;
    return next;
  }),
  at(521, 'pr->ph->phys', (k, my, cx) => {
    const pb = pbOf(k, cx, k.physRegions[the(my.pr)].ph);
    pb.phys += my.sublen;
    pb.length -= my.sublen; // 522
    my.sublen = 0;
    return goto(492);
  }),
]);

/** Lines 535 to 546. */
export const map_free = operation({
  name: 'map_free',
  file,
  lines: [535, 546],
  returns: code,
  locals: (s) => ({ vmp: ref(s.process), region: ref(s.region) }),
})([
  calls(
    539,
    'map_subfree',
    () => map_subfree,
    (k, my, to, cx) => {
      to.vmp = my.vmp;
      to.region = my.region;
      to.len = regionOf(k, cx, my.region).length;
    },
    (_k, _my, result, cx) => (result === OK ? next : cx.leave(result)),
  ),
  at(542, 'SLABFREE(region->phys)', (k, my, cx) => {
    regionOf(k, cx, my.region).tree = 'freed';
    return next;
  }),
  at(543, 'SLABFREE(region)', (k, my, cx) => {
    k.regions[my.region].slab = 'freed';
    return cx.leave(OK);
  }),
]);

/** Lines 551 to 577. */
export const map_free_proc = operation({
  name: 'map_free_proc',
  file,
  lines: [551, 577],
  returns: code,
  locals: (s) => ({ vmp: ref(s.process), r: optional(s.region), nextr: optional(s.region) }),
})([
  local(558, 'vmp->vm_regions', (k, my, cx) => {
    my.r = k.processes[my.vmp].vm_regions;
    if (my.r === null) return cx.leave(OK);
    my.nextr = regionOf(k, cx, my.r).next;
    return next;
  }),
  calls(
    564,
    'map_free',
    () => map_free,
    (_k, my, to) => {
      to.vmp = my.vmp;
      to.region = the(my.r);
    },
    () => next,
  ),
  at(565, 'vmp->vm_regions', (k, my) => {
    k.processes[my.vmp].vm_regions = my.nextr;
    return goto(558);
  }),
]);

/** Lines 607 to 690: a block of its own for a hole. The result is the phys_region, or null. */
export const map_new_physblock = operation({
  name: 'map_new_physblock',
  file,
  lines: [607, 690],
  returns: pointer('entry'),
  locals: (s) => ({
    vmp: ref(s.process),
    region: ref(s.region),
    offset: offsets(s),
    length: lengths(s),
    newphysr: optional(s.pr),
    newpb: optional(s.pb),
    mem: upTo(s.frame.size),
  }),
})([
  at(626, 'SLABALLOC(newphysr)', (k, my, cx) => {
    if (!vm_assert(k, cx, 'new.whole-pages', my.length % 1 === 0)) return stuck; // 621
    if (cx.scope.script !== undefined) cx.scope.script.fills += 1;
    my.newphysr = allocPr(k, cx, () => `${fillPoint(k, cx)}.physr`);
    return my.newphysr === null ? cx.leave(null) : next;
  }),
  at(628, 'SLABALLOC(newpb)', (k, my, cx) => {
    my.newpb = allocPb(k, cx, () => `${fillPoint(k, cx)}.pb`);
    return my.newpb === null ? next : goto(643);
  }),
  at(629, 'SLABFREE(newphysr)', (k, my, cx) => {
    freePr(k, the(my.newphysr));
    return cx.leave(null);
  }),
  at(643, 'ALLOC_MEM', (k, my, cx) => {
    my.mem = ALLOC_MEM(k, cx, my.length, true, () => `${fillPoint(k, cx)}.frames`);
    return my.mem === 0 ? next : goto(656);
  }),
  at(644, 'SLABFREE(newpb)', (k, my) => {
    freePb(k, the(my.newpb));
    return next;
  }),
  at(645, 'SLABFREE(newphysr)', (k, my, cx) => {
    freePr(k, the(my.newphysr));
    return cx.leave(null);
  }),
  at(656, 'newpb', (k, my) => {
    const pb = k.blocks[the(my.newpb)];
    pb.phys = my.mem;
    pb.refcount = 1;
    pb.length = my.length;
    pb.firstregion = my.newphysr;
    return next;
  }),
  at(663, 'newphysr', (k, my) => {
    const pr = k.physRegions[the(my.newphysr)];
    pr.offset = my.offset;
    pr.ph = my.newpb;
    pr.parent = my.region;
    pr.next_ph_list = null;
    return next;
  }),
  calls(
    676,
    'map_ph_writept',
    () => map_ph_writept,
    (_k, my, to) => {
      to.vmp = my.vmp;
      to.vr = my.region;
      to.pr = the(my.newphysr);
    },
    (_k, _my, result) => (result === OK ? goto(685) : next),
  ),
  at(678, 'FREE_MEM', (k, my, cx) => {
    FREE_MEM(k, cx, my.mem, my.length);
    return next;
  }),
  at(679, 'SLABFREE(newpb)', (k, my) => {
    freePb(k, the(my.newpb));
    return next;
  }),
  at(680, 'SLABFREE(newphysr)', (k, my, cx) => {
    freePr(k, the(my.newphysr));
    return cx.leave(null);
  }),
  at(685, 'physr_insert', (k, my, cx) => {
    regionOf(k, cx, my.region, true);
    physr_insert(k, my.region, the(my.newphysr));
    return cx.leave(my.newphysr);
  }),
]);

/** Lines 696 to 764: a block of its own for a phys_region that shares one. */
export const map_copy_ph_block = operation({
  name: 'map_copy_ph_block',
  file,
  lines: [696, 764],
  returns: code,
  locals: (s) => ({
    vmp: ref(s.process),
    region: ref(s.region),
    ph: ref(s.pr),
    newpb: optional(s.pb),
    newmem: upTo(s.frame.size),
    /** Not in C: which of the failure points this call is. */
    why: oneOf(
      'fault.copy',
      'map.srccopy',
      'map.dstcopy',
      'unmap.copy',
      'check.copy',
      'fork.smapcopy',
      'munmap.copy',
    ),
  }),
})([
  at(710, 'SLABALLOC(newpb)', (k, my, cx) => {
    if (cx.scope.script !== undefined) cx.scope.script.copies += 1;
    const { ph } = prOf(k, cx, my.ph);
    if (!vm_assert(k, cx, 'copy.shared', k.blocks[the(ph)].refcount > 1)) return stuck;
    my.newpb = allocPb(k, cx, () => `${copyPoint(cx, my)}.pb`);
    return my.newpb === null ? cx.leave(ENOMEM) : next;
  }),
  at(722, 'ALLOC_MEM', (k, my, cx) => {
    const { length } = pbOf(k, cx, k.physRegions[my.ph].ph);
    if (!vm_assert(k, cx, 'copy.whole-pages', length % 1 === 0)) return stuck; // 716
    my.newmem = ALLOC_MEM(k, cx, length, false, () => `${copyPoint(cx, my)}.frames`);
    return my.newmem !== 0 || length === 0 ? goto(730) : next;
  }),
  at(724, 'SLABFREE(newpb)', (k, my, cx) => {
    freePb(k, the(my.newpb));
    return cx.leave(ENOMEM);
  }),
  calls(
    730,
    'pb_unreferenced',
    () => pb_unreferenced,
    (_k, my, to) => {
      to.region = my.region;
      to.pr = my.ph;
    },
    (k, my, _result, cx) => {
      const { ph } = k.physRegions[my.ph];
      if (k.blocks[the(ph)].refcount === 0) return next;
      vm_assert(k, cx, 'copy.old-in-use', true);
      return goto(733);
    },
  ),
  at(731, 'refcount > 0', (k, _my, cx) =>
    vm_assert(k, cx, 'copy.old-in-use', false) ? next : stuck,
  ),
  at(733, 'newpb', (k, my, cx) => {
    const pb = k.blocks[the(my.newpb)];
    pb.length = pbOf(k, cx, k.physRegions[my.ph].ph).length;
    pb.refcount = 1;
    pb.phys = my.newmem;
    pb.firstregion = my.ph;
    return next;
  }),
  at(739, 'next_ph_list', (k, my) => {
    k.physRegions[my.ph].next_ph_list = null;
    return next;
  }),
  at(744, 'sys_abscopy', (k, my, cx) => {
    if (cx.scope.options.copyBytesMayFail) {
      if (fails(k, cx, () => `${copyPoint(cx, my)}.bytes`, false)) return cx.leave(EFAULT);
    }
    const { phys } = pbOf(k, cx, k.physRegions[my.ph].ph);
    copyFrames(k, cx, phys, my.newmem, k.blocks[the(my.newpb)].length);
    return next;
  }),
  at(754, 'ph->ph = newpb', (k, my) => {
    k.physRegions[my.ph].ph = my.newpb;
    return next;
  }),
  calls(
    759,
    'map_ph_writept',
    () => map_ph_writept,
    (_k, my, to) => {
      to.vmp = my.vmp;
      to.vr = my.region;
      to.pr = my.ph;
    },
    (_k, _my, result, cx) => (result === OK ? cx.leave(OK) : next),
  ),
  at(761, 'panic', (k, _my, cx) => panic(k, cx, 'map_copy_ph_block: map_ph_writept failed')),
]);

/** Lines 769 to 833. */
export const map_pf = operation({
  name: 'map_pf',
  file,
  lines: [769, 833],
  returns: code,
  locals: (s) => ({
    vmp: ref(s.process),
    region: ref(s.region),
    offset: offsets(s),
    write: bool,
    ph: optional(s.pr),
  }),
})([
  local(791, 'physr_search', (k, my, cx) => {
    if (!vm_assert(k, cx, 'fault.anon', k.regions[my.region].direct === 0)) return stuck; // 782
    regionOf(k, cx, my.region, true);
    const ph = physr_search(k, my.region, my.offset, 'less-equal');
    if (ph === null) return goto(813);
    const { offset } = prOf(k, cx, ph);
    const { length } = pbOf(k, cx, k.physRegions[ph].ph);
    if (unsigned(my.offset) >= unsigned(offset + length)) return goto(813);
    my.ph = ph;
    return next;
  }),
  local(794, 'vm_assert(write)', (k, my, cx) => {
    const { refcount } = k.blocks[the(k.physRegions[the(my.ph)].ph)];
    if (!vm_assert(k, cx, 'fault.write', my.write)) return stuck;
    if (!vm_assert(k, cx, 'fault.writable', k.regions[my.region].writable)) return stuck;
    return vm_assert(k, cx, 'fault.count', refcount > 0) ? next : stuck;
  }),
  local(798, 'WRITABLE', (k, my, cx) =>
    WRITABLE(k, cx, my.region, k.physRegions[the(my.ph)].ph) ? next : goto(803),
  ),
  calls(
    799,
    'map_ph_writept',
    () => map_ph_writept,
    (_k, my, to) => {
      to.vmp = my.vmp;
      to.vr = my.region;
      to.pr = the(my.ph);
    },
    (_k, _my, result, cx) => cx.leave(result),
  ),
  local(803, 'refcount > 0', (k, my, cx) => {
    const { refcount, share_flag } = pbOf(k, cx, k.physRegions[the(my.ph)].ph);
    return refcount > 0 && share_flag !== 'COW' ? cx.leave(EFAULT) : next;
  }),
  calls(
    808,
    'map_copy_ph_block',
    () => map_copy_ph_block,
    (_k, my, to) => {
      to.vmp = my.vmp;
      to.region = my.region;
      to.ph = the(my.ph);
      to.why = 'fault.copy';
    },
    (_k, _my, result, cx) => cx.leave(result),
  ),
  calls(
    813,
    'map_new_physblock',
    () => map_new_physblock,
    (_k, my, to) => {
      to.vmp = my.vmp;
      to.region = my.region;
      to.offset = my.offset;
      to.length = 1;
    },
    (_k, _my, result, cx) => cx.leave(result === null ? ENOMEM : OK),
  ),
]);

interface HandleLocals {
  vmp: ProcessRef;
  region: RegionRef;
  offset: number;
  length: number;
  start: number;
  end: number;
}

/** FREE_RANGE_HERE: the hole between two neighbours, cut to the range; false if there is none. */
function holeBetween(
  k: Kernel,
  my: HandleLocals,
  cx: Cx,
  r1: PrRef | null,
  r2: PrRef | null,
): boolean {
  let start = unsigned(my.offset);
  let end = unsigned(my.offset + my.length);
  if (r1 !== null) {
    const { offset, ph } = prOf(k, cx, r1);
    start = Math.max(start, unsigned(offset + pbOf(k, cx, ph).length));
  }
  if (r2 !== null) end = Math.min(end, unsigned(prOf(k, cx, r2).offset));
  if (start >= end) return false;
  my.start = signed(start);
  my.end = signed(end);
  return true;
}

/** RESET_ITER finds what it looks for unless the tree is out of order. */
function resets(k: Kernel, my: HandleLocals, pr: PrRef): boolean {
  return physr_search(k, my.region, k.physRegions[pr].offset, 'equal') === pr;
}

function fillHole(line: number, then: (my: { physr: PrRef | null }) => Control) {
  return calls(
    line,
    'FREE_RANGE_HERE',
    () => map_new_physblock,
    (_k, my: HandleLocals, to) => {
      to.vmp = my.vmp;
      to.region = my.region;
      to.offset = my.start;
      to.length = my.end - my.start;
    },
    (_k, my, result, cx) => {
      if (result === null) return cx.leave(ENOMEM);
      const locals = my as unknown as { changes: boolean; physr: PrRef | null };
      locals.changes = true;
      my.start = 0;
      my.end = 0;
      return then(locals);
    },
  );
}

/** Lines 838 to 968. Calls of FREE_RANGE_HERE that fill a hole stand at their line and a half. */
export const map_handle_memory = operation({
  name: 'map_handle_memory',
  file,
  lines: [838, 968],
  returns: code,
  locals: (s) => ({
    vmp: ref(s.process),
    region: ref(s.region),
    offset: offsets(s),
    length: lengths(s),
    write: bool,
    physr: optional(s.pr),
    nextphysr: optional(s.pr),
    changes: bool,
    start: offsets(s),
    end: offsets(s),
  }),
})([
  local(875, 'vm_assert', (k, my, cx) => {
    if (!vm_assert(k, cx, 'check.anon', k.regions[my.region].direct === 0)) return stuck; // 871
    const whole = my.offset % 1 === 0 && my.length % 1 === 0; // 873, 874
    if (!vm_assert(k, cx, 'check.whole-pages', whole)) return stuck;
    const holds = !my.write || regionOf(k, cx, my.region).writable;
    return vm_assert(k, cx, 'check.writable', holds) ? next : stuck;
  }),
  local(877, 'physr_start_iter', (k, my, cx) => {
    regionOf(k, cx, my.region, true);
    my.physr =
      physr_search(k, my.region, my.offset, 'less-equal') ??
      physr_search(k, my.region, my.offset, 'greater-equal');
    return next;
  }),
  local(892, 'FREE_RANGE_HERE', (k, my, cx) =>
    holeBetween(k, my, cx, null, my.physr) ? next : goto(894),
  ),
  fillHole(892.5, () => next),
  local(894, 'physr', (k, my, cx) => {
    if (my.physr === null) return goto(907);
    if (!resets(k, my, my.physr)) return panic(k, cx, 'map_handle_memory: thing missing');
    const { offset, ph } = prOf(k, cx, my.physr);
    if (unsigned(offset + pbOf(k, cx, ph).length) > unsigned(my.offset)) return goto(907);
    my.physr = successor(k, my.region, my.physr);
    return next;
  }),
  local(900, 'FREE_RANGE_HERE', (k, my, cx) =>
    holeBetween(k, my, cx, null, my.physr) ? next : goto(901),
  ),
  fillHole(900.5, () => next),
  local(901, 'physr', (k, my, cx) => {
    if (my.physr === null || resets(k, my, my.physr)) return next;
    return panic(k, cx, 'map_handle_memory: thing missing');
  }),
  local(907, 'while(physr)', (k, my, cx) => {
    if (my.physr === null) return goto(949);
    if (!my.write) return goto(935);
    const { ph } = prOf(k, cx, my.physr);
    if (!vm_assert(k, cx, 'check.count', k.blocks[the(ph)].refcount > 0)) return stuck;
    return WRITABLE(k, cx, my.region, ph) ? goto(925) : next;
  }),
  calls(
    916,
    'map_copy_ph_block',
    () => map_copy_ph_block,
    (_k, my, to) => {
      to.vmp = my.vmp;
      to.region = my.region;
      to.ph = the(my.physr);
      to.why = 'check.copy';
    },
    (_k, my, result, cx) => {
      if (result !== OK) return cx.leave(result);
      my.changes = true;
      return goto(935);
    },
  ),
  calls(
    925,
    'map_ph_writept',
    () => map_ph_writept,
    (_k, my, to) => {
      to.vmp = my.vmp;
      to.vr = my.region;
      to.pr = the(my.physr);
    },
    (_k, my, result, cx) => {
      if (result !== OK) return cx.leave(result);
      my.changes = true;
      return next;
    },
  ),
  local(935, 'physr_incr_iter', (k, my) => {
    my.nextphysr = successor(k, my.region, the(my.physr));
    return next;
  }),
  local(937, 'FREE_RANGE_HERE', (k, my, cx) =>
    holeBetween(k, my, cx, my.physr, my.nextphysr) ? next : goto(939),
  ),
  fillHole(937.5, () => next),
  local(939, 'nextphysr', (k, my, cx) => {
    if (my.nextphysr !== null) {
      const { offset } = prOf(k, cx, my.nextphysr);
      if (unsigned(offset) >= unsigned(my.offset + my.length)) return goto(949);
      if (!resets(k, my, my.nextphysr)) return panic(k, cx, 'map_handle_memory: thing missing');
    }
    my.physr = my.nextphysr;
    my.nextphysr = null;
    return goto(907);
  }),
  local(949, 'changes < 1', (_k, my, cx) => cx.leave(my.changes ? OK : EFAULT)),
]);

/** Lines 988 to 1044. The result is the region, in limbo, or null. */
export const map_copy_region = operation({
  name: 'map_copy_region',
  file,
  lines: [988, 1044],
  returns: pointer('region'),
  locals: (s) => ({
    vmp: ref(s.process),
    vr: ref(s.region),
    newvr: optional(s.region),
    ph: optional(s.pr),
    newph: optional(s.pr),
  }),
})([
  at(1007, 'SLABALLOC(newvr)', (k, my, cx) => {
    if (fails(k, cx, () => 'fork.region', true)) return cx.leave(null);
    my.newvr = unusedRegion(k, cx.scope);
    k.regions[my.newvr].slab = 'live';
    return next;
  }),
  at(1009, 'SLABALLOC(phavl)', (k, _my, cx) =>
    fails(k, cx, () => 'fork.tree', true) ? next : goto(1015),
  ),
  at(1011, 'SLABFREE(newvr)', (k, my, cx) => {
    k.regions[the(my.newvr)].slab = 'freed';
    return cx.leave(null);
  }),
  at(1015, '*newvr = *vr', (k, my, cx) => {
    const newvr = k.regions[the(my.newvr)];
    const { vaddr, length, writable, direct, shared } = regionOf(k, cx, my.vr, true);
    newvr.tree = 'live';
    newvr.vaddr = vaddr;
    newvr.length = length;
    newvr.writable = writable;
    newvr.direct = direct;
    newvr.shared = shared;
    newvr.next = null;
    newvr.root = null;
    my.ph = least(k, my.vr);
    return next;
  }),
  local(1022, 'physr_get_iter', (_k, my, cx) => (my.ph === null ? cx.leave(my.newvr) : next)),
  at(1024, 'SLABALLOC(newph)', (k, my, cx) => {
    const { script } = cx.scope;
    if (script !== undefined) script.entries += 1;
    const index = script === undefined ? '' : `[${script.entries}]`;
    const newph = allocPr(k, cx, () => `fork.pr${index}`);
    if (newph === null) return goto(1025);
    my.newph = newph;
    return goto(1029);
  }),
  calls(
    1025,
    'map_free',
    () => map_free,
    (_k, my, to) => {
      to.vmp = my.vmp;
      to.region = the(my.newvr);
    },
    (_k, _my, _result, cx) => cx.leave(null),
  ),
  at(1029, 'newph->ph', (k, my, cx) => {
    const from = prOf(k, cx, the(my.ph));
    const pr = k.physRegions[the(my.newph)];
    pr.ph = from.ph;
    pr.next_ph_list = null;
    pr.parent = my.newvr;
    pr.offset = from.offset;
    return next;
  }),
  at(1036, 'physr_insert', (k, my) => {
    physr_insert(k, the(my.newvr), the(my.newph));
    my.newph = null;
    my.ph = successor(k, my.vr, the(my.ph)); // 1038
    return goto(1022);
  }),
]);

/** Lines 1049 to 1076, one step for the whole process. The result is not looked at by fork. */
export const map_writept = operation({
  name: 'map_writept',
  file,
  lines: [1049, 1076],
  returns: code,
  locals: (s) => ({ vmp: ref(s.process) }),
})([at(1068, 'map_ph_writept', (k, my, cx) => writeAll(k, my.vmp, cx, () => true))]);

/** All entries of a process; what is mapped as SMAP only where `skips` says so. */
export function writeAll(
  k: Kernel,
  vmp: ProcessRef,
  cx: Cx,
  skips: (vr: RegionRef) => boolean,
): Control {
  for (const vr of regionsOf(k, vmp)) {
    for (const pr of inOrder(k, vr)) {
      const { refcount, share_flag } = pbOf(k, cx, prOf(k, cx, pr).ph);
      if (refcount > 1 && share_flag === 'SMAP' && skips(vr)) continue; // 1063
      if (!vm_assert(k, cx, 'writept.count', refcount > 0)) return stuck;
      if (!writePtes(k, { vmp, vr, pr }, cx, () => 'fork.pte')) return cx.leave(ENOMEM);
    }
  }
  return cx.leave(OK);
}

/** Lines 1081 to 1148. */
export const map_proc_copy = operation({
  name: 'map_proc_copy',
  file,
  lines: [1081, 1148],
  returns: code,
  locals: (s) => ({
    dst: ref(s.process),
    src: ref(s.process),
    vr: optional(s.region),
    prevvr: optional(s.region),
    newvr: optional(s.region),
    orig_ph: optional(s.pr),
    new_ph: optional(s.pr),
  }),
})([
  local(1092, 'src->vm_regions', (k, my) => {
    my.vr = k.processes[my.src].vm_regions;
    return next;
  }),
  local(1092.5, 'vr', (_k, my) => (my.vr === null ? goto(1143) : next)),
  calls(
    1096,
    'map_copy_region',
    () => map_copy_region,
    (_k, my, to) => {
      to.vmp = my.dst;
      to.vr = the(my.vr);
    },
    (_k, my, result) => {
      if (result === null) return next;
      my.newvr = result as RegionRef;
      return my.prevvr === null ? goto(1102) : goto(1101);
    },
  ),
  calls(
    1097,
    'map_free_proc',
    () => map_free_proc,
    (_k, my, to) => {
      to.vmp = my.dst;
    },
    (_k, _my, _result, cx) => cx.leave(ENOMEM),
  ),
  at(1101, 'prevvr->next', (k, my) => {
    k.regions[the(my.prevvr)].next = my.newvr;
    return goto(1103);
  }),
  at(1102, 'dst->vm_regions', (k, my) => {
    k.processes[my.dst].vm_regions = my.newvr;
    return next;
  }),
  local(1103, 'physr_start_iter_least', (k, my) => {
    my.orig_ph = least(k, the(my.vr));
    my.new_ph = least(k, the(my.newvr)); // 1104
    return next;
  }),
  local(1105, 'physr_get_iter', (k, my) => {
    if (my.orig_ph !== null) return next;
    my.prevvr = my.newvr;
    my.newvr = null;
    my.new_ph = null;
    my.vr = k.regions[the(my.vr)].next;
    return goto(1092.5);
  }),
  at(1119, 'next_ph_list', (k, my, cx) => {
    const { ph } = prOf(k, cx, the(my.orig_ph));
    const new_ph = k.physRegions[the(my.new_ph)];
    if (!vm_assert(k, cx, 'fork.same-block', ph === new_ph.ph)) return stuck;
    const pb = pbOf(k, cx, ph);
    new_ph.next_ph_list = pb.firstregion;
    return next;
  }),
  at(1120, 'pb->firstregion', (k, my) => {
    k.blocks[the(k.physRegions[the(my.orig_ph)].ph)].firstregion = my.new_ph;
    return next;
  }),
  at(1124, 'pb->refcount++', (k, my, cx) => {
    const { ph } = k.physRegions[the(my.orig_ph)];
    const pb = k.blocks[the(ph)];
    if (!vm_assert(k, cx, 'fork.count', pb.refcount > 0)) return stuck; // 1123
    cx.check(checks.refcountNeverWraps, pb.refcount < 255, the(ph));
    pb.refcount = (pb.refcount + 1) % 256;
    if (!vm_assert(k, cx, 'fork.count2', pb.refcount > 1)) return stuck;
    return next;
  }),
  local(1129, 'refcount > 2', (k, my) => {
    const { refcount, share_flag } = k.blocks[the(k.physRegions[the(my.orig_ph)].ph)];
    return refcount > 2 && share_flag === 'SMAP' ? next : goto(1132);
  }),
  calls(
    1130,
    'map_copy_ph_block',
    () => map_copy_ph_block,
    (_k, my, to) => {
      to.vmp = my.dst;
      to.region = the(my.newvr);
      to.ph = the(my.new_ph);
      to.why = 'fork.smapcopy';
    },
    () => goto(1136), // the result is not looked at
  ),
  at(1132, 'PBSH_COW', (k, my) => {
    k.blocks[the(k.physRegions[the(my.orig_ph)].ph)].share_flag = 'COW';
    return next;
  }),
  local(1136, 'physr_incr_iter', (k, my) => {
    my.orig_ph = successor(k, the(my.vr), the(my.orig_ph));
    my.new_ph = successor(k, the(my.newvr), the(my.new_ph));
    return goto(1105);
  }),
  calls(
    1143,
    'map_writept(src)',
    () => map_writept,
    (_k, my, to) => {
      to.vmp = my.src;
    },
    () => next,
  ),
  calls(
    1144,
    'map_writept(dst)',
    () => map_writept,
    (_k, my, to) => {
      to.vmp = my.dst;
    },
    (_k, _my, _result, cx) => cx.leave(OK),
  ),
]);

/** Lines 324 to 418, for anonymous memory. The result is the region, or null. */
export const map_page_region = operation({
  name: 'map_page_region',
  file,
  lines: [324, 418],
  returns: pointer('region'),
  locals: (s) => ({
    vmp: ref(s.process),
    vaddr: lengths(s),
    length: lengths(s),
    /** MF_PREALLOC */
    prealloc: bool,
    newregion: optional(s.region),
  }),
})([
  at(346, 'SLABALLOC(newregion)', (k, my, cx) => {
    const free = regionsOf(k, my.vmp).every((r) => {
      const { vaddr, length } = k.regions[r];
      return my.vaddr >= vaddr + length || vaddr >= my.vaddr + my.length;
    });
    if (!free || fails(k, cx, () => 'mmap.region', true)) return cx.leave(null); // 342
    my.newregion = unusedRegion(k, cx.scope);
    k.regions[my.newregion].slab = 'live';
    return next;
  }),
  at(353, 'newregion->vaddr', (k, my) => {
    const newregion = k.regions[the(my.newregion)];
    newregion.vaddr = my.vaddr;
    newregion.length = my.length;
    newregion.writable = true;
    newregion.direct = 0;
    newregion.shared = 0;
    return next;
  }),
  at(359, 'SLABALLOC(phavl)', (k, my, cx) => {
    if (fails(k, cx, () => 'mmap.tree', true)) return next;
    const newregion = k.regions[the(my.newregion)];
    newregion.tree = 'live'; // 365
    newregion.root = null;
    return my.prealloc ? goto(390) : goto(399);
  }),
  at(362, 'SLABFREE(newregion)', (k, my, cx) => {
    k.regions[the(my.newregion)].slab = 'freed';
    return cx.leave(null);
  }),
  calls(
    390,
    'map_handle_memory',
    () => map_handle_memory,
    (_k, my, to) => {
      to.vmp = my.vmp;
      to.region = the(my.newregion);
      to.offset = 0;
      to.length = my.length;
      to.write = true;
    },
    (_k, _my, result) => (result === OK ? goto(399) : next),
  ),
  at(392, 'SLABFREE(newregion->phys)', (k, my) => {
    k.regions[the(my.newregion)].tree = 'freed';
    return next;
  }),
  at(393, 'SLABFREE(newregion)', (k, my, cx) => {
    k.regions[the(my.newregion)].slab = 'freed';
    return cx.leave(null);
  }),
  at(399, 'prevregion', (k, my, cx) => {
    const newregion = the(my.newregion);
    const own = k.processes[my.vmp];
    const before = regionsOf(k, my.vmp).filter((r) => k.regions[r].vaddr < my.vaddr);
    const prev = before.at(-1) ?? null;
    k.regions[newregion].next = prev === null ? own.vm_regions : k.regions[prev].next;
    if (prev === null) own.vm_regions = newregion;
    else k.regions[prev].next = newregion; // 402
    return cx.leave(newregion);
  }),
]);

/** Lines 1181 to 1207. */
export const map_region_extend = operation({
  name: 'map_region_extend',
  file,
  lines: [1181, 1207],
  returns: code,
  locals: (s) => ({ vr: ref(s.region), delta: lengths(s) }),
})([
  at(1200, 'vr->length', (k, my, cx) => {
    const vr = regionOf(k, cx, my.vr);
    const end = vr.vaddr + vr.length;
    if (vr.next !== null && end + my.delta > k.regions[vr.next].vaddr) return cx.leave(ENOMEM);
    vr.length += my.delta;
    return cx.leave(OK);
  }),
]);

/** Lines 1251 to 1328: takes `len` pages off the front. */
export const map_unmap_region = operation({
  name: 'map_unmap_region',
  file,
  lines: [1251, 1328],
  returns: code,
  locals: (s) => ({
    vmp: ref(s.process),
    region: ref(s.region),
    len: lengths(s),
    regionstart: lengths(s),
  }),
})([
  local(1274, 'len > r->length', (k, my, cx) => {
    const { length, vaddr } = regionOf(k, cx, my.region);
    if (my.len > length) return cx.leave(EINVAL);
    my.regionstart = vaddr;
    return my.len === length ? next : goto(1300);
  }),
  at(1289, 'r->next', (k, my, cx) => {
    const own = k.processes[my.vmp];
    const prev = regionsOf(k, my.vmp).find((r) => k.regions[r].next === my.region);
    const after = regionOf(k, cx, my.region).next;
    if (prev === undefined) own.vm_regions = after;
    else k.regions[prev].next = after;
    return next;
  }),
  calls(
    1293,
    'map_free',
    () => map_free,
    (_k, my, to) => {
      to.vmp = my.vmp;
      to.region = my.region;
    },
    () => goto(1319),
  ),
  calls(
    1300,
    'map_subfree',
    () => map_subfree,
    (_k, my, to) => {
      to.vmp = my.vmp;
      to.region = my.region;
      to.len = my.len;
    },
    () => next, // the result is not looked at
  ),
  at(1302, 'r->vaddr += len', (k, my) => {
    const r = k.regions[my.region];
    r.vaddr += my.len;
    r.length -= my.len; // 1303
    return next;
  }),
  at(1312, 'pr->offset -= len', (k, my, cx) => {
    for (const pr of inOrder(k, my.region)) {
      const held = prOf(k, cx, pr);
      const holds = unsigned(held.offset) >= my.len;
      if (!vm_assert(k, cx, 'munmap.offset', holds)) return stuck;
      held.offset = signed(held.offset - my.len);
    }
    return next;
  }),
  at(1319, 'pt_writemap', (k, my, cx) => {
    if (!pt_ptalloc(k, cx, my.vmp, my.regionstart, my.len, () => 'munmap.pte')) {
      return cx.leave(ENOMEM);
    }
    pt_writemap(k, cx, my.vmp, my.regionstart, 0, my.len, false);
    return cx.leave(OK);
  }),
]);

/** Lines 1333 to 1402, for an address that the caller names. The new entries are on no list. */
export const map_remap = operation({
  name: 'map_remap',
  file,
  lines: [1333, 1402],
  returns: code,
  locals: (s) => ({
    dvmp: ref(s.process),
    da: lengths(s),
    size: lengths(s),
    region: ref(s.region),
    vr: optional(s.region),
    ph: optional(s.pr),
  }),
})([
  at(1354, 'region_find_slot', (k, my, cx) => {
    const free = regionsOf(k, my.dvmp).every((r) => {
      const { vaddr, length } = k.regions[r];
      return my.da >= vaddr + length || vaddr >= my.da + my.size;
    });
    return free ? next : cx.leave(EINVAL); // 1362
  }),
  calls(
    1364,
    'map_copy_region',
    () => map_copy_region,
    (_k, my, to) => {
      to.vmp = my.dvmp;
      to.vr = my.region;
    },
    (_k, my, result, cx) => {
      if (result === null) return cx.leave(ENOMEM);
      my.vr = result as RegionRef;
      return next;
    },
  ),
  at(1369, 'vr->vaddr', (k, my) => {
    const vr = k.regions[the(my.vr)];
    vr.vaddr = my.da;
    vr.length = my.size;
    return next;
  }),
  at(1376, 'prev', (k, my) => {
    const vr = the(my.vr);
    const own = k.processes[my.dvmp];
    const before = regionsOf(k, my.dvmp).filter((r) => k.regions[r].vaddr < my.da);
    const prev = before.at(-1) ?? null;
    k.regions[vr].next = prev === null ? own.vm_regions : k.regions[prev].next;
    if (prev === null) own.vm_regions = vr;
    else k.regions[prev].next = vr; // 1379
    my.ph = least(k, vr); // 1386
    return next;
  }),
  local(1387, 'physr_get_iter', (_k, my, cx) => (my.ph === null ? cx.leave(OK) : next)),
  at(1389, 'pb->refcount++', (k, my, cx) => {
    const pb = pbOf(k, cx, k.physRegions[the(my.ph)].ph);
    pb.refcount = (pb.refcount + 1) % 256;
    return next;
  }),
  calls(
    1390,
    'map_ph_writept',
    () => map_ph_writept,
    (_k, my, to) => {
      to.vmp = my.dvmp;
      to.vr = the(my.vr);
      to.pr = the(my.ph);
    },
    (_k, _my, result) => (result === OK ? goto(1394) : next),
  ),
  at(1391, 'panic', (k, _my, cx) => panic(k, cx, 'map_remap: map_ph_writept failed')),
  local(1394, 'physr_incr_iter', (k, my) => {
    my.ph = successor(k, the(my.vr), the(my.ph));
    return goto(1387);
  }),
]);
