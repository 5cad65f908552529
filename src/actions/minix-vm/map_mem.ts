/**
 * MINIX 3 servers/vm/map_mem.c at cb176df60f, as written, function by function in the order of the
 * file. Lines are those of the file with its blank lines. What is an `at` and what a `local` is
 * said at the head of `region.ts`.
 */

import { ENOMEM, OK, checks } from '../../model/minix-vm/step-invariants.ts';
import { pagesFrom } from '../../model/minix-vm/lengths.ts';
import type { PbRef, PrRef, Scope } from '../../model/minix-vm/scope.ts';
import { signed, unsigned } from '../../model/minix-vm/state.ts';
import type { Kernel } from '../../model/minix-vm/state.ts';
import { least, regionAt, successor } from '../../model/minix-vm/tree.ts';
import { bool, int } from '../../state/values.ts';
import { optional, ref } from '../../state/references.ts';
import { allocPb, allocPr, freePr, pbOf, prOf, regionOf } from './services/slab.ts';
import { crash, hang, panic, vm_assert, vm_isokendpt } from './services/ends.ts';
import { pt_ptalloc, pt_writemap } from './services/pagetable.ts';
import {
  iterLocals,
  physr_get_iter,
  physr_incr_iter,
  physr_insert,
  physr_remove,
  physr_search,
  physr_start_iter,
} from './physravl.ts';
import { map_copy_ph_block, map_handle_memory, pb_unreferenced, the } from './region.ts';
import { at, calls, code, goto, local, next, operation, stuck } from './vocabulary.ts';
import type { Cx } from './vocabulary.ts';

const file = 'map_mem.c';

const offsets = (s: Scope) => pagesFrom(s, -s.page.size, 2 * s.page.size);
const lengths = (s: Scope) => pagesFrom(s, 0, 2 * s.page.size);

/** Lines 26 to 68: cuts a block and every phys_region that uses it in two, at an offset of `pr`. */
export const split_phys = operation({
  name: 'split_phys',
  file,
  lines: [26, 68],
  returns: code,
  locals: (s) => ({
    pr: ref(s.pr),
    point: offsets(s),
    pb: optional(s.pb),
    newpb: optional(s.pb),
    q: optional(s.pr),
    newpr: optional(s.pr),
    prev: optional(s.pr),
  }),
})([
  local(33, 'pr->offset >= point', (k, my, cx) => {
    const { offset, ph } = prOf(k, cx, my.pr);
    my.pb = the(ph);
    if (unsigned(offset) >= unsigned(my.point)) return cx.leave(OK);
    const { length } = pbOf(k, cx, ph);
    return unsigned(offset + length) <= unsigned(my.point) ? cx.leave(OK) : next;
  }),
  at(35, 'SLABALLOC(newpb)', (k, my, cx) => {
    my.newpb = allocPb(k, cx, () => 'split.newpb');
    return my.newpb === null ? cx.leave(ENOMEM) : next;
  }),
  at(39, '*newpb = *pb', (k, my, cx) => {
    const pb = pbOf(k, cx, my.pb);
    const newpb = k.blocks[the(my.newpb)];
    newpb.phys = pb.phys;
    newpb.length = pb.length;
    newpb.refcount = pb.refcount;
    newpb.share_flag = pb.share_flag;
    newpb.firstregion = pb.firstregion;
    return next;
  }),
  at(40, 'pb->length', (k, my, cx) => {
    pbOf(k, cx, my.pb).length = signed(my.point - prOf(k, cx, my.pr).offset);
    return next;
  }),
  at(41, 'newpb->length', (k, my, cx) => {
    k.blocks[the(my.newpb)].length -= pbOf(k, cx, my.pb).length;
    return next;
  }),
  at(42, 'newpb->phys', (k, my, cx) => {
    const pb = pbOf(k, cx, my.pb);
    k.blocks[the(my.newpb)].phys += pb.length;
    my.q = pb.firstregion;
    return next;
  }),
  local(45, 'for(q', (_k, my) => (my.q === null ? goto(65) : next)),
  at(46, 'SLABALLOC(newpr)', (k, my, cx) => {
    if (isBack(k, my)) return hang(k, cx);
    my.newpr = allocPr(k, cx, () => `split.newpr[${position(k, my)}]`);
    return my.newpr === null ? cx.leave(ENOMEM) : next;
  }),
  at(49, '*newpr = *q', (k, my, cx) => {
    const q = prOf(k, cx, the(my.q));
    const newpr = k.physRegions[the(my.newpr)];
    newpr.parent = q.parent;
    newpr.next_ph_list = q.next_ph_list;
    newpr.offset = q.offset;
    newpr.ph = my.newpb; // 50
    return next;
  }),
  at(51, 'newpr->offset', (k, my, cx) => {
    const newpr = k.physRegions[the(my.newpr)];
    newpr.offset = signed(newpr.offset + pbOf(k, cx, my.pb).length);
    return next;
  }),
  at(54, 'physr_insert', (k, my, cx) => {
    const parent = the(k.physRegions[the(my.newpr)].parent);
    regionOf(k, cx, parent, true);
    physr_insert(k, parent, the(my.newpr));
    return next;
  }),
  local(57, 'q == pb->firstregion', (k, my, cx) =>
    my.q === pbOf(k, cx, my.pb).firstregion ? next : goto(61),
  ),
  at(58, 'newpb->firstregion', (k, my, cx) => {
    pbOf(k, cx, my.newpb).firstregion = my.newpr;
    return linked(k, my, cx);
  }),
  at(61, 'prev->next_ph_list', (k, my, cx) => {
    prOf(k, cx, the(my.prev)).next_ph_list = my.newpr;
    return linked(k, my, cx);
  }),
  at(65, 'prev->next_ph_list', (k, my, cx) => {
    // A block on no list: prev was never set. What is written then, nobody can say.
    if (my.prev !== null) prOf(k, cx, my.prev).next_ph_list = null;
    return cx.leave(OK);
  }),
]);

