/** Fixes of munmap, and of the removal of vsegs from all clusters where a process runs. */

import { remote_rwlock_wr_acquire, remote_rwlock_wr_release, writes } from '../../../hw/locks.ts';
import { HALVES, pageOf, address } from '../../../model/almos-mkh/numbers.ts';
import type { CopyRef, VsegRef } from '../../../model/almos-mkh/scope.ts';
import type { Kernel } from '../../../model/almos-mkh/state.ts';
import { optional } from '../../../state/references.ts';
import {
  attachUnderLock,
  vmm_attach_vseg_to_vsl,
  waitToWrite,
  checkVslWrite,
} from '../services/vsl.ts';
import { needsServer } from '../services/rpc.ts';
import { checkDescriptorUse, vseg_alloc } from '../services/vseg.ts';
import { initVseg, isKernel, vmm_remove_vseg } from '../vmm.ts';
import { enters } from '../user/control.ts';
import { placesOfExit, placesOfMunmap } from '../user/labels.ts';
import { at, calls, goto, next } from '../vocabulary.ts';
import type { Cx } from '../vocabulary.ts';
import type { AlmosOperation, Fix, My } from './edit.ts';
import { findVseg } from './vsls.ts';
import { referenceOf, vmm_remove_copies, unmapPages, vmm_unmap } from './remove-copies.ts';

const resize = 'vmm_resize_vseg';

