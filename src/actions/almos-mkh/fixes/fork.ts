/** Fixes of fork: what it copies, under which locks, and how it fails. */

import { hal_gpt_lock_pte } from '../../../model/almos-mkh/gpt.ts';
import { remote_rwlock_rd_acquire, remote_rwlock_rd_release } from '../../../hw/locks.ts';
import type { CopyRef, VsegRef } from '../../../model/almos-mkh/scope.ts';
import type { Kernel } from '../../../model/almos-mkh/state.ts';
import { upTo } from '../../../state/values.ts';
import { assertionFails, assertionHolds } from '../services/failures.ts';
import { hal_gpt_set_cow } from '../services/hal_gpt.ts';
import { lockCopies, unlockCopies, checkCopiesWalk } from '../services/copies.ts';
import { vseg_alloc } from '../services/vseg.ts';
import { initialiseAllocators, vmm_destroy } from '../vmm.ts';
import { at, blocked, calls, goto, next } from '../vocabulary.ts';
import type { Cx } from '../vocabulary.ts';
import { left } from './edit.ts';
import type { AlmosStatement, Fix, My } from './edit.ts';

/**
 * Where set-cow-locks-ptes marks an entry in one copy after the other;
 * lock-copies takes its lock above.
 */
const MARKS = 650.6;

const gpt = (k: Kernel, cx: Cx, copy: unknown, vpn: number) =>
  vpn >= 0 && vpn < cx.scope.pages
    ? k.copies[copy as CopyRef].gpt[cx.scope.page.at(vpn)]
    : undefined;

/** False if a descriptor is missing: the fork fails. */
function copyAllocator(k: Kernel, cx: Cx, from: CopyRef, to: CopyRef): boolean {
  initialiseAllocators(k, cx, to);
  k.copies[to].first_free_vpn = k.copies[from].first_free_vpn;
  for (const order of cx.scope.order.all) {
    const { parked } = k.copies[from].zombi_list[order];
    for (let i = 0; i < parked.length; i++) {
      const source = k.vsegs[parked.at(i) as VsegRef];
      const vseg = vseg_alloc(k, cx, cx.scope.copies[to].cluster);
      if (vseg === null) return false;
      k.vsegs[vseg].state = 'zombi';
      k.vsegs[vseg].type = source.type;
      k.vsegs[vseg].vpn_base = source.vpn_base;
      k.vsegs[vseg].vpn_size = source.vpn_size;
      k.copies[to].zombi_list[order].parked.push(vseg);
    }
  }
  return true;
}

