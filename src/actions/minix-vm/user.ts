/**
 * User programs and what the kernel passes on for them: each action is an access, which may end in
 * a page fault, or one request to VM. A request runs from its first to its last step before anybody
 * else moves. Its last step is its own statement, where the ghost memory follows and the result is
 * judged.
 */

import {
  EFAULT,
  EINVAL,
  ENOMEM,
  OK,
  SIGSEGV,
  judged,
  resultNames,
} from '../../model/minix-vm/step-invariants.ts';
import type { SharingAction } from '../../model/minix-vm/scenario.ts';
import type { ProcessRef, RecordRef, Scope } from '../../model/minix-vm/scope.ts';
import type { Kernel } from '../../model/minix-vm/state.ts';
import { tidy } from '../../model/minix-vm/canonical-names.ts';
import { cover, regionAt } from '../../model/minix-vm/tree.ts';
import { int, optional, upTo } from '../../state/scalar.ts';
import type { Control } from '../../machine/vocabulary.ts';
import {
  accessPage,
  dropPage,
  forked,
  insideDigest,
  isDirect,
  judgeFailure,
  judgeMap,
  judgeRevoke,
  judgeUnmap,
  mapped,
  mayWrite,
  newPage,
  outsideDigest,
  remapped,
  unmapped,
} from './ghost.ts';
import type { Shared } from './ghost.ts';
import { new_mem } from './exec.ts';
import { do_exit } from './exit.ts';
import { do_fork, MESSAGE_PAGE } from './fork.ts';
import { hang } from './services.ts';
import { map_memory, unmap_memory } from './map_mem.ts';
import { do_munmap } from './mmap.ts';
import { do_pagefaults, handle_memory } from './pagefaults.ts';
import { map_handle_memory, map_page_region, map_region_extend, map_remap, the } from './region.ts';
import { blocked } from '../../machine/vocabulary.ts';
import { at, calls, goto, operation } from './vocabulary.ts';
import type { Cx } from './vocabulary.ts';

const ACT = 1;
const FAULT = 2;
const RETRY = 3;
const TOUCH = 4;
const FORK = 5;
const EXIT = 6;
const MAP = 7;
export const UNMAP = 8;
const MUNMAP = 9;
const MMAP = 10;
const BRK = 11;
const CHECK = 12;
const EXEC = 13;
const REMAP = 14;
const ANSWER = 15;

/** At most so many faults for one access. */
const ROUNDS = 3;

export interface UserLocals {
  /** The action under way: index + 1 into `Scope.actions`; 0 is none. */
  action: number;
  record: RecordRef | null;
  rounds: number;
  result: number;
}

export const answer = (_k: Kernel, my: UserLocals, result: number | null): Control => {
  my.result = result ?? OK;
  return goto(ANSWER);
};

const actionOf = (cx: Cx, my: UserLocals) => cx.scope.actions[my.action - 1];

type Ranges = Pick<SharingAction, 'page' | 'at' | 'pages'>;
type Given = { page: number; pages: number };

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

/** The arguments of unmap_memory. */
export function passUnmap(to: any, shared: Shared): void {
  const { source, dest, sourceGone, destGone } = shared;
  to.sour = sourceGone ? null : source;
  to.dest = destGone ? null : dest;
  to.virt_s = shared.page;
  to.virt_d = shared.at;
  to.length = shared.pages;
}

/** What a map or unmap is about: what the action says, or the record. */
function sharedBy(k: Kernel, my: UserLocals, cx: Cx): Shared {
  const { given, source, dest } = actionOf(cx, my);
  if (my.record !== null) return recorded(k, cx, my.record);
  const { page, at: to, pages, flag = 1 } = given as Partial<SharingAction> & Ranges;
  return { source, dest, sourceGone: false, destGone: false, page, at: to, pages, flag };
}

