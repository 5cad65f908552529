/** Fixes of the mmap allocator and of the making of vsegs. */

import { busylock_release } from '../../../hw/locks.ts';
import { remote_rwlock_wr_acquire, remote_rwlock_wr_release } from '../../../hw/locks.ts';
import { checks } from '../../../model/almos-mkh/step-invariants.ts';
import { log2 } from '../../../model/almos-mkh/numbers.ts';
import type { CopyRef, VsegRef } from '../../../model/almos-mkh/scope.ts';
import type { Kernel } from '../../../model/almos-mkh/state.ts';
import { vmm_attach_vseg_to_vsl, waitToWrite } from '../services/vsl.ts';
import { vseg_alloc, vseg_free } from '../services/vseg.ts';
import { initVseg } from '../vmm.ts';
import { at, next } from '../vocabulary.ts';
import type { Cx } from '../vocabulary.ts';
import { left } from './edit.ts';
import type { Fix, My } from './edit.ts';

/** The first parked descriptor of the order asked for. */
function parkedFor(k: Kernel, cx: Cx, my: My): VsegRef | undefined {
  if (my.order >= cx.scope.order.size) return undefined;
  return k.copies[my.copy as CopyRef].zombi_list[cx.scope.order.at(my.order)].parked.at(0);
}

