/** Fixes of the VSLs: under which locks vsegs are found, used and removed. */

import {
  remote_rwlock_rd_acquire,
  remote_rwlock_rd_release,
  remote_rwlock_wr_acquire,
  remote_rwlock_wr_release,
} from '../../../hw/locks.ts';
import type { CopyRef, VsegRef } from '../../../model/almos-mkh/scope.ts';
import type { Kernel } from '../../../model/almos-mkh/state.ts';
import { checkVslRead, waitToWrite } from '../services/vsl.ts';
import { checkDescriptorUse, vseg_free } from '../services/vseg.ts';
import { at, blocked, goto, next } from '../vocabulary.ts';
import type { Cx } from '../vocabulary.ts';
import { left } from './edit.ts';
import type { Fix, My } from './edit.ts';

/** The vseg of an address in a VSL whose lock the caller holds. */
export function findVseg(k: Kernel, cx: Cx, copy: CopyRef, vaddr: number): VsegRef | null {
  const { vsl } = k.copies[copy];
  checkVslRead(k, cx, copy);
  for (let i = 0; i < vsl.length; i++) {
    const ref = vsl.at(i) as VsegRef;
    checkDescriptorUse(k, cx, ref);
    const { min, max } = k.vsegs[ref];
    if (vaddr >= min && vaddr < max) return ref;
  }
  return null;
}

const lockOf = (k: Kernel, copy: unknown) => k.copies[copy as CopyRef].vsl_lock;