/** What a record says. */
export function recorded(k: Kernel, cx: Cx, r: RecordRef): Shared {
  const record = k.records[r];
  return {
    source: cx.scope.process.at(record.source),
    dest: cx.scope.process.at(record.dest),
    sourceGone: record.sourceGone,
    destGone: record.destGone,
    page: record.page,
    at: record.target,
    pages: record.pages,
    flag: 1,
  };
}

function isMapping(action: string): boolean {
  return action === 'safemap' || action === 'cowmap';
}

function begin(k: Kernel, my: UserLocals, cx: Cx, index: number): Control {
  const { given, process } = cx.scope.actions[index];
  my.action = index + 1;
  k.running = process;
  if (given.do === 'safeunmap' || given.do === 'revoke') {
    const record = chooseRecord(k, cx, index);
    if (record === null) return answer(k, my, EINVAL);
    my.record = record;
  }
  cx.note(() => describeAction(k, my, cx));
  if (cx.scope.script === undefined && given.do !== 'read' && given.do !== 'write') {
    k.request.before = insideDigest(k, cx);
    if (isMapping(given.do)) k.request.outside = outsideDigest(k, cx, sharedBy(k, my, cx));
  }
  switch (given.do) {
    case 'read':
    case 'write':
      return access(k, my, cx);
    case 'touch':
      return regionAt(k, process, given.page) === null ? answer(k, my, EFAULT) : goto(TOUCH);
    case 'fork':
      return goto(FORK);
    case 'exit':
      return goto(EXIT);
    case 'exec':
      return goto(EXEC);
    case 'safemap':
      addRecord(k, cx, index);
      return goto(MAP);
    case 'cowmap':
      return goto(MAP);
    case 'unmap':
    case 'safeunmap':
    case 'revoke':
      return goto(UNMAP);
    case 'munmap':
      return goto(MUNMAP);
    case 'mmap':
      return goto(MMAP);
    case 'brk':
      return k.processes[process].vm_regions === null ? answer(k, my, EINVAL) : goto(BRK);
    case 'check':
      return goto(CHECK);
    case 'remap':
      return goto(REMAP);
  }
}

/** The access, if the page table allows it; else a page fault, a few times at most. */
function access(k: Kernel, my: UserLocals, cx: Cx): Control {
  const { given, process } = actionOf(cx, my);
  const { page } = given as unknown as Given;
  const pte = k.processes[process].pte[cx.scope.page.at(page)];
  if (pte.frame !== 0 && (given.do === 'read' || pte.writable)) {
    const value = given.do === 'write' ? given.value : null;
    const seen = accessPage(k, cx, process, page, value);
    if (value === null && cx.scope.script !== undefined) cx.scope.script.value = seen;
    const check = value === null ? judged.legitReadSucceeds : judged.legitWriteSucceeds;
    if (cx.scope.script === undefined) cx.check(check, true);
    my.result = OK;
    return finish(k, my, cx);
  }
  if (my.rounds === ROUNDS) {
    return hang(k, cx);
  }
  my.rounds += 1;
  return goto(FAULT);
}

// Which actions are possible

