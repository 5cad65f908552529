/**
 * Flushes for a machine whose TLBs keep entries until they are flushed; vmm.c contains none. The
 * fix belongs to the hardware profile, not to the source, and is applied after all others.
 *
 * Each step flushes one core, in any order: a core takes the interrupt at any time, and the thread
 * that requested the flush continues after the last one. Cores that cache nothing of the pages are
 * left out, because they would read the new entry.
 */

import { forget } from '../../../hw/tlb.ts';
import { EXCP_NON_FATAL } from '../../../model/almos-mkh/step-invariants.ts';
import type { CopyRef, ThreadRef, VsegRef } from '../../../model/almos-mkh/scope.ts';
import type { Kernel } from '../../../model/almos-mkh/state.ts';
import type { Control } from '../../../machine/vocabulary.ts';
import { upTo } from '../../../state/values.ts';
import { hal_gpt_set_cow } from '../services/hal_gpt.ts';
import { at, blocked, goto, next } from '../vocabulary.ts';
import type { Cx } from '../vocabulary.ts';
import { left } from './edit.ts';
import type { Code, Fix, My } from './edit.ts';

/** The pages that a statement flushes: [first, end[. */
interface Pages {
  readonly first: (my: My) => number;
  readonly end: (my: My) => number;
}

const page: Pages = { first: (my) => my.vpn, end: (my) => my.vpn + 1 };
/** The same where `vpn` has been incremented already. */
const pageBefore: Pages = { first: (my) => my.vpn - 1, end: (my) => my.vpn };
const vseg: Pages = { first: (my) => my.vpn_base, end: (my) => my.vpn_max };

const entryOf = (k: Kernel, cx: Cx, copy: unknown, vpn: number) =>
  k.copies[copy as CopyRef].gpt[cx.scope.page.at(vpn)];

/** Cores whose TLB has one of the pages, as bits: those of a copy, or of its whole process. */
function remembering(
  k: Kernel,
  my: My,
  cx: Cx,
  { first, end }: Pages,
  copy: CopyRef,
  everywhere: boolean,
): number {
  const { process } = cx.scope.copies[copy];
  const last = Math.min(end(my), cx.scope.pages);
  let cores = 0;
  for (const t of cx.scope.thread.all) {
    const own = cx.scope.threads[t];
    if (everywhere ? own.process !== process : own.copy !== copy) continue;
    for (let vpn = first(my); vpn < last; vpn++) {
      if (k.threads[t].tlb[cx.scope.page.at(vpn)].frame !== null) cores |= 1 << t;
    }
  }
  return cores;
}

/** Any one of the cores: every choice is explored. */
function anyOf(cores: number, cx: Cx): ThreadRef {
  let count = 0;
  for (let left = cores; left !== 0; left &= left - 1) count += 1;
  let rest = cores;
  for (let skip = count > 1 ? cx.pick(count) : 0; skip > 0; skip--) rest &= rest - 1;
  return cx.scope.thread.at(31 - Math.clz32(rest & -rest));
}

/**
 * Adds the flush as a statement of its own: it flushes a core of `cores` per step, and runs `then`
 * in the step after the last one. Statements that jump there set `cores`.
 */
function addFlush(
  code: Code,
  name: string,
  line: number,
  { first, end }: Pages,
  then: (k: Kernel, my: My, cx: Cx) => Control,
): void {
  code.locals(name, (s) => ({ cores: upTo(2 ** s.thread.size - 1) }));
  code.put(name, [
    at(line, 'hal_tlb_flush', (k, my: My, cx) => {
      if (my.cores === 0) return then(k, my, cx);
      const core = anyOf(my.cores, cx);
      const { tlb } = k.threads[core];
      my.cores &= ~(1 << core);
      const last = Math.min(end(my), cx.scope.pages);
      for (let vpn = first(my); vpn < last; vpn++) forget(tlb[cx.scope.page.at(vpn)]);
      return goto(line);
    }),
  ]);
}

/** vmm_set_cow(): no core may still write to a page that is marked copy-on-write. */
function flushMarked(code: Code): void {
  const name = 'vmm_set_cow';
  // set-cow-locks-ptes holds the lock of the reference entry until the last entry is marked.
  const marks = 650.6;
  if (code.has(name, marks)) {
    code.run(name, marks, (k, my, cx, asBefore) => {
      const outcome = asBefore();
      if (outcome !== goto(651)) return outcome;
      entryOf(k, cx, my.copy, my.vpn).locked = cx.thread;
      my.cores = remembering(k, my, cx, page, my.copy, true);
      return goto(650.7);
    });
    addFlush(code, name, 650.7, page, (k, my, cx) => {
      entryOf(k, cx, my.copy, my.vpn).locked = null;
      return goto(651);
    });
  } else {
    code.run(name, 650, (k, my, cx, asBefore) => {
      const outcome = asBefore();
      if (outcome !== goto(651)) return outcome;
      my.cores = remembering(k, my, cx, vseg, my.target, false);
      return goto(650.7);
    });
    addFlush(code, name, 650.7, vseg, () => goto(651));
  }
}