export const munmapFixes: readonly Fix[] = [
  {
    name: 'remove-in-all-copies',
    sentence:
      'A public vseg is removed in the reference cluster, and from all ' +
      'copies before its frames go.',
    diff: `
@@ vmm.c:1261 vmm_remove_vseg()
+    if( is_ref && (vseg_type is DATA, ANON, FILE or REMOTE) )
+        vmm_remove_copies( process , vseg );
@@ vmm.c:1382
+// copies_lock is held to list the clusters, and not while their VSLs are waited for
+static void vmm_remove_copies( process_t * process , vseg_t * vseg )
+    for each cluster in the list of copies, but this one:
+        rpc_vmm_remove_copy_client( cxy , pid , vseg->type , vseg->vpn_base );
+// server side, in the cluster of the copy
+void vmm_remove_copy( pid_t pid , vseg_type_t type , vpn_t vpn_base )
+    process = cluster_get_local_process_from_pid( pid );     // NULL: its last thread has ended
+    under its VSL lock: hal_gpt_reset_pte() for each entry, vmm_detach_vseg_from_vsl(), vseg_free()
@@ vmm.c:1472 vmm_resize_vseg()
+    process = reference process;                // by RPC if it is remote
@@ process.c process_destroy(), inferred: a copy is found as long as it maps anything
-    cluster_process_copies_unlink( process );
     vmm_destroy( process );
+    cluster_process_copies_unlink( process );`,
    apply(code) {
      code.add(vmm_remove_copies as AlmosOperation);
      code.run('vmm_remove_vseg', 1250, (_k, my, cx, asBefore) => {
        const outcome = asBefore();
        const isPublic = my.type !== 'STACK' && my.type !== 'CODE' && !isKernel(my.type);
        const several = cx.scope.scenario.clusters > 1;
        return isPublic && several && cx.scope.copies[my.copy as CopyRef].isReference
          ? outcome
          : goto(1262);
      });
      code.put('vmm_remove_vseg', [
        calls(
          1261,
          'vmm_remove_copies',
          () => vmm_remove_copies,
          (_k, my: My, to) => {
            to.copy = my.copy;
            to.vseg = my.vseg;
          },
          () => next,
        ),
      ]);
      const { munmap, munmapByRpc } = placesOfMunmap;
      code.run('user', 1, (_k, my, cx, asBefore) => {
        const outcome = asBefore();
        const { cluster, copy } = cx.scope.threads[cx.thread];
        const remote = needsServer(cx, cluster, cx.scope.copies[referenceOf(cx, copy)].cluster);
        return outcome === goto(munmap) && remote ? enters(my, munmapByRpc) : outcome;
      });
      code.pass('user', munmap, (_k, _my, to, cx) => {
        to.copy = referenceOf(cx, to.copy);
      });
      // What the option copyUnlinked says with the value `after`.
      const { destroy, unlink } = placesOfExit;
      const copiesOf = (k: Kernel, cx: Cx) =>
        k.processes[cx.scope.threads[cx.thread].process].copies;
      for (const line of [1, 4, 13]) {
        code.run('user', line, (k, _my, cx, asBefore) => {
          const outcome = asBefore();
          const { copy } = cx.scope.threads[cx.thread];
          const copies = copiesOf(k, cx);
          if (outcome === goto(destroy) && !copies.includes(copy)) copies.push(copy);
          return outcome;
        });
      }
      code.then('user', destroy, () => goto(unlink));
    },
  },
  {
    name: 'split-middle',
    sentence: 'munmap in the middle of a vseg leaves a vseg on either side, or changes nothing.',
    diff: `
@@ vmm.c:1562 vmm_resize_vseg()
+    else if( addr_max <= addr_min )                               // nothing to unmap
+    {
+        error = -1;
+    }
     else                                                          // vseg cut in three regions
     {
+        // what is above the region keeps its address, so vmm_create_vseg() cannot make it
+        new = vseg_alloc();
+        if( new == NULL ) return -1;
+
+        // the upper vseg begins in page vpn_min, and so many bytes further in the file
+        vpn_min = addr_max >> CONFIG_PPM_PAGE_SHIFT;
+        skipped = (vpn_min - vseg->vpn_base) << CONFIG_PPM_PAGE_SHIFT;
+        vseg_init( new , vseg->type , addr_max , (vseg->max - addr_max) , vpn_min ,
+                   (vseg->vpn_base + vseg->vpn_size) - vpn_min ,
+                   vseg->file_offset + skipped ,
+                   (vseg->file_size > skipped) ? vseg->file_size - skipped : 0 ,
+                   vseg->mapper_xp , vseg->cxy );
+
         // resize existing vseg
         vseg->max = addr_min;
-        vpn_min        = vseg->min >> CONFIG_PPM_PAGE_SHIFT;
-        vpn_max        = (vseg->max - 1) >> CONFIG_PPM_PAGE_SHIFT;
-        vseg->vpn_base = vpn_min;
-        vseg->vpn_size = vpn_max - vpn_min + 1;
-        new = vmm_create_vseg( process , vseg->type , addr_min , (vseg->max - addr_max) , ... );
+        vseg->vpn_size = vpn_min - vseg->vpn_base;    // with the region, until it is removed
+
+        remote_rwlock_wr_acquire( lock_xp );
+        vmm_attach_vseg_to_vsl( vmm , new );
+        remote_rwlock_wr_release( lock_xp );`,
    apply(code) {
      code.locals(resize, (s) => ({ upper: optional(s.vseg) }));
      code.run(resize, 1537, (_k, my, cx, asBefore) => {
        const outcome = asBefore();
        if (outcome !== goto(1571)) return outcome;
        return my.size <= 0 ? cx.leave(-1) : goto(1563);
      });
      code.put(resize, [
        at(1563, 'vseg_alloc', (k, my: My, cx) => {
          my.upper = vseg_alloc(k, cx, cx.scope.copies[my.copy as CopyRef].cluster);
          return my.upper === null ? cx.leave(-1) : next;
        }),
        at(1564, 'vseg_init', (k, my: My, cx) => {
          checkDescriptorUse(k, cx, my.vseg);
          const vseg = k.vsegs[my.vseg as VsegRef];
          const end = address(my.base + my.size);
          const vpn_base = pageOf(end);
          const skipped = HALVES * (vpn_base - vseg.vpn_base);
          initVseg(k, {
            vseg: my.upper,
            type: vseg.type,
            base: end,
            size: vseg.max - end,
            vpn_base,
            vpn_size: vseg.vpn_base + vseg.vpn_size - vpn_base,
            file_offset: vseg.file_offset + skipped,
            file_size: Math.max(0, vseg.file_size - skipped),
            mapper: vseg.mapper,
            cxy: vseg.cxy,
          });
          return next;
        }),
        at(1576, 'vseg->vpn_size', (k, my: My, cx) => {
          const vseg = k.vsegs[my.vseg as VsegRef];
          checkDescriptorUse(k, cx, my.vseg);
          checkVslWrite(k, cx, my.copy);
          vseg.vpn_size = pageOf(my.base + my.size) - vseg.vpn_base;
          return goto(1585);
        }),
        at(1585, 'vmm_attach_vseg_to_vsl', (k, my: My, cx) => {
          const copy = my.copy as CopyRef;
          // `resize-under-vsl-lock` has the lock already.
          if (writes(k.copies[copy].vsl_lock, cx.thread)) {
            vmm_attach_vseg_to_vsl(k, cx, copy, my.upper);
          } else if (!attachUnderLock(k, cx, copy, my.upper)) {
            return waitToWrite(k, cx, copy, 1585);
          }
          return cx.leave(0);
        }),
      ]);
      code.drop(resize, [1574, 1575, 1577, 1583, 1587]);
    },
  },
  {
    name: 'resize-keeps-range',
    sentence: 'A vseg that is cut keeps the page range that its allocator gave it.',
    diff: `
@@ vmm.c:1524 and vmm.c:1548 vmm_resize_vseg()
-        vpn_min        = vseg->min >> CONFIG_PPM_PAGE_SHIFT;
-        vpn_max        = (vseg->max - 1) >> CONFIG_PPM_PAGE_SHIFT;
-        vseg->vpn_base = vpn_min;
-        vseg->vpn_size = vpn_max - vpn_min + 1;`,
    apply(code) {
      for (const line of [1522, 1546]) {
        code.run(resize, line, (_k, _my, cx, asBefore) => {
          asBefore();
          return cx.leave(0);
        });
      }
      code.drop(resize, [1525, 1526, 1527, 1528, 1549, 1550, 1551, 1552]);
    },
  },
  {
    name: 'resize-unmaps',
    sentence: 'munmap of a part of a vseg unmaps its pages and gives their frames back.',
    diff: `
@@ vmm.c:1521, vmm.c:1545 and vmm.c:1570 vmm_resize_vseg()
+        vmm_unmap_pages( process , vseg , first , last );   // the loop of vmm_remove_vseg()
         vseg->min = addr_max;`,
    apply(code) {
      code.add(unmapPages(code.get('vmm_remove_vseg')));
      code.run(resize, 1513, (_k, _my, _cx, asBefore) => {
        const outcome = asBefore();
        return outcome === goto(1522) ? goto(1521) : outcome;
      });
      code.run(resize, 1537, (_k, _my, _cx, asBefore) => {
        const outcome = asBefore();
        if (outcome === goto(1571)) return goto(1570);
        return outcome === goto(1546) ? goto(1545) : outcome;
      });
      code.put(resize, [
        calls(
          1521,
          'vmm_unmap_pages',
          () => vmm_unmap,
          (k, my: My, to: My) => {
            to.copy = my.copy;
            to.vseg = my.vseg;
            to.vpn = k.vsegs[my.vseg as VsegRef].vpn_base;
            to.vpn_max = pageOf(my.base + my.size);
          },
          () => next,
        ),
        calls(
          1545,
          'vmm_unmap_pages',
          () => vmm_unmap,
          (k, my: My, to: My) => {
            const { vpn_base, vpn_size } = k.vsegs[my.vseg as VsegRef];
            to.copy = my.copy;
            to.vseg = my.vseg;
            to.vpn = pageOf(my.base + HALVES - 1);
            to.vpn_max = vpn_base + vpn_size;
          },
          () => next,
        ),
        calls(
          1570,
          'vmm_unmap_pages',
          () => vmm_unmap,
          (_k, my: My, to: My) => {
            to.copy = my.copy;
            to.vseg = my.vseg;
            to.vpn = pageOf(my.base + HALVES - 1);
            to.vpn_max = pageOf(my.base + my.size);
          },
          () => next,
        ),
      ]);
    },
  },
  {
    name: 'resize-under-vsl-lock',
    sentence: 'munmap finds, cuts or removes a vseg under one hold of the VSL lock.',
    diff: `
@@ vmm.c:1479 vmm_resize_vseg()
+    remote_rwlock_wr_acquire( lock_xp );    // released before each return
-    vseg_t * vseg = vmm_vseg_from_vaddr( vmm , base );
+    vseg_t * vseg = vmm_vseg_from_vaddr_locked( vmm , base );
@@ vmm.c:1504
-        vmm_delete_vseg( process->pid , vseg->min );
+        vmm_remove_vseg( process , vseg );
@@ in the upper vseg of the middle case, where it is linked under a lock of its own
-        remote_rwlock_wr_acquire( lock_xp );
         vmm_attach_vseg_to_vsl( vmm , new );
-        remote_rwlock_wr_release( lock_xp );`,
    apply(code) {
      const lock = (k: Kernel, my: My) => k.copies[my.copy as CopyRef].vsl_lock;
      code.run(resize, 1496.1, (_k, _my, _cx, asBefore) => {
        const outcome = asBefore();
        return outcome === goto(1504) ? goto(1504.1) : outcome;
      });
      code.put(resize, [
        calls(
          1504.1,
          'vmm_remove_vseg',
          () => vmm_remove_vseg,
          (_k, my: My, to) => {
            to.copy = my.copy;
            to.vseg = my.vseg;
          },
          () => goto(1511),
        ),
        at(1511, 'error', (_k, _my, cx) => cx.leave(0)),
      ]);
      code.onLeave(resize, undefined, (k, my) => {
        remote_rwlock_wr_release(lock(k, my));
      });
      code.put(resize, [
        at(1479, 'remote_rwlock_wr_acquire', (k, my: My, cx) => {
          const free = remote_rwlock_wr_acquire(lock(k, my), cx.thread);
          if (!free) return waitToWrite(k, cx, my.copy, 1479);
          my.vseg = findVseg(k, cx, my.copy, address(my.base));
          if (my.vseg !== null) return next;
          remote_rwlock_wr_release(lock(k, my));
          return cx.leave(-1);
        }),
      ]);
    },
  },
];
