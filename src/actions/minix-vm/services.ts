/**
 * What the functions of VM call, under their C names: slab objects, frames, page tables, assertions
 * and panics. Calls are made for a request, may fail by a budget (or because a script says so),
 * write down what happens, and put the invariants about steps to the test.
 */

import { assertions, fatal, judged } from '../../model/minix-vm/step-invariants.ts';
import type { Assertion, Fatal } from '../../model/minix-vm/step-invariants.ts';
import type { FrameRef, PbRef, PrRef, ProcessRef, RegionRef } from '../../model/minix-vm/scope.ts';
import { tooFew } from '../../model/minix-vm/bounds.ts';
import { signed } from '../../model/minix-vm/state.ts';
import { unusedPb, unusedPr } from '../../model/minix-vm/objects.ts';
import type { Kernel } from '../../model/minix-vm/state.ts';
import { ModelError } from '../../errors.ts';
import type { Control } from '../../machine/vocabulary.ts';
import { stuck } from './vocabulary.ts';
import type { Cx } from './vocabulary.ts';

/** Something that a reader of a trace, or of a script's events, is told. */
export function event(cx: Cx, text: () => string): void {
  cx.scope.script?.events.push(text());
  cx.note(text);
}

// Failures

/**
 * May the call at failure point `point` fail although there is room? Every answer is explored while
 * the budget lasts; `object` is a slab object, which a persistent failure refuses from then on.
 */
export function fails(k: Kernel, cx: Cx, point: () => string, object: boolean): boolean {
  const { script, scenario } = cx.scope;
  if (script !== undefined) {
    const before = script.reached;
    const failed = script.fails(point(), object);
    if (failed && !before) event(cx, () => `fail ${point()}`);
    if (failed) noteFailure(k);
    if (script.tries > 400) k.halted = 'hang';
    if (script.failing) k.request.persistent = true;
    return failed;
  }
  if (object && k.request.persistent) {
    event(cx, () => `fail ${point()} again`);
    return true;
  }
  if (k.failures === 0 || k.request.failed >= scenario.failuresPerRequest) return false;
  const answer = cx.pick(object && scenario.persistent ? 3 : 2);
  if (answer === 0) return false;
  k.failures -= 1;
  noteFailure(k);
  if (answer === 2) k.request.persistent = true;
  event(cx, () => `fail ${point()}${answer === 2 ? ', and all later ones' : ''}`);
  return true;
}

/** An allocation of the request under way has failed, on purpose or for lack of room. */
function noteFailure(k: Kernel): void {
  if (k.request.failed < 7) k.request.failed += 1;
}

// Assertions and panics: util.h

/** False if VM stops here: then the statement answers `stuck`. */
export function vm_assert(k: Kernel, cx: Cx, name: Assertion, holds: boolean): boolean {
  const mode = cx.scope.options.assert;
  if (holds) {
    cx.check(judged.noAssert, true);
    return true;
  }
  event(cx, () => `assert ${name}`);
  if (mode === 'ignore') return true;
  cx.check(judged.noAssert, false, assertions.indexOf(name));
  if (mode === 'report') return true;
  k.halted = 'assert';
  return false;
}

/** utility.c: does the endpoint name a process? */
export function vm_isokendpt(k: Kernel, process: ProcessRef): boolean {
  return k.processes[process].alive;
}

export function panic(k: Kernel, cx: Cx, where: Fatal): Control {
  cx.check(judged.noPanic, false, fatal.indexOf(where));
  cx.note(() => `panic: ${where}`);
  k.halted = 'panic';
  return stuck;
}

/** A null pointer is followed. */
export function crash(k: Kernel, cx: Cx, where: Fatal): Control {
  cx.check(judged.noCrash, false, 0, fatal.indexOf(where));
  cx.note(() => `crash: ${where}`);
  k.halted = 'crash';
  return stuck;
}

/** The request provably comes back to where it was, with nothing in between that could end it. */
export function hang(k: Kernel, cx: Cx): Control {
  cx.check(judged.requestTerminates, false);
  cx.note(() => 'for ever');
  k.halted = 'hang';
  return stuck;
}

// Slab objects: slaballoc.c

const kinds = ['pb', 'pr', 'region', 'tree'] as const;

function usesFreed(cx: Cx, kind: (typeof kinds)[number], i: number): void {
  const { script } = cx.scope;
  cx.check(judged.noCrash, false, 1, kinds.indexOf(kind));
  if (script === undefined || script.first(`${kind} ${i}`)) event(cx, () => `freed-object ${kind}`);
}