function isAble(k: Kernel, cx: Cx, index: number): boolean {
  const { scope } = cx;
  const { given, process, source, dest } = scope.actions[index];
  const { guards } = scope.scenario;
  if (k.left[scope.action.at(index)].times === 0) return false;
  switch (given.do) {
    case 'read':
    case 'write':
      return regionAt(k, process, given.page) !== null;
    case 'touch':
      return isInside(k, process, given.page, given.pages) && isUntouched(k, process, given);
    case 'fork':
      if (k.processes[dest].alive) return false;
      // Who calls fork has a message buffer.
      if (!scope.options.forkMessageCheck) return true;
      return regionAt(k, source, MESSAGE_PAGE) !== null && !isDirect(k, source, MESSAGE_PAGE);
    case 'exit':
      return true;
    case 'exec':
      return !guards.recordedStay || !isRecorded(k, cx, process, 0, scope.page.size);
    case 'safemap':
    case 'cowmap': {
      if (given.do === 'safemap' && scope.record.all.every((r) => k.records[r].used)) return false;
      // The request of a process that is gone by the time VM looks at it.
      if (!k.processes[source].alive) return !guards.liveEndpoints;
      if (guards.insideRegions) {
        if (!isInside(k, source, given.page, given.pages)) return false;
        if (!isInside(k, dest, given.at, given.pages)) return false;
      }
      if (guards.twoRegions && source === dest) {
        if (regionAt(k, source, given.page) === regionAt(k, dest, given.at)) return false;
      }
      if (guards.writableRegions) {
        if (!isWritable(k, source, given.page) || !isWritable(k, dest, given.at)) return false;
      }
      if (guards.anonRegions && (isDirect(k, source, given.page) || isDirect(k, dest, given.at))) {
        return false;
      }
      if (guards.ownRights && given.flag > 0) {
        for (let i = 0; i < given.pages; i++) {
          if (!mayWrite(k, cx, source, given.page + i)) return false;
        }
      }
      return !guards.recordedStay || !isRecorded(k, cx, dest, given.at, given.pages);
    }
    case 'remap': {
      if (!k.processes[source].alive) return false;
      const region = regionAt(k, source, given.page);
      if (region === null || k.regions[region].shared === 0) return false;
      const { vaddr, length } = k.regions[region];
      if (guards.insideRegions && (vaddr !== given.page || length !== given.pages)) return false;
      const taken = (i: number) => regionAt(k, dest, given.at + i) !== null;
      for (let i = 0; i < given.pages; i++) if (taken(i)) return false;
      return given.at + Math.max(length, given.pages) <= scope.page.size;
    }
    case 'unmap':
      return k.processes[source].alive || !guards.liveEndpoints;
    case 'safeunmap':
    case 'revoke':
      return recordsFor(k, cx, index).length > 0;
    case 'munmap': {
      const region = regionAt(k, process, given.page);
      if (region === null) return false;
      const { vaddr, length } = k.regions[region];
      if (vaddr !== given.page || length < given.pages) return false;
      return !guards.recordedStay || !isRecorded(k, cx, process, given.page, given.pages);
    }
    case 'mmap':
      for (let i = 0; i < given.pages; i++) {
        if (given.page + i >= scope.page.size) return false;
        if (regionAt(k, process, given.page + i) !== null) return false;
      }
      return true;
    case 'brk': {
      const first = k.processes[process].vm_regions;
      if (first === null || k.regions[first].direct === 1) return false; // a heap is ANON
      const { vaddr, length } = k.regions[first];
      return vaddr + length + given.pages <= scope.page.size;
    }
    case 'check':
      // The kernel asks after a fault, and there is none where a device is.
      for (let i = 0; i < given.pages; i++) if (isDirect(k, process, given.page + i)) return false;
      if (regionAt(k, process, given.page) === null) return false;
      return !guards.writableRegions || isWritable(k, process, given.page);
  }
}

function isInside(k: Kernel, p: ProcessRef, page: number, pages: number): boolean {
  const region = regionAt(k, p, page);
  if (region === null) return false;
  const { vaddr, length } = k.regions[region];
  return page + pages <= vaddr + length;
}

function isWritable(k: Kernel, p: ProcessRef, page: number): boolean {
  const region = regionAt(k, p, page);
  return region !== null && k.regions[region].writable;
}

function isUntouched(k: Kernel, p: ProcessRef, { page, pages }: Given): boolean {
  for (let i = 0; i < pages; i++) if (cover(k, p, page + i) !== null) return false;
  return true;
}

/** Does the range overlap a recorded mapping of the process, on either side? */
function isRecorded(k: Kernel, cx: Cx, p: ProcessRef, page: number, pages: number): boolean {
  const overlaps = (from: number, count: number): boolean =>
    from < page + pages && page < from + count;
  return cx.scope.record.all.some((r) => {
    const record = k.records[r];
    if (!record.used) return false;
    const { destGone, sourceGone } = record;
    if (record.dest === p && !destGone && overlaps(record.target, record.pages)) return true;
    return record.source === p && !sourceGone && overlaps(record.page, record.pages);
  });
}