/** The new phys_region is on the list: on to the next member of the old one. */
function linked(
  k: Kernel,
  my: { q: PrRef | null; newpr: PrRef | null; prev: PrRef | null },
  cx: Cx,
) {
  my.prev = my.newpr;
  my.newpr = null;
  my.q = prOf(k, cx, the(my.q)).next_ph_list;
  return goto(45);
}

/** Position of the member of the list at hand, from 0. */
function position(k: Kernel, my: { pb: PbRef | null; q: PrRef | null }): number {
  let i = 0;
  let q: PrRef | null = k.blocks[the(my.pb)].firstregion;
  for (; q !== null && q !== my.q; q = k.physRegions[q].next_ph_list) i += 1;
  return i;
}

/** Does the walk stand where it has been? Then the list has a cycle. */
function isBack(
  k: Kernel,
  my: { pb: PbRef | null; newpb: PbRef | null; q: PrRef | null; prev: PrRef | null },
): boolean {
  if (my.prev === null) return false;
  let made = 1;
  let newpr = k.blocks[the(my.newpb)].firstregion;
  for (; newpr !== null && newpr !== my.prev; newpr = k.physRegions[newpr].next_ph_list) made += 1;
  return position(k, my) < made;
}

/** Lines 73 to 92. The page table stays as it is. */
export const rm_phys_regions = operation({
  name: 'rm_phys_regions',
  file,
  lines: [73, 92],
  locals: (s) => ({
    region: ref(s.region),
    begin: offsets(s),
    length: lengths(s),
    pr: optional(s.pr),
  }),
})([
  local(84, 'physr_start_iter', (k, my, cx) => {
    regionOf(k, cx, my.region, true);
    my.pr = physr_search(k, my.region, my.begin, 'greater-equal');
    return next;
  }),
  local(85, 'physr_get_iter', (k, my, cx) => {
    if (my.pr === null) return cx.leave();
    const { offset } = prOf(k, cx, my.pr);
    return unsigned(offset) < unsigned(my.begin + my.length) ? next : cx.leave();
  }),
  calls(
    86,
    'pb_unreferenced',
    () => pb_unreferenced,
    (_k, my, to) => {
      to.region = my.region;
      to.pr = the(my.pr);
    },
    () => next,
  ),
  at(87, 'physr_remove', (k, my, cx) => {
    // Not found, as in a tree that is out of order: the walk meets the entry again and again.
    return physr_remove(k, my.region, k.physRegions[the(my.pr)].offset) ? next : hang(k, cx);
  }),
  at(90, 'SLABFREE(pr)', (k, my) => {
    freePr(k, the(my.pr));
    my.pr = physr_search(k, my.region, my.begin, 'greater-equal'); // 88
    return goto(85);
  }),
]);

