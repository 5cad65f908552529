/**
 * User programs and what the kernel passes on for them: each action is an access, which may end in
 * a page fault, or one request to VM. A request runs from its first to its last step before anybody
 * else moves. Its last step is its own statement, where the ghost memory follows and the result is
 * checked.
 */

import { ENOMEM, OK, SIGSEGV } from '../../model/minix-vm/step-invariants.ts';
import type { ProcessRef, Scope } from '../../model/minix-vm/scope.ts';
import { regionAt } from '../../model/minix-vm/tree.ts';
import { int, upTo } from '../../state/values.ts';
import { optional } from '../../state/references.ts';
import { new_mem } from './exec.ts';
import { do_exit } from './exit.ts';
import { do_fork } from './fork.ts';
import { map_memory, unmap_memory } from './map_mem.ts';
import { do_munmap } from './mmap.ts';
import { do_pagefaults, handle_memory } from './pagefaults.ts';
import { map_handle_memory, map_page_region, map_region_extend, map_remap, the } from './region.ts';
import { blocked } from '../../machine/vocabulary.ts';
import { at, calls, goto, operation } from './vocabulary.ts';
import {
  ACT,
  FAULT,
  RETRY,
  TOUCH,
  FORK,
  EXIT,
  MAP,
  UNMAP,
  MUNMAP,
  MMAP,
  BRK,
  CHECK,
  EXEC,
  REMAP,
  ANSWER,
  ROUNDS,
  answer,
  actionOf,
} from './user/frame.ts';
import type { Given } from './user/frame.ts';
import { passUnmap, sharedBy } from './user/records.ts';
import { access } from './user/access.ts';
import { isAble } from './user/able.ts';
import { finish } from './user/finish.ts';
import { begin } from './user/begin.ts';

export const user = operation({
  name: 'user',
  file: '',
  lines: [0, 0],
  locals: (s: Scope) => ({
    action: upTo(s.actions.length),
    record: optional(s.record),
    rounds: upTo(ROUNDS),
    result: int(-1023, 1023),
  }),
})([
  at(ACT, 'user', (k, my, cx) => {
    const { script, actions, scenario } = cx.scope;
    const p = cx.thread as unknown as ProcessRef;
    if (script !== undefined) return begin(k, my, cx, script.next);
    if (!k.processes[p].alive || k.limit === 0) return blocked;
    const able: number[] = [];
    actions.forEach(({ process }, i) => {
      if (process === p && isAble(k, cx, i)) able.push(i);
    });
    if (able.length === 0) return blocked;
    const chosen = able[able.length > 1 ? cx.pick(able.length) : 0];
    // Where every action may happen that often anyway, the count is left alone: fewer states.
    if (actions[chosen].given.times < scenario.limit) k.left[cx.scope.action.at(chosen)].times -= 1;
    k.limit -= 1;
    return begin(k, my, cx, chosen);
  }),
  calls(
    FAULT,
    'page fault',
    () => do_pagefaults,
    (_k, my, to, cx) => {
      const { given, process } = actionOf(cx, my);
      to.vmp = process;
      to.addr = (given as unknown as Given).page;
      to.wr = given.do === 'write';
    },
    (_k, my, result) => {
      if (result === OK) return goto(RETRY);
      my.result = SIGSEGV;
      return goto(ANSWER);
    },
  ),
  at(RETRY, 'retry', (k, my, cx) => access(k, my, cx)),
  calls(
    TOUCH,
    'map_handle_memory',
    () => map_handle_memory,
    (k, my, to, cx) => {
      const { given, process } = actionOf(cx, my);
      const { page, pages } = given as unknown as Given;
      const region = the(regionAt(k, process, page));
      to.vmp = process;
      to.region = region;
      to.offset = page - k.regions[region].vaddr;
      to.length = pages;
      to.write = false;
    },
    answer,
  ),
  calls(
    FORK,
    'fork',
    () => do_fork,
    (_k, my, to, cx) => {
      to.vmp = actionOf(cx, my).source;
      to.vmc = actionOf(cx, my).dest;
    },
    answer,
  ),
  calls(
    EXIT,
    'exit',
    () => do_exit,
    (_k, my, to, cx) => {
      to.vmp = actionOf(cx, my).process;
    },
    answer,
  ),
  calls(
    MAP,
    'map_memory',
    () => map_memory,
    (k, my, to, cx) => {
      const { source, dest, page, at: to_page, pages, flag } = sharedBy(k, my, cx);
      to.sour = source;
      to.dest = dest;
      to.virt_s = page;
      to.virt_d = to_page;
      to.length = pages;
      to.flag = flag;
    },
    answer,
  ),
  calls(
    UNMAP,
    'unmap_memory',
    () => unmap_memory,
    (k, my, to, cx) => passUnmap(to, sharedBy(k, my, cx)),
    answer,
  ),
  calls(
    MUNMAP,
    'munmap',
    () => do_munmap,
    (_k, my, to, cx) => {
      const { given, process } = actionOf(cx, my);
      to.vmp = process;
      to.addr = (given as unknown as Given).page;
      to.len = (given as unknown as Given).pages;
    },
    answer,
  ),
  calls(
    MMAP,
    'mmap',
    () => map_page_region,
    (_k, my, to, cx) => {
      const { given, process } = actionOf(cx, my);
      to.vmp = process;
      to.vaddr = (given as unknown as Given).page;
      to.length = (given as unknown as Given).pages;
    },
    (k, my, result) => answer(k, my, result === null ? ENOMEM : OK), // mmap.c:79
  ),
  calls(
    BRK,
    'brk',
    () => map_region_extend,
    (k, my, to, cx) => {
      const { given, process } = actionOf(cx, my);
      to.vr = the(k.processes[process].vm_regions);
      to.delta = (given as unknown as Given).pages;
    },
    answer,
  ),
  calls(
    CHECK,
    'handle_memory',
    () => handle_memory,
    (_k, my, to, cx) => {
      const { given, process } = actionOf(cx, my);
      to.vmp = process;
      to.mem = (given as unknown as Given).page;
      to.len = (given as unknown as Given).pages;
      to.wrflag = true;
    },
    answer,
  ),
  calls(
    EXEC,
    'exec',
    () => new_mem,
    (_k, my, to, cx) => {
      const { given, process } = actionOf(cx, my);
      to.rmp = process;
      to.data = (given as unknown as Given).pages;
    },
    answer,
  ),
  calls(
    REMAP,
    'map_remap',
    () => map_remap,
    (k, my, to, cx) => {
      const { source, dest, page, at: da, pages } = sharedBy(k, my, cx);
      to.dvmp = dest;
      to.da = da;
      to.size = pages;
      to.region = the(regionAt(k, source, page)); // mmap.c:245
    },
    answer,
  ),
  at(ANSWER, 'VM answers', (k, my, cx) => finish(k, my, cx)),
]);
