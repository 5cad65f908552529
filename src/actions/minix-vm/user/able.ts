/** Which actions are possible: the state has what they need, and their guards let them pass. */

import type { SharingAction, UserAction } from '../../../model/minix-vm/scenario.ts';
import type { ProcessRef } from '../../../model/minix-vm/scope.ts';
import type { Kernel } from '../../../model/minix-vm/state.ts';
import { cover, regionAt } from '../../../model/minix-vm/tree.ts';
import { isDirect, mayWrite } from '../ghost.ts';
import { MESSAGE_PAGE } from '../fork.ts';
import type { Cx } from '../vocabulary.ts';
import type { Given } from './frame.ts';
import { recordsFor } from './records.ts';

export function isAble(k: Kernel, cx: Cx, index: number): boolean {
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
    case 'cowmap':
      return isMapAble(k, cx, source, dest, given);
    case 'remap':
      return isRemapAble(k, cx, source, dest, given);
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

/** What guards and records say of a map. */
function isMapAble(
  k: Kernel,
  cx: Cx,
  source: ProcessRef,
  dest: ProcessRef,
  given: Extract<UserAction, { do: SharingAction['do'] }>,
): boolean {
  const { scope } = cx;
  const { guards } = scope.scenario;
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

function isRemapAble(
  k: Kernel,
  cx: Cx,
  source: ProcessRef,
  dest: ProcessRef,
  given: Extract<UserAction, { do: 'remap' }>,
): boolean {
  const { guards } = cx.scope.scenario;
  if (!k.processes[source].alive) return false;
  const region = regionAt(k, source, given.page);
  if (region === null || k.regions[region].shared === 0) return false;
  const { vaddr, length } = k.regions[region];
  if (guards.insideRegions && (vaddr !== given.page || length !== given.pages)) return false;
  const taken = (i: number) => regionAt(k, dest, given.at + i) !== null;
  for (let i = 0; i < given.pages; i++) if (taken(i)) return false;
  return given.at + Math.max(length, given.pages) <= cx.scope.page.size;
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