/** Lines 97 to 127: cuts what crosses either end of a range. */
export const clean_phys_regions = operation({
  name: 'clean_phys_regions',
  file,
  lines: [97, 127],
  locals: (s) => ({
    region: ref(s.region),
    offset: offsets(s),
    length: lengths(s),
    pr: optional(s.pr),
    /** Ghost: the last split failed before it had changed anything, as all later ones will. */
    stalled: bool,
  }),
})([
  local(109, 'physr_start_iter_least', (k, my, cx) => {
    regionOf(k, cx, my.region, true);
    my.pr = least(k, my.region);
    return next;
  }),
  local(110, 'physr_get_iter', (_k, my, cx) => (my.pr === null ? cx.leave() : next)),
  local(112, 'pr->offset < offset', (k, my, cx) =>
    crosses(k, cx, the(my.pr), my.offset) ? next : goto(118),
  ),
  calls(
    114,
    'split_phys',
    () => split_phys,
    (_k, my, to) => {
      to.pr = the(my.pr);
      to.point = my.offset;
    },
    (k, my, result, cx) => afterSplit(k, my, result === OK, my.offset, cx),
  ),
  local(118, 'pr->offset < offset + length', (k, my, cx) =>
    crosses(k, cx, the(my.pr), signed(my.offset + my.length)) ? next : goto(124),
  ),
  calls(
    120,
    'split_phys',
    () => split_phys,
    (_k, my, to) => {
      to.pr = the(my.pr);
      to.point = signed(my.offset + my.length);
    },
    (k, my, result, cx) => afterSplit(k, my, result === OK, signed(my.offset + my.length), cx),
  ),
  local(124, 'physr_incr_iter', (k, my) => {
    my.pr = successor(k, my.region, the(my.pr));
    return goto(110);
  }),
]);

function crosses(k: Kernel, cx: Cx, pr: PrRef, point: number): boolean {
  const { offset, ph } = prOf(k, cx, pr);
  if (unsigned(offset) >= unsigned(point)) return false;
  return unsigned(offset + pbOf(k, cx, ph).length) > unsigned(point);
}

/**
 * The result is not looked at: the walk begins again. If the split failed before it changed
 * anything and no object can be had any more, the walk comes back to this call for ever: twice
 * proves it.
 */
function afterSplit(
  k: Kernel,
  my: { pr: PrRef | null; stalled: boolean },
  ok: boolean,
  point: number,
  cx: Cx,
) {
  const again = !ok && k.request.persistent && crosses(k, cx, the(my.pr), point);
  if (again && my.stalled) return hang(k, cx);
  my.stalled = again;
  return goto(109);
}

