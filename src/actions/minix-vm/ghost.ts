/**
 * The ghost memory: what each process is entitled to see. Every page of a region belongs to a
 * logical cell; sharing pages puts them into one cell, unmapping takes them apart again, and a fork
 * gives the child cells of its own. What VM does is compared with that at the end of each request.
 */

import { checks } from '../../model/minix-vm/step-invariants.ts';
import type { PageRef, ProcessRef } from '../../model/minix-vm/scope.ts';
import type { Kernel } from '../../model/minix-vm/state.ts';
import { regionAt, visibleFrame, visibleValue } from '../../model/minix-vm/tree.ts';
import { frameAt } from './services/frames.ts';
import type { Cx } from './vocabulary.ts';

export const numberOf = (cx: Cx, p: ProcessRef, n: number): number =>
  p * cx.scope.page.size + n + 1;

export function wantOf(k: Kernel, cx: Cx, p: ProcessRef, n: number) {
  return k.processes[p].want[cx.scope.page.at(n)];
}

/** Calls `visit` with each page that is in a cell. */
export function eachPage(k: Kernel, cx: Cx, visit: (p: ProcessRef, n: PageRef) => void): void {
  for (const p of cx.scope.process.all) {
    for (const n of cx.scope.page.all) if (k.processes[p].want[n].cell !== 0) visit(p, n);
  }
}

function members(k: Kernel, cx: Cx, cell: number): number {
  let count = 0;
  eachPage(k, cx, (p, n) => {
    if (k.processes[p].want[n].cell === cell) count += 1;
  });
  return count;
}

/** Memory of a device, which a fork shares and an unmap leaves as it is. */
export function isDirect(k: Kernel, p: ProcessRef, n: number): boolean {
  const region = regionAt(k, p, n);
  return region !== null && k.regions[region].direct === 1;
}

/** Memory that a child has together with its parent: that of a device, and SHARED regions. */
function isInherited(k: Kernel, p: ProcessRef, n: number): boolean {
  const region = regionAt(k, p, n);
  return region !== null && (k.regions[region].direct === 1 || k.regions[region].shared === 1);
}

/** May the process write this page, by the specification? */
export function mayWrite(k: Kernel, cx: Cx, p: ProcessRef, n: number): boolean {
  const { cell, marked } = wantOf(k, cx, p, n);
  const region = regionAt(k, p, n);
  if (region === null) return false;
  const { writable, direct } = k.regions[region];
  if (direct === 1) return cell !== 0;
  if (!writable) return false;
  return cell !== 0 && !(marked && members(k, cx, cell) > 1);
}

/** The page leaves its cell for one of its own, with the same value and unmarked. */
function leaveCell(k: Kernel, cx: Cx, p: ProcessRef, n: number): void {
  const own = numberOf(cx, p, n);
  const want = wantOf(k, cx, p, n);
  const old = want.cell;
  want.cell = own;
  want.marked = false;
  relabel(k, cx, old, own);
}

/** The page is in no cell any more. */
export function dropPage(k: Kernel, cx: Cx, p: ProcessRef, n: number): void {
  const want = wantOf(k, cx, p, n);
  const old = want.cell;
  want.cell = 0;
  want.value = 0;
  want.marked = false;
  relabel(k, cx, old, numberOf(cx, p, n));
}

export function newPage(k: Kernel, cx: Cx, p: ProcessRef, n: number, value = 0): void {
  const want = wantOf(k, cx, p, n);
  want.cell = numberOf(cx, p, n);
  want.value = value;
  want.marked = false;
}

/**
 * `gone` has left the cell `old`: it is named after its least member, and nobody alone is marked.
 */
function relabel(k: Kernel, cx: Cx, old: number, gone: number): void {
  if (old === 0) return;
  let label = 0;
  let count = 0;
  eachPage(k, cx, (p, n) => {
    const want = k.processes[p].want[n];
    if (want.cell !== old || numberOf(cx, p, n) === gone) return;
    if (label === 0) label = numberOf(cx, p, n);
    count += 1;
  });
  eachPage(k, cx, (p, n) => {
    const want = k.processes[p].want[n];
    if (want.cell !== old || numberOf(cx, p, n) === gone) return;
    if (count === 1) want.marked = false;
    want.cell = label;
  });
}

/** D's page joins the cell of S's page, which D may have to leave alone. */
function joinCell(
  k: Kernel,
  cx: Cx,
  s: { readonly process: ProcessRef; readonly page: number },
  d: { readonly process: ProcessRef; readonly page: number },
  readOnly: boolean,
): void {
  const from = wantOf(k, cx, s.process, s.page);
  const own = numberOf(cx, d.process, d.page);
  const want = wantOf(k, cx, d.process, d.page);
  if (own === numberOf(cx, s.process, s.page)) return;
  const marked = readOnly || !mayWrite(k, cx, s.process, s.page);
  want.value = from.value;
  want.cell = from.cell;
  want.marked = marked;
  const label = Math.min(from.cell, own);
  const old = from.cell;
  eachPage(k, cx, (p, n) => {
    if (k.processes[p].want[n].cell === old) k.processes[p].want[n].cell = label;
  });
}

