/** Mappings that the kernel has on record, and what a request says of one. */

import type { SharingAction } from '../../../model/minix-vm/scenario.ts';
import type { ProcessRef, RecordRef } from '../../../model/minix-vm/scope.ts';
import type { Kernel } from '../../../model/minix-vm/state.ts';
import type { Shared } from '../ghost.ts';
import { the } from '../region.ts';
import type { Cx } from '../vocabulary.ts';
import type { UserLocals } from './frame.ts';
import { actionOf } from './frame.ts';

type Ranges = Pick<SharingAction, 'page' | 'at' | 'pages'>;

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
export function sharedBy(k: Kernel, my: UserLocals, cx: Cx): Shared {
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

export function recordsFor(k: Kernel, cx: Cx, index: number): RecordRef[] {
  const { given, process } = cx.scope.actions[index];
  return cx.scope.record.all.filter((r) => {
    const { used, source, dest, sourceGone, destGone } = k.records[r];
    if (!used) return false;
    return given.do === 'revoke'
      ? source === process && !sourceGone
      : dest === process && !destGone;
  });
}

export function chooseRecord(k: Kernel, cx: Cx, index: number): RecordRef | null {
  const { given } = cx.scope.actions[index];
  if (cx.scope.script !== undefined) {
    const wanted = (given as { record?: number }).record ?? 0;
    const record = cx.scope.record.all.find((r) => r === wanted - 1);
    return record !== undefined && k.records[record].used ? record : null;
  }
  const found = recordsFor(k, cx, index);
  return found[found.length > 1 ? cx.pick(found.length) : 0];
}

export function addRecord(k: Kernel, cx: Cx, index: number): void {
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
export function forgetProcess(k: Kernel, cx: Cx, r: RecordRef, process: ProcessRef): void {
  const record = k.records[r];
  if (!record.used) return;
  if (record.source === process) record.sourceGone = true;
  if (record.dest === process) record.destGone = true;
  const { sourceGone, destGone } = record;
  if (!sourceGone && !destGone) return;
  if (cx.scope.script !== undefined || cx.scope.scenario.guards.liveEndpoints) dropRecord(k, r);
  else if (sourceGone && destGone) dropRecord(k, r);
}