/** Lines 132 to 214. */
export const do_map_memory = operation({
  name: 'do_map_memory',
  file,
  lines: [132, 214],
  returns: code,
  locals: (s) => ({
    vms: ref(s.process),
    vmd: ref(s.process),
    vrs: ref(s.region),
    vrd: ref(s.region),
    offset_s: offsets(s),
    offset_d: offsets(s),
    length: lengths(s),
    flag: int(-1, 1),
    prs: optional(s.pr),
    newphysr: optional(s.pr),
    pb: optional(s.pb),
    end: offsets(s),
    ...iterLocals(s),
  }),
})([
  local(145, 'physr_start_iter', (k, my, cx) => {
    regionOf(k, cx, my.vrs, true);
    physr_start_iter(k, my.vrs, my, my.offset_s, 'equal');
    return physr_get_iter(k, my.vrs, my) === null ? next : goto(158);
  }),
  at(148, 'panic', (k, _my, cx) =>
    panic(k, cx, 'do_map_memory: no phys region begins at the source address'),
  ),
  local(158, 'end = offset_d', (_k, my) => {
    my.end = signed(my.offset_d + my.length);
    return next;
  }),
  local(159, 'physr_get_iter', (k, my, cx) => {
    my.prs = physr_get_iter(k, my.vrs, my);
    my.newphysr = null;
    if (my.prs === null || unsigned(my.offset_d) >= unsigned(my.end)) return goto(213);
    if (cx.scope.script !== undefined) cx.scope.script.round += 1;
    my.pb = the(prOf(k, cx, my.prs).ph);
    return next;
  }),
  local(165, 'flag >= 0', (k, my, cx) => {
    if (my.flag < 0) return goto(172);
    const { refcount, share_flag } = pbOf(k, cx, my.pb);
    return refcount > 1 && share_flag === 'COW' ? next : goto(172);
  }),
  calls(
    167,
    'map_copy_ph_block',
    () => map_copy_ph_block,
    (_k, my, to) => {
      to.vmp = my.vms;
      to.region = my.vrs;
      to.ph = the(my.prs);
      to.why = 'map.srccopy';
    },
    (k, my, _result, cx) => {
      my.pb = the(prOf(k, cx, the(my.prs)).ph); // 168
      return next;
    },
  ),
  at(172, 'SLABALLOC(newphysr)', (k, my, cx) => {
    my.newphysr = allocPr(k, cx, () => roundOf(cx, 'map.newphysr'));
    return my.newphysr === null ? cx.leave(ENOMEM) : next;
  }),
  at(176, 'newphysr->ph', (k, my, cx) => {
    const newphysr = k.physRegions[the(my.newphysr)];
    newphysr.ph = my.pb;
    newphysr.offset = my.offset_d;
    newphysr.parent = my.vrd;
    newphysr.next_ph_list = pbOf(k, cx, my.pb).firstregion; // 179
    return next;
  }),
  at(180, 'pb->firstregion', (k, my, cx) => {
    pbOf(k, cx, my.pb).firstregion = my.newphysr;
    return next;
  }),
  at(181, 'physr_insert', (k, my, cx) => {
    regionOf(k, cx, my.vrd, true);
    physr_insert(k, my.vrd, the(my.newphysr));
    return next;
  }),
  at(182, 'pb->refcount++', (k, my, cx) => {
    const pb = pbOf(k, cx, my.pb);
    cx.check(checks.refcountNeverWraps, pb.refcount < 255, the(my.pb));
    pb.refcount = (pb.refcount + 1) % 256;
    return next;
  }),
  local(188, 'flag < 0', (k, my, cx) => {
    if (my.flag >= 0) return goto(202);
    const { refcount, share_flag } = pbOf(k, cx, my.pb);
    return refcount > 1 && share_flag === 'SMAP' ? next : goto(195);
  }),
  calls(
    190,
    'map_copy_ph_block',
    () => map_copy_ph_block,
    (_k, my, to) => {
      to.vmp = my.vmd;
      to.region = my.vrd;
      to.ph = the(my.newphysr);
      to.why = 'map.dstcopy';
    },
    () => goto(209),
  ),
  at(195, 'PBSH_COW', (k, my, cx) => {
    pbOf(k, cx, my.pb).share_flag = 'COW';
    return next;
  }),
  at(197, 'pt_writemap', (k, my, cx) => {
    const { phys, length } = pbOf(k, cx, my.pb);
    const address = my.offset_s + regionOf(k, cx, my.vrs).vaddr;
    // The result is not looked at.
    if (pt_ptalloc(k, cx, my.vms, address, length, () => roundOf(cx, 'map.ptsrc'))) {
      pt_writemap(k, cx, my.vms, address, phys, length, my.flag > 0);
    }
    return goto(205);
  }),
  at(202, 'PBSH_SMAP', (k, my, cx) => {
    pbOf(k, cx, my.pb).share_flag = 'SMAP';
    return next;
  }),
  at(205, 'pt_writemap', (k, my, cx) => {
    const { phys, length } = pbOf(k, cx, my.pb);
    const address = my.offset_d + regionOf(k, cx, my.vrd).vaddr;
    if (pt_ptalloc(k, cx, my.vmd, address, length, () => roundOf(cx, 'map.ptdst'))) {
      pt_writemap(k, cx, my.vmd, address, phys, length, my.flag > 0);
    }
    return next;
  }),
  local(209, 'physr_incr_iter', (k, my, cx) => {
    physr_incr_iter(k, my.vrs, my);
    const { length } = pbOf(k, cx, my.pb);
    my.offset_d = signed(my.offset_d + length);
    my.offset_s = signed(my.offset_s + length);
    return goto(159);
  }),
  local(213, 'return OK', (_k, _my, cx) => cx.leave(OK)),
]);

