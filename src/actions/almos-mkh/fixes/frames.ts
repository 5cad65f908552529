/** Fixes of the counters of frames: who shares one, and who gives it back. */

import { EXCP_NON_FATAL } from '../../../model/almos-mkh/step-invariants.ts';
import type { CopyRef } from '../../../model/almos-mkh/scope.ts';
import {
  addToForks,
  addToRefcount,
  lockForks,
  ppm_remote_free_pages,
  unlockForks,
} from '../services/ppm.ts';
import { assertionFails } from '../services/failures.ts';
import { isKernel } from '../vmm.ts';
import { at, blocked, goto, next } from '../vocabulary.ts';
import type { Control } from '../../../machine/vocabulary.ts';
import type { Cx } from '../vocabulary.ts';
import { left } from './edit.ts';
import type { Fix, My } from './edit.ts';

const isReference = (cx: Cx, copy: CopyRef): boolean => cx.scope.copies[copy].isReference;

/**
 * The GPT that is authoritative for the page: the reference, or the local one of a private vseg.
 */
function isHome(cx: Cx, my: My): boolean {
  return my.type === 'STACK' || my.type === 'CODE' || isReference(cx, my.copy);
}

export const frameFixes: readonly Fix[] = [
  {
    name: 'release-when-unshared',
    sentence: 'ANON, REMOTE and STACK frames are released only when no other process shares them.',
    diff: `
@@ vmm.c:1296 vmm_remove_vseg()
-            else if( (vseg_type == VSEG_TYPE_CODE)  ||
-                     (vseg_type == VSEG_TYPE_STACK) )
+            else if( vseg_type == VSEG_TYPE_CODE )
             {
                 ppn_release = true;
             }
-            else if( (vseg_type == VSEG_TYPE_ANON)  ||
-                     (vseg_type == VSEG_TYPE_REMOTE) )
-            {
-                ppn_release = is_ref;
-            }
-            else if( is_ref )  // vseg_type == DATA in reference cluster
+            else if( is_ref || (vseg_type == VSEG_TYPE_STACK) )`,
    apply(code) {
      code.run('vmm_remove_vseg', 1287, (_k, my, cx, asBefore) => {
        if (my.type === 'STACK') return next;
        if (my.type !== 'ANON' && my.type !== 'REMOTE') return asBefore();
        return isReference(cx, my.copy) ? next : goto(1345);
      });
    },
  },
  {
    name: 'no-forks-for-file',
    sentence: 'A fork does not count FILE pages: their frames are shared for ever, by design.',
    diff: `
@@ vmm.c:845 vmm_fork_copy()
-                    if( mapped )
+                    if( mapped && cow )`,
    apply(code) {
      code.run('vmm_fork_copy', 830, (_k, my, _cx, asBefore) => {
        const outcome = asBefore();
        if (outcome !== goto(857) || my.type !== 'FILE') return outcome;
        my.ppn = null;
        return goto(873);
      });
    },
  },
  {
    name: 'count-forks-once',
    sentence: 'A fork counts each shared frame once, when it maps it in the child.',
    diff: `
@@ vmm.c:654 vmm_set_cow()
-                // atomically increment pending forks counter in physical pages,
-                ... (to line 686)`,
    apply(code) {
      code.run('vmm_set_cow', 651, (_k, my) => {
        my.vpn += 1;
        return my.vpn >>> 0 < my.vpn_max >>> 0 ? goto(650) : goto(616);
      });
    },
  },
  {
    name: 'cow-keeps-share-until-unmapped',
    sentence:
      'COW gives up its share of a frame only when its process maps the copy instead; the last ' +
      'to do so releases the frame.',
    diff: `
@@ vmm.c:2309 vmm_handle_cow()
-        // decrement pending forks counter in page descriptor
-        hal_remote_atomic_add( forks_xp , -1 );
@@ vmm.c:2393 vmm_handle_cow()
+    // no entry of this process maps the old page any more: give up its share, as vmm_remove_vseg()
+    if( new_ppn != old_ppn )
+    {
+        remote_busylock_acquire( forks_lock_xp );
+        forks = hal_remote_l32( forks_xp );
+        if( forks ) hal_remote_atomic_add( forks_xp , -1 );
+        remote_busylock_release( forks_lock_xp );
+        if( forks == 0 ) ppm_remote_free_pages( page_cxy , page_ptr );   // the others have left
+    }`,
    apply(code) {
      const name = 'vmm_handle_cow';
      code.run(name, 2296, (k, my, cx, asBefore) => {
        if (k.frames[my.old_ppn as never].forks === 0) return asBefore();
        if (!lockForks(k, cx, my.old_ppn)) return blocked;
        unlockForks(k, my.old_ppn);
        return next;
      });
      const last = (my: My, outcome: Control): Control =>
        outcome === left && my.new_ppn !== my.old_ppn ? goto(2393) : outcome;
      // The second half of the write with the option splitPteWrite, too.
      for (const line of [2371, 2371.1]) {
        code.run(name, line, (_k, my, _cx, asBefore) => last(my, asBefore()));
      }
      code.then(name, 2380, (_k, my, _result, _cx, asBefore) => last(my, asBefore()));
      code.put(name, [
        at(2393, 'hal_remote_atomic_add', (k, my: My, cx) => {
          if (!lockForks(k, cx, my.old_ppn)) return blocked;
          const { forks } = k.frames[my.old_ppn as never];
          if (forks > 0) addToForks(k, cx, my.old_ppn, -1);
          unlockForks(k, my.old_ppn);
          return forks > 0 ? cx.leave(EXCP_NON_FATAL) : next;
        }),
        at(2394, 'ppm_remote_free_pages', (k, my: My, cx) =>
          ppm_remote_free_pages(k, cx, my.old_ppn)
            ? cx.leave(EXCP_NON_FATAL)
            : assertionFails(k, cx, 1336),
        ),
      ]);
    },
  },
  {
    name: 'refcount-counts-processes',
    sentence: 'refcount of a frame is the number of processes that map it.',
    diff: `
@@ vmm.c:860 vmm_fork_copy()
                         hal_remote_atomic_add( forks_xp , 1 );
+                        hal_remote_atomic_add( count_xp , 1 );
@@ vmm.c:1283 vmm_remove_vseg()
-            count = hal_remote_atomic_add( count_xp , -1 );
+            if( is_private || (is_ref && (vseg_type != VSEG_TYPE_FILE) && !is_kernel) )
+                hal_remote_atomic_add( count_xp , -1 );
@@ vmm.c:2310 vmm_handle_cow(), where it gives up its share
+        hal_remote_atomic_add( count_xp , -1 );`,
    apply(code) {
      code.run('vmm_fork_copy', 857, (k, my, cx, asBefore) => {
        const outcome = asBefore();
        if (outcome !== blocked && my.type !== 'FILE') addToRefcount(k, cx, my.ppn, 1);
        return outcome;
      });
      code.run('process_make_fork', 1.3, (k, my, cx, asBefore) => {
        const outcome = asBefore();
        if (outcome !== blocked) addToRefcount(k, cx, my.ppn, 1);
        return outcome;
      });
      code.run('vmm_remove_vseg', 1275, (_k, my, cx, asBefore) => {
        const outcome = asBefore();
        if (outcome === blocked) return outcome;
        const isUser = my.type !== 'FILE' && !isKernel(my.type);
        return isHome(cx, my) && isUser ? outcome : goto(1287);
      });
      // Where COW gives up its share: at the decrement of forks, or at the release instead.
      const share = code.has('vmm_handle_cow', 2393) ? 2393 : 2296;
      code.run('vmm_handle_cow', share, (k, my, cx, asBefore) => {
        const { forks } = k.frames[my.old_ppn as never];
        const outcome = asBefore();
        const givenUp = outcome !== blocked && k.frames[my.old_ppn as never].forks < forks;
        if (givenUp) addToRefcount(k, cx, my.old_ppn, -1);
        return outcome;
      });
      if (!code.has('vmm_handle_cow', 2394)) return;
      code.run('vmm_handle_cow', 2394, (k, my, cx, asBefore) => {
        addToRefcount(k, cx, my.old_ppn, -1);
        return asBefore();
      });
    },
  },
];