export const vslFixes: readonly Fix[] = [
  {
    name: 'delete-under-vsl-lock',
    sentence: 'A vseg is found and removed under one hold of the VSL lock.',
    diff: `
@@ vmm.c:1401 vmm_delete_vseg()
+    remote_rwlock_wr_acquire( lock_xp );
-    vseg = vmm_vseg_from_vaddr( &process->vmm , vaddr );
+    vseg = vmm_vseg_from_vaddr_locked( &process->vmm , vaddr );
@@ vmm.c:1412
     vmm_remove_vseg( process , vseg );
+    remote_rwlock_wr_release( lock_xp );`,
    apply(code) {
      code.put('vmm_delete_vseg', [
        at(1402, 'remote_rwlock_wr_acquire', (k, my: My, cx) => {
          const lock = lockOf(k, my.copy);
          if (!remote_rwlock_wr_acquire(lock, cx.thread)) return waitToWrite(k, cx, my.copy, 1402);
          my.vseg = findVseg(k, cx, my.copy, my.vaddr);
          if (my.vseg !== null) return next;
          remote_rwlock_wr_release(lock);
          return cx.leave();
        }),
        at(1413, 'remote_rwlock_wr_release', (k, my: My, cx) => {
          remote_rwlock_wr_release(lockOf(k, my.copy));
          return cx.leave();
        }),
      ]);
      code.then('vmm_delete_vseg', 1412, () => goto(1413));
    },
  },
  {
    name: 'reset-frees-parked',
    sentence: 'exec frees the parked descriptors whose lists it is going to empty.',
    diff: `
@@ vmm.c:469 vmm_user_reset()
     remote_rwlock_wr_release( lock_xp );
+    ... (lines 986 to 1020 of vmm_destroy)`,
    apply(code) {
      code.run('vmm_user_reset', 469, (_k, _my, _cx, asBefore) => {
        asBefore();
        return next;
      });
      code.put('vmm_user_reset', [
        at(471, 'vseg_free', (k, my: My, cx) => {
          for (const order of cx.scope.order.all) {
            const { parked } = k.copies[my.copy as CopyRef].zombi_list[order];
            const vseg = parked.at(0);
            if (vseg === undefined) continue;
            parked.splice(0, 1);
            vseg_free(k, cx, vseg);
            return goto(471);
          }
          return cx.leave();
        }),
      ]);
    },
  },
  {
    name: 'search-vsl-again',
    sentence: 'A vseg fetched from the reference is linked only if no other thread has done so.',
    diff: `
@@ vmm.c:1653 vmm_get_vseg()
         remote_rwlock_wr_acquire( lock_xp );
+        if the VSL holds the vseg by now: vseg_free( vseg ), and use that one`,
    apply(code) {
      code.run('vmm_get_vseg', 1653, (k, my, cx, asBefore) => {
        const lock = lockOf(k, my.copy);
        if (!remote_rwlock_wr_acquire(lock, cx.thread)) return waitToWrite(k, cx, my.copy, 1653);
        const twin = findVseg(k, cx, my.copy, my.vaddr);
        remote_rwlock_wr_release(lock);
        if (twin === null) return asBefore();
        vseg_free(k, cx, my.vseg);
        my.vseg = twin;
        return cx.leave(twin);
      });
    },
  },
  {
    name: 'no-stack-of-others',
    sentence: 'A cluster does not fetch the STACK vsegs of threads that run in the reference.',
    diff: `
@@ vmm.c:1639 vmm_get_vseg()
         if( error )   return -1;
+        if( type of the remote vseg == VSEG_TYPE_STACK ) return -1;`,
    apply(code) {
      code.then('vmm_get_vseg', 1637, (k, my, _result, cx, asBefore) => {
        const outcome = asBefore();
        const isStack = outcome === next && k.vsegs[my.found as VsegRef].type === 'STACK';
        return isStack ? cx.leave(null) : outcome;
      });
    },
  },
  {
    name: 'keep-vseg-while-used',
    sentence:
      'A fault or COW holds the VSL lock in read mode as long as it uses the vseg it found.',
    diff: `
@@ vmm.c:1453
+// As vmm_vseg_from_vaddr(), which stays as it is, but if it finds the vseg it returns with vsl_lock
+// taken in read mode: the caller releases it.
+static vseg_t * vmm_hold_vseg_from_vaddr( vmm_t * vmm , intptr_t vaddr );
@@ vmm.c:1667
+// As vmm_get_vseg(), which stays as it is, but the local vsl_lock is held in read mode on success. The
+// server of its RPC calls vmm_hold_vseg_from_vaddr(): the client releases the lock of the reference.
+static error_t vmm_hold_vseg( process_t * process , intptr_t vaddr , vseg_t ** found_vseg );
+    ...
+        vseg_init_from_ref( vseg , vseg_xp );
+        ... (lines 1649 to 1659)
+        remote_rwlock_rd_acquire( lock_xp );
+        remote_rwlock_rd_release( ref_lock_xp );
@@ vmm.c:1919 vmm_handle_page_fault() and vmm.c:2221 vmm_handle_cow()
-    error = vmm_get_vseg( process,
+    error = vmm_hold_vseg( process,
@@ before each later return of vmm_handle_page_fault() and vmm_handle_cow()
+    remote_rwlock_rd_release( lock_xp );`,
    apply(code) {
      const find = 'vmm_hold_vseg_from_vaddr';
      const get = 'vmm_hold_vseg';
      code.copy(find, 'vmm_vseg_from_vaddr');
      code.copy(get, 'vmm_get_vseg');
      for (const line of [1430, 1433, 1440]) {
        code.run(find, line, (k, my, cx, asBefore) => {
          const outcome = asBefore();
          // It is not taken again: it is not released.
          const found = outcome === left && my.vseg !== null;
          if (found) lockOf(k, my.copy).readers |= 1 << cx.thread;
          return outcome;
        });
      }
      for (const line of [1623, 1637]) code.call(get, line, find);
      const reference = (cx: Cx, my: My): CopyRef =>
        cx.scope.reference[cx.scope.copies[my.copy as CopyRef].process];
      // The vseg of the reference is refused.
      code.then(get, 1637, (k, my, result, cx, asBefore) => {
        const outcome = asBefore();
        if (outcome === left && result !== null) {
          remote_rwlock_rd_release(lockOf(k, reference(cx, my)), cx.thread);
        }
        return outcome;
      });
      code.onLeave(get, [1642], (k, my, cx) => {
        remote_rwlock_rd_release(lockOf(k, reference(cx, my)), cx.thread);
      });
      code.run(get, 1653, (_k, _my, _cx, asBefore) => {
        const outcome = asBefore();
        return outcome === left ? goto(1660) : outcome;
      });
      code.put(get, [
        at(1660, 'remote_rwlock_rd_acquire', (k, my: My, cx) => {
          if (!remote_rwlock_rd_acquire(lockOf(k, my.copy), cx.thread)) return blocked;
          remote_rwlock_rd_release(lockOf(k, reference(cx, my)), cx.thread);
          return cx.leave(my.vseg);
        }),
      ]);
      const release = (k: Kernel, my: My, cx: Cx): void => {
        remote_rwlock_rd_release(lockOf(k, my.copy), cx.thread);
      };
      // find-vseg-by-its-page may have added a second lookup, at 1925 and 2225.
      for (const [name, ...lookups] of [
        ['vmm_handle_page_fault', 1919, 1925],
        ['vmm_handle_cow', 2221, 2225],
      ] as const) {
        for (const line of lookups) if (code.has(name, line)) code.call(name, line, get);
        const lines = code.get(name).statements.map(({ line }) => line);
        code.onLeave(
          name,
          lines.filter((line) => !lookups.includes(line as never)),
          release,
        );
      }
    },
  },
];