// Mappings on record in the kernel

function recordsFor(k: Kernel, cx: Cx, index: number): RecordRef[] {
  const { given, process } = cx.scope.actions[index];
  return cx.scope.record.all.filter((r) => {
    const { used, source, dest, sourceGone, destGone } = k.records[r];
    if (!used) return false;
    return given.do === 'revoke'
      ? source === process && !sourceGone
      : dest === process && !destGone;
  });
}

function chooseRecord(k: Kernel, cx: Cx, index: number): RecordRef | null {
  const { given } = cx.scope.actions[index];
  if (cx.scope.script !== undefined) {
    const wanted = (given as { record?: number }).record ?? 0;
    const record = cx.scope.record.all.find((r) => r === wanted - 1);
    return record !== undefined && k.records[record].used ? record : null;
  }
  const found = recordsFor(k, cx, index);
  return found[found.length > 1 ? cx.pick(found.length) : 0];
}

function addRecord(k: Kernel, cx: Cx, index: number): void {
  const { given, source, dest } = cx.scope.actions[index];
  if (given.do !== 'safemap') return;
  const { script } = cx.scope;
  const free = cx.scope.record.all.find((r) =>
    script === undefined ? !k.records[r].used : r === script.record,
  );
  const record = k.records[the(free ?? null)];
  record.used = true;
  record.source = source;
  record.dest = dest;
  record.sourceGone = !k.processes[source].alive;
  record.page = given.page;
  record.target = given.at;
  record.pages = given.pages;
  if (script !== undefined) script.record += 1;
}

export function dropRecord(k: Kernel, r: RecordRef): void {
  const record = k.records[r];
  record.used = false;
  record.source = 0;
  record.dest = 0;
  record.sourceGone = false;
  record.destGone = false;
  record.page = 0;
  record.target = 0;
  record.pages = 0;
}

/** A process is gone: the record goes too, or names an endpoint of nobody from now on. */
function forgetProcess(k: Kernel, cx: Cx, r: RecordRef, process: ProcessRef): void {
  const record = k.records[r];
  if (!record.used) return;
  if (record.source === process) record.sourceGone = true;
  if (record.dest === process) record.destGone = true;
  const { sourceGone, destGone } = record;
  if (!sourceGone && !destGone) return;
  if (cx.scope.script !== undefined || cx.scope.scenario.guards.liveEndpoints) dropRecord(k, r);
  else if (sourceGone && destGone) dropRecord(k, r);
}

// The end of a request

function finish(k: Kernel, my: UserLocals, cx: Cx): Control {
  const { result } = my;
  const { script } = cx.scope;
  cx.note(() => `${resultNames[result] ?? result}`);
  if (script === undefined) judgeAnswer(k, my, cx);
  follow(k, my, cx);
  if (script !== undefined) {
    script.result = result;
    script.done = true;
  }
  my.action = 0;
  my.record = null;
  my.rounds = 0;
  my.result = 0;
  k.running = null;
  k.request.failed = 0;
  k.request.persistent = false;
  k.request.before = 0;
  k.request.outside = 0;
  if (script === undefined) tidy(k, cx.scope, (text) => cx.note(text));
  return goto(ACT);
}