export const mmapFixes: readonly Fix[] = [
  {
    name: 'compare-with-zone-end',
    sentence: 'The mmap allocator compares with the end of its zone, not with its size.',
    diff: `
@@ vmm.c:181 vmm_mmap_alloc()
-        if( (free + size) > mgr->vpn_size ) return -1;
+        if( (free + size) > (mgr->vpn_base + mgr->vpn_size) ) return -1;`,
    apply(code) {
      code.run('vmm_mmap_alloc', 174, (k, my, cx, asBefore) => {
        const vmm = k.copies[my.copy as CopyRef];
        const free = vmm.first_free_vpn;
        const size = 2 ** my.order;
        const usable = !vmm.poison && vmm.ready && vmm.mmap_lock.holder === null;
        const fits = free + size <= cx.scope.heapBase + cx.scope.zone;
        if (!usable || !fits || parkedFor(k, cx, my) !== undefined) return asBefore();
        cx.check(checks.mmapProgress, true, my.copy, size);
        vmm.first_free_vpn += size;
        k.threads[cx.thread].pages += size;
        return cx.leave(free);
      });
    },
  },
  {
    name: 'unlock-mmap-on-failure',
    sentence: 'The mmap allocator releases its lock also when it has no room.',
    diff: `
@@ vmm.c:181 vmm_mmap_alloc()
-        if( (free + size) > mgr->vpn_size ) return -1;
+        if( (free + size) > mgr->vpn_size )
+        {
+            busylock_release( &mgr->lock );
+            return -1;
+        }`,
    apply(code) {
      code.run('vmm_mmap_alloc', 174, (k, my, cx, asBefore) => {
        const outcome = asBefore();
        const { mmap_lock } = k.copies[my.copy as CopyRef];
        if (outcome === left && mmap_lock.holder === cx.thread) busylock_release(mmap_lock);
        return outcome;
      });
    },
  },
  {
    name: 'rest-stays-parked',
    sentence: 'What is left of a parked range that is larger than asked for stays parked.',
    diff: `
@@ vmm.c:199 vmm_mmap_alloc()
         base = vseg->vpn_base;
+        if( vseg->vpn_size > size )     // cut out of the middle of a vseg: no power of 2
+        {
+            vseg->vpn_base += size;
+            vseg->vpn_size -= size;
+            xlist_add_first( XPTR( local_cxy , &mgr->zombi_list[bits_log2( vseg->vpn_size )] ),
+                             XPTR( local_cxy , &vseg->xlist ) );
+        }`,
    apply(code) {
      code.run('vmm_mmap_alloc', 174, (k, my, cx, asBefore) => {
        const parked = parkedFor(k, cx, my);
        const outcome = asBefore();
        if (outcome !== left || parked === undefined) return outcome;
        const vseg = k.vsegs[parked];
        const size = 2 ** my.order;
        if (vseg.vpn_size <= size) return outcome;
        vseg.vpn_base += size;
        vseg.vpn_size -= size;
        vseg.state = 'zombi';
        const { zombi_list } = k.copies[my.copy as CopyRef];
        zombi_list[cx.scope.order.at(log2(vseg.vpn_size))].parked.unshift(parked);
        return outcome;
      });
    },
  },
  {
    name: 'free-reused-descriptor',
    sentence: 'A parked descriptor whose range is handed out again is freed.',
    diff: `
@@ vmm.c:199 vmm_mmap_alloc()
         base = vseg->vpn_base;
+        vseg_free( vseg );`,
    apply(code) {
      code.run('vmm_mmap_alloc', 174, (k, my, cx, asBefore) => {
        const parked = parkedFor(k, cx, my);
        const outcome = asBefore();
        // `rest-stays-parked` may have parked it again.
        const unused = parked !== undefined && k.vsegs[parked].state === 'lost';
        if (outcome === left && unused) vseg_free(k, cx, parked);
        return outcome;
      });
    },
  },
  {
    name: 'descriptor-before-range',
    sentence:
      'A vseg gets its descriptor first, and what it has taken is given back when it fails.',
    diff: `
@@ vmm.c:1084 vmm_create_vseg()
+    vseg = vseg_alloc();
+    if( vseg == NULL ) return NULL;
@@ vmm.c:1119, 1138
+            vseg_free( vseg );
             return NULL;
@@ vmm.c:1161
+        vmm_give_back( vmm , type , vpn_base , vpn_size );
+        vseg_free( vseg );
         return NULL;
@@ vmm.c:1165
-        vseg = vseg_alloc();
-        if( vseg == NULL ) ...`,
    apply(code) {
      const name = 'vmm_create_vseg';
      code.put(name, [
        at(1085, 'vseg_alloc', (k, my: My, cx) => {
          my.vseg = vseg_alloc(k, cx, cx.scope.copies[my.copy as CopyRef].cluster);
          return my.vseg === null ? cx.leave(null) : next;
        }),
      ]);
      for (const line of [1114, 1133]) {
        code.then(name, line, (k, my, result, cx, asBefore) => {
          if (result === null) vseg_free(k, cx, my.vseg);
          return asBefore();
        });
      }
      code.then(name, 1154, (k, my, _result, cx, asBefore) => {
        const outcome = asBefore();
        if (outcome !== left) return outcome;
        giveBack(k, cx, my);
        vseg_free(k, cx, my.vseg);
        return outcome;
      });
      code.run(name, 1165, (k, my) => {
        initVseg(k, my);
        return next;
      });
    },
  },
  {
    name: 'create-under-vsl-lock',
    sentence: 'A vseg is checked against the VSL and linked into it under one hold of its lock.',
    diff: `
@@ vmm.c:1084 vmm_create_vseg()
+    remote_rwlock_wr_acquire( lock_xp );    // released before each return
@@ vmm.c:1195
-    remote_rwlock_wr_acquire( lock_xp );`,
    apply(code) {
      const name = 'vmm_create_vseg';
      code.onLeave(name, undefined, (k, my) => {
        remote_rwlock_wr_release(k.copies[my.copy as CopyRef].vsl_lock);
      });
      code.put(name, [
        at(1084, 'remote_rwlock_wr_acquire', (k, my: My, cx) => {
          const lock = k.copies[my.copy as CopyRef].vsl_lock;
          const free = remote_rwlock_wr_acquire(lock, cx.thread);
          return free ? next : waitToWrite(k, cx, my.copy, 1084);
        }),
        at(1195, 'vmm_attach_vseg_to_vsl', (k, my: My, cx) => {
          vmm_attach_vseg_to_vsl(k, cx, my.copy, my.vseg);
          remote_rwlock_wr_release(k.copies[my.copy as CopyRef].vsl_lock);
          return cx.leave(my.vseg);
        }),
      ]);
    },
  },
];

/**
 * Stack slot or mmap range of a vseg that could not be made; a range that was parked stays lost.
 */
function giveBack(k: Kernel, cx: Cx, my: My): void {
  const vmm = k.copies[my.copy as CopyRef];
  if (my.type === 'STACK') {
    const slot = Math.floor((my.vpn_base - cx.scope.stackBase) / cx.scope.stackSize);
    vmm.stack_bitmap &= ~(1 << slot);
    k.threads[cx.thread].slots -= 1;
  } else if (my.type === 'ANON' || my.type === 'FILE' || my.type === 'REMOTE') {
    if (my.vpn_base + my.vpn_size !== vmm.first_free_vpn) return;
    vmm.first_free_vpn -= my.vpn_size;
    k.threads[cx.thread].pages -= my.vpn_size;
  }
}
