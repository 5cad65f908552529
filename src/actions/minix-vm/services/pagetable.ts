/** Page tables: i386/pagetable.c. */

import type { ProcessRef } from '../../../model/minix-vm/scope.ts';
import { tooFew } from '../../../model/minix-vm/bounds.ts';
import { signed } from '../../../model/minix-vm/state.ts';
import type { Kernel } from '../../../model/minix-vm/state.ts';
import { ModelError } from '../../../errors.ts';
import type { Cx } from '../vocabulary.ts';
import { fails } from './failures.ts';

/** pt_writemap over existing page-table pages, whole pages only; frame 0 clears. */
export function pt_writemap(
  k: Kernel,
  cx: Cx,
  process: ProcessRef,
  address: number,
  frame: number,
  length: number,
  writable: boolean,
): void {
  for (let i = 0; i < Math.floor(length); i++) {
    const n = signed(Math.floor(address) + i);
    if (n < 0) throw new ModelError(`VM maps page ${n}, and no page has a number below 0`);
    if (n >= cx.scope.page.size) tooFew(cx.scope, 'pages');
    const pte = k.processes[process].pte[cx.scope.page.at(n)];
    pte.frame = frame === 0 ? 0 : Math.floor(frame) + i;
    pte.writable = frame !== 0 && writable;
  }
}

/** Frees the page table. */
export function pt_free(k: Kernel, cx: Cx, process: ProcessRef): void {
  pt_writemap(k, cx, process, 0, 0, cx.scope.page.size, false);
  k.processes[process].tables = 0;
}

/**
 * What pt_writemap does first: makes the pages of the page table that a range needs, the one of the
 * address behind it included. False if one cannot be had; those made before stay. A script names
 * the calls that fail; it does not keep account of tables.
 */
export function pt_ptalloc(
  k: Kernel,
  cx: Cx,
  process: ProcessRef,
  address: number,
  length: number,
  point: () => string,
): boolean {
  const { options, script, tables, scenario } = cx.scope;
  if (!options.pteWriteMayFail) return true;
  if (script !== undefined) return !fails(k, cx, point, false);
  const last = Math.floor((address + Math.floor(length)) / scenario.tablePages);
  for (let t = Math.floor(address / scenario.tablePages); t <= last; t++) {
    if (t < 0 || t >= tables || (k.processes[process].tables & (1 << t)) !== 0) continue;
    if (fails(k, cx, point, false)) return false;
    k.processes[process].tables |= 1 << t;
  }
  return true;
}