export const forkFixes: readonly Fix[] = [
  {
    name: 'child-allocators-first',
    sentence: 'The allocators of a child, locks included, are ready before anything can fail.',
    diff: `
@@ vmm.c:748 vmm_fork_copy()
     child_vmm->vsegs_nr = 0;
+    ... (lines 889 to 901, and busylock_init() of both locks)`,
    apply(code) {
      code.run('vmm_fork_copy', 751, (k, my, cx, asBefore) => {
        initialiseAllocators(k, cx, my.child);
        k.copies[my.child as CopyRef].poison = false;
        return asBefore();
      });
    },
  },
  {
    name: 'unlock-parent-on-failure',
    sentence: 'A fork that fails releases the VSL of the parent.',
    diff: `
@@ vmm.c:791 and vmm.c:839 vmm_fork_copy()
                 vmm_destroy( child_process );
+                remote_rwlock_rd_release( parent_lock_xp );`,
    apply(code) {
      for (const line of [791, 839]) code.then('vmm_fork_copy', line, () => goto(841));
      code.put('vmm_fork_copy', [
        at(841, 'remote_rwlock_rd_release', (k, my: My, cx) => {
          remote_rwlock_rd_release(k.copies[my.parent as CopyRef].vsl_lock, cx.thread);
          return cx.leave(-1);
        }),
      ]);
    },
  },
  {
    name: 'undo-fork-without-kernel-vsegs',
    sentence: 'A fork that cannot add the kernel vsegs undoes what it copied.',
    diff: `
@@ vmm.c:883 vmm_fork_copy()
     if( error )
     {
+        vmm_destroy( child_process );`,
    apply(code) {
      code.run('vmm_fork_copy', 881, (_k, _my, cx, asBefore) => {
        const outcome = asBefore();
        return outcome === left && cx.result === -1 ? goto(885) : outcome;
      });
      code.put('vmm_fork_copy', [
        calls(
          885,
          'vmm_destroy',
          () => vmm_destroy,
          (_k, my: My, to) => {
            to.copy = my.child;
          },
          (_k, _my, _result, cx) => cx.leave(-1),
        ),
      ]);
    },
  },
  {
    name: 'child-inherits-mmap-zone',
    sentence: 'A child has the mmap allocator of its parent, as it has the vsegs of its parent.',
    diff: `
@@ vmm.c:877 vmm_fork_copy()
+    // still under the parent VSL lock
+    child_vmm->mmap_mgr.first_free_vpn = parent_vmm->mmap_mgr.first_free_vpn;
+    for each zombi vseg of the parent: the same range, in a descriptor of the child
     remote_rwlock_rd_release( parent_lock_xp );
@@ vmm.c:897
-    child_vmm->mmap_mgr.first_free_vpn  = CONFIG_VMM_HEAP_BASE;
-    for( i = 0 ; i < 32 ; i++ ) xlist_root_init( ... );`,
    apply(code) {
      code.run('vmm_fork_copy', 878, (k, my, cx, asBefore) => {
        if (k.copies[my.parent as CopyRef].mmap_lock.holder !== null) return blocked;
        return copyAllocator(k, cx, my.parent, my.child) ? asBefore() : goto(839);
      });
      code.run('vmm_fork_copy', 881, (k, my, cx, asBefore) => {
        const child = k.copies[my.child as CopyRef];
        const free = child.first_free_vpn;
        // Nobody else knows the lists of the child: they are set aside around the initialisation.
        const zombi = cx.scope.order.all.map((order) => {
          const { parked } = child.zombi_list[order];
          const refs = Array.from({ length: parked.length }, (_, i) => parked.at(i) as VsegRef);
          parked.splice(0, parked.length);
          return refs;
        });
        const outcome = asBefore();
        child.first_free_vpn = free;
        zombi.forEach((refs, order) => {
          for (const vseg of refs) child.zombi_list[cx.scope.order.at(order)].parked.push(vseg);
        });
        return outcome;
      });
    },
  },
  {
    name: 'fork-copy-locks-pte',
    sentence:
      'A fork maps a page in the child and counts it under the lock of the entry it copies.',
    diff: `
@@ vmm.c:830 vmm_fork_copy()
+                    hal_gpt_lock_pte( parent_gpt_xp , vpn , &attr , &ppn );
                     error = hal_gpt_pte_copy( ... );
@@ vmm.c:863
                         remote_busylock_release( lock_xp );
                     }
+                    hal_gpt_unlock_pte( parent_gpt_xp , vpn );`,
    apply(code) {
      code.run('vmm_fork_copy', 830, (k, my, cx, asBefore) => {
        const pte = gpt(k, cx, my.parent, my.vpn);
        if (pte !== undefined && pte.locked !== null) return blocked;
        const outcome = asBefore();
        if (pte !== undefined && outcome === goto(857)) pte.locked = cx.thread;
        return outcome;
      });
      code.run('vmm_fork_copy', 857, (k, my, cx, asBefore) => {
        const outcome = asBefore();
        const pte = gpt(k, cx, my.parent, my.vpn);
        if (outcome !== blocked && pte !== undefined) pte.locked = null;
        return outcome;
      });
      code.run('process_make_fork', 1.2, (k, my, cx, asBefore) => {
        const pte = gpt(k, cx, my.site, my.vpn);
        if (pte !== undefined && pte.locked !== null) return blocked;
        const outcome = asBefore();
        if (pte !== undefined && outcome === next) pte.locked = cx.thread;
        return outcome;
      });
      code.run('process_make_fork', 1.3, (k, my, cx, asBefore) => {
        const outcome = asBefore();
        const pte = gpt(k, cx, my.site, my.vpn);
        if (outcome !== blocked && pte !== undefined) pte.locked = null;
        return outcome;
      });
    },
  },
  {
    name: 'set-cow-locks-ptes',
    sentence: 'The entries of a page are marked copy-on-write in all copies under one PTE lock.',
    diff: `
@@ vmm.c:598 vmm_set_cow()
-    XLIST_FOREACH( process_root_xp , process_iter_xp )
-        XLIST_FOREACH( vseg_root_xp , vseg_iter_xp )
-            hal_gpt_set_cow( remote_gpt_xp, vpn_base, vpn_size );
+    XLIST_FOREACH( vseg_root_xp , vseg_iter_xp )
+        for( vpn = vpn_base ; vpn < (vpn_base + vpn_size) ; vpn++ )
+        {
+            hal_gpt_lock_pte( ref_gpt_xp , vpn , &attr , &ppn );
+            XLIST_FOREACH( process_root_xp , process_iter_xp )
+                hal_gpt_set_cow( remote_gpt_xp , vpn , 1 );  // waits while a mapped entry is LOCKED
+            hal_gpt_unlock_pte( ref_gpt_xp , vpn );
+        }`,
    apply(code) {
      const name = 'vmm_set_cow';
      code.locals(name, (s) => ({ place: upTo(s.scenario.clusters) }));
      // The outer loop is gone: the walk is over the VSL, and the copies are walked page by page.
      code.run(name, 599, (k, my, cx) => {
        if (my.index > 0) return cx.leave();
        if (!cx.scope.copies[my.copy as CopyRef].isReference) return assertionFails(k, cx, 582);
        assertionHolds(cx, 582);
        my.index = 1;
        my.target = my.copy;
        return next;
      });
      code.run(name, 650, (k, my, cx) => {
        const pte = gpt(k, cx, my.copy, my.vpn);
        if (pte === undefined || pte.frame === null) return goto(651);
        if (!hal_gpt_lock_pte(pte, cx.thread)) return blocked;
        my.place = 0;
        return goto(MARKS);
      });
      code.drop(name, [650.1]);
      code.put(name, [
        at(MARKS, 'hal_gpt_set_cow', (k, my: My, cx) => {
          const { process } = cx.scope.copies[my.copy as CopyRef];
          checkCopiesWalk(k, cx, process);
          const { copies } = k.processes[process];
          const target = copies.at(my.place);
          const page = cx.scope.page.at(my.vpn);
          if (target === undefined) {
            hal_gpt_set_cow(k, cx, my.copy, page);
            k.copies[my.copy as CopyRef].gpt[page].locked = null;
            my.place = 0;
            return goto(651);
          }
          const { frame, locked } = k.copies[target].gpt[page];
          if (target !== my.copy && frame !== null) {
            if (locked !== null) return blocked;
            hal_gpt_set_cow(k, cx, target, page);
          }
          my.place += 1;
          return goto(MARKS);
        }),
      ]);
      code.run('process_make_fork', 1.5, (k, my, cx, asBefore) => {
        const pte = gpt(k, cx, my.site, my.vpn);
        return pte !== undefined && pte.locked !== null ? blocked : asBefore();
      });
    },
  },
  {
    name: 'set-cow-locks-vsl',
    sentence: 'Marking the parent copy-on-write holds the lock of the VSL that it walks.',
    diff: `
@@ vmm.c:597 vmm_set_cow()
+    remote_rwlock_rd_acquire( &vmm->vsl_lock );
@@ vmm.c:690
+    remote_rwlock_rd_release( &vmm->vsl_lock );`,
    apply(code) {
      code.onLeave('vmm_set_cow', [599], (k, my, cx) => {
        remote_rwlock_rd_release(k.copies[my.copy as CopyRef].vsl_lock, cx.thread);
      });
      code.put('vmm_set_cow', [
        at(597, 'remote_rwlock_rd_acquire', (k, my: My, cx) => {
          const lock = k.copies[my.copy as CopyRef].vsl_lock;
          return remote_rwlock_rd_acquire(lock, cx.thread) ? next : blocked;
        }),
      ]);
    },
  },
  {
    name: 'lock-copies',
    sentence: 'The list of the copies of a process is walked under its lock.',
    diff: `
@@ vmm.c:519 vmm_global_update_pte() and vmm.c:598 vmm_set_cow()
+    take( copies_lock_xp );      // after the lock of an entry, never before it
     XLIST_FOREACH( process_root_xp , process_iter_xp )
     ...
+    release( copies_lock_xp );`,
    apply(code) {
      const processOf = (my: My, cx: Cx) => cx.scope.copies[my.copy as CopyRef].process;
      const taken = (line: number): AlmosStatement =>
        at(line, 'take( copies_lock_xp )', (k, my: My, cx) =>
          lockCopies(k, cx, processOf(my, cx)) ? next : blocked,
        );
      const update = 'vmm_global_update_pte';
      code.onLeave(update, [537, 537.1], (k, my, cx) => unlockCopies(k, cx, processOf(my, cx)));
      code.put(update, [taken(519)]);
      const mark = 'vmm_set_cow';
      if (!code.has(mark, MARKS)) {
        code.onLeave(mark, [599], (k, my, cx) => unlockCopies(k, cx, processOf(my, cx)));
        code.put(mark, [taken(598)]);
        return;
      }
      // set-cow-locks-ptes walks the copies for each page, with its entry locked: so does COW.
      code.run(mark, 650, (_k, _my, _cx, asBefore) => {
        const outcome = asBefore();
        return outcome === goto(MARKS) ? goto(MARKS - 0.1) : outcome;
      });
      code.run(mark, MARKS, (k, my, cx, asBefore) => {
        const outcome = asBefore();
        if (outcome === goto(651)) unlockCopies(k, cx, processOf(my, cx));
        return outcome;
      });
      code.put(mark, [taken(MARKS - 0.1)]);
    },
  },
];