/** The same for the stack of the thread that forks. */
function flushMarkedStack(code: Code): void {
  const name = 'process_make_fork';
  const { run: goOn } = code.get(name).statements.find(({ line }) => line === 1.5)!;
  code.run(name, 1.5, (k, my, cx, asBefore) => {
    const pte = entryOf(k, cx, my.site, my.vpn);
    if (pte.frame === null) return asBefore();
    if (pte.locked !== null) return blocked;
    hal_gpt_set_cow(k, cx, my.site, cx.scope.page.at(my.vpn));
    pte.locked = cx.thread;
    my.cores = remembering(k, my, cx, page, my.site, false);
    return next;
  });
  addFlush(code, name, 1.55, page, (k, my, cx) => {
    entryOf(k, cx, my.site, my.vpn).locked = null;
    return goOn!(k, my, cx);
  });
}

/**
 * No thread may write to the copy while cores still read the old frame. Until they are flushed, the
 * entry is LOCKED and not WRITABLE, so a write waits.
 */
function holdBack(k: Kernel, cx: Cx, copy: unknown, vpn: number): void {
  const pte = entryOf(k, cx, copy, vpn);
  pte.writable = false;
  pte.cow = true;
  pte.locked = cx.thread;
}

function releaseEntry(k: Kernel, cx: Cx, copy: unknown, vpn: number): void {
  const pte = entryOf(k, cx, copy, vpn);
  if (pte.locked !== cx.thread) return;
  pte.writable = true;
  pte.cow = false;
  pte.locked = null;
}

/** vmm_global_update_pte(), and vmm_handle_cow() for private vsegs: no core reads the old frame. */
function flushCopied(code: Code): void {
  const update = 'vmm_global_update_pte';
  for (const line of [537, 537.1]) {
    code.run(update, line, (k, my, cx, asBefore) => {
      const { locked } = entryOf(k, cx, my.copy, my.vpn);
      const outcome = asBefore();
      if (outcome !== left || my.kept) return outcome;
      if (locked !== null) holdBack(k, cx, my.copy, my.vpn);
      my.cores = remembering(k, my, cx, page, my.copy, true);
      return goto(538);
    });
  }
  addFlush(code, update, 538, page, (k, my, cx) => {
    releaseEntry(k, cx, my.copy, my.vpn);
    return cx.leave();
  });
  const handle = 'vmm_handle_cow';
  const after = code.has(handle, 2393) ? goto(2393) : undefined;
  for (const line of [2371, 2371.1]) {
    code.run(handle, line, (k, my, cx, asBefore) => {
      const outcome = asBefore();
      const isDone = outcome === left || outcome === after;
      if (!isDone || my.new_ppn === my.old_ppn) return outcome;
      holdBack(k, cx, my.gpt, my.vpn);
      my.cores = remembering(k, my, cx, page, my.gpt, false);
      return goto(2372);
    });
  }
  addFlush(code, handle, 2372, page, (k, my, cx) => {
    releaseEntry(k, cx, my.gpt, my.vpn);
    return after ?? cx.leave(EXCP_NON_FATAL);
  });
}

/** vmm_remove_vseg() and its variants: a frame is released when no core reaches it any more. */
function flushUnmapped(code: Code): void {
  const names = code.all().map((operation) => operation.name);
  for (const name of ['vmm_remove_vseg', 'vmm_unmap_pages']) {
    if (!names.includes(name)) continue;
    code.locals(name, () => ({ uncounted: upTo(1) }));
    code.run(name, 1275, (k, my, cx, asBefore) => {
      const outcome = asBefore();
      if (outcome === blocked) return outcome;
      my.uncounted = outcome === next ? 0 : 1; // refcount-counts-processes
      my.cores = remembering(k, my, cx, page, my.copy, false);
      return next;
    });
    addFlush(code, name, 1276, page, (_k, my) => (my.uncounted === 1 ? goto(1287) : next));
  }
  const copies = 'vmm_remove_copies';
  if (!names.includes(copies)) return;
  code.run(copies, 4, (k, my, cx, asBefore) => {
    asBefore();
    my.cores = remembering(k, my, cx, pageBefore, my.target, false);
    return next;
  });
  addFlush(code, copies, 4.5, pageBefore, (k, my) => {
    const { vpn_base, vpn_size } = k.vsegs[my.found as VsegRef];
    return my.vpn < vpn_base + vpn_size ? goto(4) : next;
  });
}

export const tlbFixes: readonly Fix[] = [
  {
    name: 'flush-tlbs',
    sentence:
      'Entries that are marked copy-on-write, replaced or removed are flushed from the TLBs of ' +
      'all cores before anything relies on the change.',
    diff: `
@@ vmm.c:650 vmm_set_cow()
                 hal_gpt_set_cow( remote_gpt_xp , vpn , 1 );
+                hal_tlb_flush( process , vpn , 1 );       // interrupts the cores, and waits
@@ vmm.c:537 vmm_global_update_pte() and vmm.c:2371 vmm_handle_cow(), where the frame is a new one
-        hal_gpt_update_pte( remote_gpt_xp, vpn, attr, ppn );
+        held = (attr & ~GPT_WRITABLE) | GPT_COW | GPT_LOCKED;
+        hal_gpt_update_pte( remote_gpt_xp, vpn, held, ppn );
+        hal_tlb_flush( process , vpn , 1 );
+        hal_gpt_update_pte( remote_gpt_xp, vpn, attr, ppn );
@@ vmm.c:1275 vmm_remove_vseg()
             hal_gpt_reset_pte( gpt_xp , vpn );
+            hal_tlb_flush( process , vpn , 1 );`,
    apply(code) {
      flushMarked(code);
      flushMarkedStack(code);
      flushCopied(code);
      flushUnmapped(code);
    },
  },
];
