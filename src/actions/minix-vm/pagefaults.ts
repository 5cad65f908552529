/**
 * Page faults and requests of the kernel: pagefaults.c at cb176df60f, as far as they reach regions.
 */

import { EFAULT, OK, SIGSEGV } from '../../model/minix-vm/step-invariants.ts';
import { regionAt } from '../../model/minix-vm/tree.ts';
import { bool, upTo } from '../../state/values.ts';
import { optional, ref } from '../../state/references.ts';
import { panic, vm_assert } from './services/ends.ts';
import { map_handle_memory, map_pf, the } from './region.ts';
import { at, calls, code, goto, local, next, operation, stuck } from './vocabulary.ts';

const file = 'pagefaults.c';

/** Lines 53 to 127, for one fault. The result is OK, or SIGSEGV for the process. */
export const do_pagefaults = operation({
  name: 'do_pagefaults',
  file,
  lines: [53, 127],
  returns: code,
  locals: (s) => ({
    vmp: ref(s.process),
    addr: upTo(s.page.size),
    wr: bool,
    region: optional(s.region),
  }),
})([
  at(72, 'map_lookup', (k, my, cx) => {
    if (k.processes[my.vmp].vm_regions === null) {
      return panic(k, cx, 'map_lookup: a process without regions');
    }
    my.region = regionAt(k, my.vmp, my.addr);
    if (my.region === null) return cx.leave(SIGSEGV);
    return k.regions[my.region].shared === 1 ? next : goto(95);
  }),
  at(92, 'VR_SHARED', (k, _my, cx) => (vm_assert(k, cx, 'fault.shared', false) ? next : stuck)),
  local(95, 'VR_WRITABLE', (k, my, cx) =>
    !k.regions[the(my.region)].writable && my.wr ? cx.leave(SIGSEGV) : next,
  ),
  calls(
    110,
    'map_pf',
    () => map_pf,
    (k, my, to) => {
      to.vmp = my.vmp;
      to.region = the(my.region);
      to.offset = my.addr - k.regions[the(my.region)].vaddr;
      to.write = my.wr;
    },
    (_k, _my, result, cx) => cx.leave(result === OK ? OK : SIGSEGV),
  ),
]);

/** Lines 172 to 226. */
export const handle_memory = operation({
  name: 'handle_memory',
  file,
  lines: [172, 226],
  returns: code,
  locals: (s) => ({
    vmp: ref(s.process),
    mem: upTo(2 * s.page.size),
    len: upTo(s.page.size),
    sublen: upTo(s.page.size),
    wrflag: bool,
    region: optional(s.region),
  }),
})([
  local(185, 'while(len > 0)', (_k, my, cx) => (my.len === 0 ? cx.leave(OK) : next)),
  at(187, 'map_lookup', (k, my, cx) => {
    if (k.processes[my.vmp].vm_regions === null) {
      return panic(k, cx, 'map_lookup: a process without regions');
    }
    my.region = regionAt(k, my.vmp, my.mem);
    if (my.region === null) return cx.leave(EFAULT);
    const { writable, vaddr, length } = k.regions[my.region];
    if (!writable && my.wrflag) return cx.leave(EFAULT);
    my.sublen = Math.min(my.len, vaddr + length - my.mem);
    return next;
  }),
  calls(
    208,
    'map_handle_memory',
    () => map_handle_memory,
    (k, my, to) => {
      to.vmp = my.vmp;
      to.region = the(my.region);
      to.offset = my.mem - k.regions[the(my.region)].vaddr;
      to.length = my.sublen;
      to.write = my.wrflag;
    },
    (_k, my, result, cx) => {
      my.len -= my.sublen;
      my.mem += my.sublen;
      return result === OK ? goto(185) : cx.leave(result);
    },
  ),
]);