function judgeAnswer(k: Kernel, my: UserLocals, cx: Cx): void {
  const { given, process } = actionOf(cx, my);
  const { result } = my;
  cx.check(judged.requestTerminates, true);
  cx.check(judged.noPanic, true);
  cx.check(judged.noCrash, true);
  switch (given.do) {
    case 'read':
    case 'write': {
      if (result === OK) return;
      const entitled =
        given.do === 'write'
          ? mayWrite(k, cx, process, given.page)
          : k.processes[process].want[cx.scope.page.at(given.page)].cell !== 0;
      const check = given.do === 'write' ? judged.legitWriteSucceeds : judged.legitReadSucceeds;
      cx.check(check, !entitled || k.request.failed > 0, process, given.page);
      return;
    }
    case 'safemap':
    case 'cowmap':
      judgeMap(k, cx, sharedBy(k, my, cx), result);
      break;
    case 'unmap':
    case 'safeunmap':
    case 'revoke':
      judgeUnmap(k, cx, sharedBy(k, my, cx), result);
      if (my.record !== null && result === OK) {
        judgeRevoke(k, cx, sharedBy(k, my, cx), my.record);
      }
      break;
    default:
  }
  if (result !== OK) judgeFailure(k, cx);
}

/** The ghost memory and the kernel's records follow what VM answered. */
function follow(k: Kernel, my: UserLocals, cx: Cx): void {
  const { given, process, source, dest } = actionOf(cx, my);
  const ok = my.result === OK;
  switch (given.do) {
    case 'fork':
      if (ok) forked(k, cx, source, dest);
      return;
    case 'exit':
      for (const n of cx.scope.page.all) dropPage(k, cx, process, n);
      for (const r of cx.scope.record.all) forgetProcess(k, cx, r, process);
      return;
    case 'safemap':
    case 'cowmap':
      if (ok) mapped(k, cx, sharedBy(k, my, cx));
      return;
    case 'unmap':
    case 'safeunmap':
    case 'revoke':
      if (ok) unmapped(k, cx, sharedBy(k, my, cx));
      if (my.record !== null) dropRecord(k, my.record);
      return;
    case 'munmap':
      for (let i = 0; ok && i < given.pages; i++) dropPage(k, cx, process, given.page + i);
      return;
    case 'remap':
      if (ok) remapped(k, cx, sharedBy(k, my, cx));
      return;
    case 'mmap':
      for (let i = 0; ok && i < given.pages; i++) newPage(k, cx, process, given.page + i);
      return;
    case 'exec':
      for (const n of cx.scope.page.all) {
        if (!ok) return;
        dropPage(k, cx, process, n);
        newPage(k, cx, process, n);
      }
      return;
    case 'brk': {
      if (!ok) return;
      const region = k.regions[the(k.processes[process].vm_regions)];
      const end = region.vaddr + region.length;
      for (let n = end - given.pages; n < end; n++) newPage(k, cx, process, n);
      return;
    }
    default:
  }
}

/** What the action is called in traces. */
function describeAction(k: Kernel, my: UserLocals, cx: Cx): string {
  const { given } = actionOf(cx, my);
  const range = (page: number, pages: number): string =>
    pages === 1 ? `page ${page}` : `pages ${page}..${page + pages - 1}`;
  switch (given.do) {
    case 'read':
      return `read page ${given.page}`;
    case 'write':
      return `write ${given.value} to page ${given.page}`;
    case 'fork':
      return `fork ${given.child}`;
    case 'exit':
      return 'exit';
    case 'exec':
      return `exec, data ${range(0, given.pages)}`;
    case 'safemap':
    case 'cowmap':
    case 'unmap': {
      const flag = given.do === 'safemap' ? `, flag ${given.flag}` : '';
      const from = `${given.from} ${range(given.page, given.pages)}`;
      return `${given.do} ${from} at ${given.to} page ${given.at}${flag}`;
    }
    case 'safeunmap':
    case 'revoke': {
      const { source, at: to, pages } = sharedBy(k, my, cx);
      return `${given.do} ${range(to, pages)}, mapped from ${cx.scope.processNames[source]}`;
    }
    case 'brk':
      return `brk, ${given.pages} more`;
    case 'remap': {
      const from = `${given.from} ${range(given.page, given.pages)}`;
      return `remap ${from} at ${given.to} page ${given.at}`;
    }
    default:
      return `${nameOf(given.do)} ${range(given.page, given.pages)}`;
  }
}

function nameOf(action: string): string {
  return action === 'check' ? 'kernel check of' : action;
}