/** The failure point of this round of the loop. */
function roundOf(cx: Cx, point: string): string {
  const { script } = cx.scope;
  return point + (script === undefined ? '' : `[${script.round}]`);
}

/** Lines 219 to 262. */
export const map_memory = operation({
  name: 'map_memory',
  file,
  lines: [219, 262],
  returns: code,
  locals: (s) => ({
    /** Null: an endpoint of no process. */
    sour: optional(s.process),
    dest: optional(s.process),
    virt_s: lengths(s),
    virt_d: lengths(s),
    length: lengths(s),
    flag: int(-1, 1),
    vrs: optional(s.region),
    vrd: optional(s.region),
    offset_s: offsets(s),
    offset_d: offsets(s),
  }),
})([
  at(232, 'vm_isokendpt', (k, my) => {
    const { sour, dest } = my;
    if (sour === null || !vm_isokendpt(k, sour)) return next;
    if (dest === null || !vm_isokendpt(k, dest)) return goto(236);
    if (k.processes[sour].vm_regions === null) return goto(239);
    my.vrs = regionAt(k, sour, my.virt_s);
    return my.vrs === null ? goto(240) : goto(241);
  }),
  at(233, 'panic', (k, _my, cx) => panic(k, cx, 'map_memory: bad endpoint')),
  at(236, 'panic', (k, _my, cx) => panic(k, cx, 'map_memory: bad endpoint')),
  at(239, 'map_lookup', (k, _my, cx) => panic(k, cx, 'map_lookup: a process without regions')),
  at(240, 'vm_assert(vrs)', (k, _my, cx) =>
    vm_assert(k, cx, 'map.source-region', false) ? next : stuck,
  ),
  at(241, 'map_lookup', (k, my, cx) => {
    const dest = the(my.dest);
    if (my.vrs !== null) vm_assert(k, cx, 'map.source-region', true);
    if (k.processes[dest].vm_regions === null) {
      return panic(k, cx, 'map_lookup: a process without regions');
    }
    my.vrd = regionAt(k, dest, my.virt_d);
    if (my.vrd === null) return next;
    vm_assert(k, cx, 'map.dest-region', true);
    return goto(245);
  }),
  at(242, 'vm_assert(vrd)', (k, _my, cx) =>
    vm_assert(k, cx, 'map.dest-region', false) ? next : stuck,
  ),
  at(245, 'vrs->vaddr', (k, my, cx) => {
    if (my.vrs === null) {
      return crash(k, cx, 'map_memory: there is no region at the source address');
    }
    my.offset_s = my.virt_s - k.regions[my.vrs].vaddr;
    return next;
  }),
  at(246, 'vrd->vaddr', (k, my, cx) => {
    if (my.vrd === null) {
      return crash(k, cx, 'map_memory: there is no region at the destination address');
    }
    my.offset_d = my.virt_d - k.regions[my.vrd].vaddr;
    return next;
  }),
  calls(
    251,
    'map_handle_memory',
    () => map_handle_memory,
    (_k, my, to) => {
      to.vmp = the(my.sour);
      to.region = the(my.vrs);
      to.offset = my.offset_s;
      to.length = my.length;
      to.write = false;
    },
    () => next, // the result is not looked at
  ),
  calls(
    254,
    'clean_phys_regions',
    () => clean_phys_regions,
    (_k, my, to) => {
      to.region = the(my.vrs);
      to.offset = my.offset_s;
      to.length = my.length;
    },
    () => next,
  ),
  calls(
    255,
    'clean_phys_regions',
    () => clean_phys_regions,
    (_k, my, to) => {
      to.region = the(my.vrd);
      to.offset = my.offset_d;
      to.length = my.length;
    },
    () => next,
  ),
  calls(
    256,
    'rm_phys_regions',
    () => rm_phys_regions,
    (_k, my, to) => {
      to.region = the(my.vrd);
      to.begin = my.offset_d;
      to.length = my.length;
    },
    () => next,
  ),
  calls(
    259,
    'do_map_memory',
    () => do_map_memory,
    (_k, my, to) => {
      to.vms = the(my.sour);
      to.vmd = the(my.dest);
      to.vrs = the(my.vrs);
      to.vrd = the(my.vrd);
      to.offset_s = my.offset_s;
      to.offset_d = my.offset_d;
      to.length = my.length;
      to.flag = my.flag;
    },
    (_k, _my, result, cx) => cx.leave(result),
  ),
]);

