/**
 * The step invariants about requests: what a map, an unmap or a failure has done, seen from
 * outside.
 */

import { OK, checks } from '../../model/minix-vm/step-invariants.ts';
import type { ProcessRef, RecordRef } from '../../model/minix-vm/scope.ts';
import type { Kernel } from '../../model/minix-vm/state.ts';
import { frameBehind, regionAt, visibleFrame } from '../../model/minix-vm/tree.ts';
import { frameAt } from './services/frames.ts';
import type { Cx } from './vocabulary.ts';
import { wantOf, eachPage, isDirect, mayWrite, inside } from './ghost.ts';
import type { Shared } from './ghost.ts';
import { insideDigest, outsideDigest } from './digests.ts';

/** Do source and destination of a map have the same frame, or the same value, page by page? */
function isComplete(k: Kernel, cx: Cx, shared: Shared): boolean {
  const { source, dest, page, at, flag } = shared;
  for (let i = 0; i < shared.pages; i++) {
    const from = frameBehind(k, source, page + i);
    const to = frameBehind(k, dest, at + i);
    if (from === 0 || to === 0) return false;
    if (from === to) continue;
    const [a, b] = [frameAt(cx, from), frameAt(cx, to)];
    if (flag >= 0 || a === null || b === null) return false;
    if (k.frames[a].content !== k.frames[b].content) return false;
  }
  return true;
}

/** Has the destination been given frames of its own for the whole range? */
function isSevered(k: Kernel, cx: Cx, shared: Shared): boolean {
  const { source, dest, page, at } = shared;
  if (shared.sourceGone || shared.destGone) return true;
  for (let i = 0; i < inside(cx, shared); i++) {
    const from = visibleFrame(k, source, cx.scope.page.at(page + i));
    const to = visibleFrame(k, dest, cx.scope.page.at(at + i));
    if (isDirect(k, dest, at + i)) continue;
    if (from !== 0 && from === to && !(source === dest && page === at)) return false;
  }
  return true;
}

/**
 * May the source write the page, so that it can let others? What the destination has there is
 * dropped first: if nobody else has the page, a page that was mapped read-only is the source's own.
 */
function mayGrant(
  k: Kernel,
  cx: Cx,
  { source, dest, page, at, pages }: Shared,
  i: number,
): boolean {
  if (mayWrite(k, cx, source, page + i)) return true;
  const { cell } = wantOf(k, cx, source, page + i);
  const region = regionAt(k, source, page + i);
  if (cell === 0 || region === null || !k.regions[region].writable) return false;
  let others = false;
  eachPage(k, cx, (p, n) => {
    if (k.processes[p].want[n].cell !== cell || (p === source && n === page + i)) return;
    if (!(p === dest && n >= at && n < at + pages)) others = true;
  });
  return !others;
}

/** Checks a map by its result, before the ghost memory follows. */
export function checkMap(k: Kernel, cx: Cx, shared: Shared, result: number): void {
  const { source, dest, at, flag } = shared;
  const complete = isComplete(k, cx, shared);
  if (result === OK) cx.check(checks.okMeansComplete, complete, source, dest);
  if (k.request.failed > 0 && !complete) cx.check(checks.failureIsReported, result !== OK, dest);
  if (result === OK && flag > 0) {
    for (let i = 0; i < inside(cx, shared); i++) {
      const rights = k.processes[dest].pte[cx.scope.page.at(at + i)].writable;
      cx.check(checks.noRightsGained, !rights || mayGrant(k, cx, shared, i), dest, at + i, source);
    }
  }
  const same = k.request.outside === outsideDigest(k, cx, shared);
  cx.check(checks.onlyRangeChanges, same, source, dest);
}

export function checkUnmap(k: Kernel, cx: Cx, shared: Shared, result: number): void {
  const severed = isSevered(k, cx, shared);
  if (result === OK) cx.check(checks.unmapSevers, severed, shared.source, shared.dest);
  if (k.request.failed > 0 && !severed) {
    cx.check(checks.failureIsReported, result !== OK, shared.dest);
  }
}

/** A request that failed must look, to the processes, as if it had not been made. */
export function checkFailure(k: Kernel, cx: Cx): void {
  cx.check(checks.failedRequestNoTrace, k.request.before === insideDigest(k, cx));
}

interface Place {
  readonly process: ProcessRef;
  readonly page: number;
}

/** The pages that mappings on record lead to from one: to destinations, or to both sides. */
function linked(k: Kernel, cx: Cx, from: Place, without: RecordRef | null, both: boolean): Place[] {
  const found = [from];
  const reach = (process: number, page: number): void => {
    if (found.some((one) => one.process === process && one.page === page)) return;
    found.push({ process: cx.scope.process.at(process), page });
  };
  for (let i = 0; i < found.length; i++) {
    const { process, page } = found[i];
    for (const r of cx.scope.record.all) {
      const { used, source, dest, page: start, target, pages } = k.records[r];
      if (!used || r === without) continue;
      const on = page - start;
      const back = page - target;
      if (source === process && on >= 0 && on < pages) reach(dest, target + on);
      if (both && dest === process && back >= 0 && back < pages) reach(source, start + back);
    }
  }
  return found;
}

/** A mapping on record is undone: does anybody still have the memory through it? */
export function checkRevoke(k: Kernel, cx: Cx, shared: Shared, record: RecordRef): void {
  const { source, dest, page, at } = shared;
  if (shared.sourceGone || shared.destGone) return;
  for (let i = 0; i < inside(cx, shared); i++) {
    const frame = visibleFrame(k, source, cx.scope.page.at(page + i));
    const own = linked(k, cx, { process: source, page: page + i }, record, true);
    const through = linked(k, cx, { process: dest, page: at + i }, record, false).slice(1);
    const isOwn = (other: Place) =>
      own.some(({ process, page: n }) => process === other.process && n === other.page);
    const keeper = through.find((other) => {
      const seen = visibleFrame(k, other.process, cx.scope.page.at(other.page));
      return seen === frame && !isOwn(other);
    });
    const kept = frame !== 0 && keeper !== undefined && !isDirect(k, source, page + i);
    if (through.length === 0) continue;
    cx.check(
      checks.revokeReachesTheChain,
      !kept,
      keeper?.process ?? dest,
      keeper?.page ?? at,
      source,
    );
  }
}