/** A phys_block whose fields are about to be read or written; assertions do not count. */
export function pbOf(k: Kernel, cx: Cx, pb: PbRef | null): Kernel['blocks'][PbRef] {
  if (pb === null) throw new ModelError('a phys_region without a phys_block is followed');
  if (k.blocks[pb].slab !== 'live') usesFreed(cx, 'pb', pb);
  return k.blocks[pb];
}

export function prOf(k: Kernel, cx: Cx, pr: PrRef): Kernel['physRegions'][PrRef] {
  if (k.physRegions[pr].slab !== 'live') usesFreed(cx, 'pr', pr);
  return k.physRegions[pr];
}

/** A region about to be used, and its tree if `tree`. */
export function regionOf(
  k: Kernel,
  cx: Cx,
  region: RegionRef,
  tree = false,
): Kernel['regions'][RegionRef] {
  if (k.regions[region].slab !== 'live') usesFreed(cx, 'region', region);
  if (tree && k.regions[region].tree !== 'live') usesFreed(cx, 'tree', region);
  return k.regions[region];
}

/**
 * SLABALLOC of a phys_block: null if it fails. Fields other than share_flag are written by callers.
 */
export function allocPb(k: Kernel, cx: Cx, point: () => string): PbRef | null {
  if (fails(k, cx, point, true)) return null;
  const pb = unusedPb(k, cx.scope);
  k.blocks[pb].slab = 'live';
  k.blocks[pb].share_flag = cx.scope.options.newBlockShare;
  return pb;
}

export function allocPr(k: Kernel, cx: Cx, point: () => string): PrRef | null {
  if (fails(k, cx, point, true)) return null;
  const pr = unusedPr(k, cx.scope);
  k.physRegions[pr].slab = 'live';
  return pr;
}

export function freePb(k: Kernel, pb: PbRef): void {
  k.blocks[pb].slab = 'freed';
}

export function freePr(k: Kernel, pr: PrRef): void {
  k.physRegions[pr].slab = 'freed';
}

// Frames: alloc.c

/**
 * ALLOC_MEM: the first frame of a run, counted from 1, or 0. Of a length that is no whole pages,
 * only those count; for none of them the lowest free frame is the answer, and nothing is taken.
 */
export function ALLOC_MEM(
  k: Kernel,
  cx: Cx,
  length: number,
  clear: boolean,
  point: () => string,
): number {
  if (fails(k, cx, point, false)) return 0;
  const { frame } = cx.scope;
  const pages = Math.floor(length);
  let run = 0;
  for (const f of frame.all) {
    run = k.frames[f].used ? 0 : run + 1;
    if (run < Math.max(pages, 1)) continue;
    const first = f - Math.max(pages, 1) + 1;
    if (pages === 0) return first + 1;
    for (let i = first; i <= f; i++) {
      k.frames[frame.at(i)].used = true;
      if (clear) k.frames[frame.at(i)].content = 0;
    }
    event(cx, () => `alloc ${first + 1}+${pages}`);
    return first + 1;
  }
  event(cx, () => `no-frames ${pages}`);
  noteFailure(k);
  return 0;
}

/** FREE_MEM: of what is no whole page, nothing is given back. */
export function FREE_MEM(k: Kernel, cx: Cx, address: number, bytes: number): void {
  const [first, length] = [Math.floor(address), Math.floor(bytes)];
  if (length === 0) return;
  let twice = 0;
  let device = 0;
  for (let f = first; f < first + length; f++) {
    const frame = frameAt(cx, f);
    if (frame === null) continue;
    if (!k.frames[frame].used) {
      twice = f;
      event(cx, () => `double-free ${f}`);
    }
    if (k.frames[frame].device === 1) device = f;
    k.frames[frame].used = false;
  }
  cx.check(judged.noDoubleFree, twice + device === 0, twice, device);
  if (twice === 0) event(cx, () => `free ${first}+${length}`);
}

/** The frame of the machine with this number, or null outside of the machine. */
export function frameAt(cx: Cx, number: number): FrameRef | null {
  return number < 1 || number > cx.scope.frame.size ? null : cx.scope.frame.at(number - 1);
}

/** sys_abscopy. What a frame holds is at its start; the second half of every frame is zero. */
export function copyFrames(k: Kernel, cx: Cx, from: number, to: number, length: number): void {
  for (let at = Math.ceil(to); at < to + length; at++) {
    const address = from + at - to;
    const source = frameAt(cx, Math.floor(address));
    const target = frameAt(cx, at);
    if (source === null || target === null) continue;
    k.frames[target].content = address % 1 === 0 ? k.frames[source].content : 0;
  }
  event(cx, () => `copy ${from}>${to}+${length}`);
}

// Page tables: i386/pagetable.c

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