/** Lines 267 to 307. sour and virt_s are not used, nor is flag, which is left out. */
export const unmap_memory = operation({
  name: 'unmap_memory',
  file,
  lines: [267, 307],
  returns: code,
  locals: (s) => ({
    sour: optional(s.process),
    dest: optional(s.process),
    virt_s: lengths(s),
    virt_d: lengths(s),
    length: lengths(s),
    vrd: optional(s.region),
    off: offsets(s),
    end: offsets(s),
    pr: optional(s.pr),
    pb: optional(s.pb),
  }),
})([
  at(279, 'vm_isokendpt', (k, { dest }) =>
    dest === null || !vm_isokendpt(k, dest) ? next : goto(283),
  ),
  at(280, 'panic', (k, _my, cx) => panic(k, cx, 'unmap_memory: bad endpoint')),
  at(283, 'map_lookup', (k, my, cx) => {
    const dest = the(my.dest);
    if (k.processes[dest].vm_regions === null) {
      return panic(k, cx, 'map_lookup: a process without regions');
    }
    my.vrd = regionAt(k, dest, my.virt_d);
    if (my.vrd === null) return next;
    vm_assert(k, cx, 'unmap.region', true);
    return goto(287);
  }),
  at(284, 'vm_assert(vrd)', (k, _my, cx) =>
    vm_assert(k, cx, 'unmap.region', false) ? next : stuck,
  ),
  at(287, 'vrd->vaddr', (k, my, cx) => {
    if (my.vrd === null) return crash(k, cx, 'unmap_memory: there is no region at the address');
    my.off = my.virt_d - regionOf(k, cx, my.vrd, true).vaddr;
    return next;
  }),
  local(288, 'physr_start_iter', (k, my) => {
    my.pr = physr_search(k, the(my.vrd), my.off, 'equal');
    return my.pr === null ? next : goto(294);
  }),
  at(291, 'panic', (k, _my, cx) =>
    panic(k, cx, 'unmap_memory: no phys region begins at the address'),
  ),
  local(294, 'end = off', (_k, my) => {
    my.end = signed(my.off + my.length);
    return next;
  }),
  local(295, 'physr_get_iter', (_k, my, cx) => {
    if (my.pr === null || unsigned(my.off) >= unsigned(my.end)) return cx.leave(OK);
    return next;
  }),
  local(296, 'pb = pr->ph', (k, my, cx) => {
    my.pb = the(prOf(k, cx, the(my.pr)).ph);
    const { refcount, share_flag } = k.blocks[my.pb];
    if (refcount <= 1) return next;
    vm_assert(k, cx, 'unmap.shared', true);
    return share_flag === 'SMAP' ? goto(300) : goto(298);
  }),
  at(297, 'vm_assert', (k, my, cx) => {
    if (!vm_assert(k, cx, 'unmap.shared', false)) return stuck;
    return k.blocks[the(my.pb)].share_flag === 'SMAP' ? goto(300) : next;
  }),
  at(298, 'vm_assert', (k, _my, cx) => (vm_assert(k, cx, 'unmap.smap', false) ? next : stuck)),
  calls(
    300,
    'map_copy_ph_block',
    () => map_copy_ph_block,
    (_k, my, to) => {
      to.vmp = the(my.dest);
      to.region = the(my.vrd);
      to.ph = the(my.pr);
      to.why = 'unmap.copy';
    },
    () => next, // the result is not looked at
  ),
  local(302, 'physr_incr_iter', (k, my, cx) => {
    my.pr = successor(k, the(my.vrd), the(my.pr));
    my.off = signed(my.off + pbOf(k, cx, my.pb).length);
    my.pb = null;
    return goto(295);
  }),
]);