/** A range that a map or an unmap names, by their slots: the process itself may be gone. */
export interface Shared {
  readonly source: ProcessRef;
  readonly dest: ProcessRef;
  readonly sourceGone: boolean;
  readonly destGone: boolean;
  readonly page: number;
  readonly at: number;
  readonly pages: number;
  readonly flag: number;
}

export function inside(cx: Cx, { page, at, pages }: Shared): number {
  return Math.min(pages, cx.scope.page.size - page, cx.scope.page.size - at);
}

/** A map has been answered with OK. */
export function mapped(k: Kernel, cx: Cx, shared: Shared): void {
  const { source, dest, page, at, flag } = shared;
  const pages = inside(cx, shared);
  const values: number[] = [];
  for (let i = 0; i < pages; i++) values.push(wantOf(k, cx, source, page + i).value);
  for (let i = 0; i < pages; i++) {
    if (wantOf(k, cx, dest, at + i).cell === 0) continue;
    if (source === dest && page === at) continue;
    leaveCell(k, cx, dest, at + i);
  }
  for (let i = 0; i < pages; i++) {
    if (wantOf(k, cx, dest, at + i).cell === 0) continue;
    if (flag < 0) newPage(k, cx, dest, at + i, values[i]);
    else if (wantOf(k, cx, source, page + i).cell !== 0) {
      const s = { process: source, page: page + i };
      joinCell(k, cx, s, { process: dest, page: at + i }, flag === 0);
    }
  }
}

/** An unmap has been answered with OK: what is still shared as recorded, is shared no more. */
export function unmapped(k: Kernel, cx: Cx, shared: Shared): void {
  const { source, dest, page, at } = shared;
  if (shared.sourceGone || shared.destGone) return;
  for (let i = 0; i < inside(cx, shared); i++) {
    const { cell } = wantOf(k, cx, dest, at + i);
    if (cell === 0 || (source === dest && page === at) || isDirect(k, dest, at + i)) continue;
    if (cell === wantOf(k, cx, source, page + i).cell) leaveCell(k, cx, dest, at + i);
  }
}

/** A remap has been answered with OK: the destination has new pages, together with the source. */
export function remapped(k: Kernel, cx: Cx, shared: Shared): void {
  const { source, dest, page, at } = shared;
  for (let i = 0; i < inside(cx, shared); i++) {
    newPage(k, cx, dest, at + i);
    if (wantOf(k, cx, source, page + i).cell === 0) continue;
    joinCell(k, cx, { process: source, page: page + i }, { process: dest, page: at + i }, false);
  }
}

/** The child has the same values in cells of its own; what is inherited is the same for both. */
export function forked(k: Kernel, cx: Cx, parent: ProcessRef, child: ProcessRef): void {
  for (const n of cx.scope.page.all) {
    const { cell, value } = k.processes[parent].want[n];
    if (cell === 0) continue;
    newPage(k, cx, child, n, value);
    if (!isInherited(k, parent, n)) continue;
    joinCell(k, cx, { process: parent, page: n }, { process: child, page: n }, false);
  }
}

/** The access itself, once the page table allows it. */
export function accessPage(
  k: Kernel,
  cx: Cx,
  p: ProcessRef,
  n: number,
  value: number | null,
): number {
  const page = cx.scope.page.at(n);
  const number = k.processes[p].pte[page].frame;
  const frame = frameAt(cx, number);
  const used = frame !== null && k.frames[frame].used;
  cx.check(checks.noAccessToFreeFrame, used, p, n, number);
  if (!used) {
    const text = `access-free ${value === null ? 'read' : 'write'} ${number}`;
    cx.scope.script?.events.push(text);
    cx.note(() => text);
  }
  if (frame === null) return 0;
  if (value === null) return k.frames[frame].content;
  k.frames[frame].content = value;
  if (cx.scope.script === undefined) wrote(k, cx, p, page, number, value);
  return value;
}

function wrote(
  k: Kernel,
  cx: Cx,
  p: ProcessRef,
  page: PageRef,
  frame: number,
  value: number,
): void {
  cx.check(checks.readonlyHolds, mayWrite(k, cx, p, page), p, page);
  const { cell } = k.processes[p].want[page];
  eachPage(k, cx, (q, n) => {
    const want = k.processes[q].want[n];
    if (want.cell === cell) {
      want.value = value;
      if (q === p && n === page) return;
      const seen = visibleValue(k, cx.scope, q, n);
      cx.check(checks.smapVisibility, seen === value, q, n, p);
    } else {
      const reached = visibleFrame(k, q, n) === frame && want.value !== value;
      cx.check(checks.cowIsolation, !reached, q, n, p);
    }
  });
}
