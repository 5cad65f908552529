/** Fixes of page faults and copy-on-write. */

import { hal_gpt_reset_pte, hal_gpt_set_pte, hal_gpt_update_pte } from '../services/hal_gpt.ts';
import { ppm_remote_free_pages } from '../services/ppm.ts';
import { hal_gpt_unlock_pte } from '../../../model/almos-mkh/gpt.ts';
import {
  EXCP_KERNEL_PANIC,
  EXCP_NON_FATAL,
  EXCP_USER_ERROR,
} from '../../../model/almos-mkh/step-invariants.ts';
import { HALVES } from '../../../model/almos-mkh/numbers.ts';
import { ZERO } from '../../../model/almos-mkh/programs.ts';
import type { CopyRef } from '../../../model/almos-mkh/scope.ts';
import type { Kernel } from '../../../model/almos-mkh/state.ts';
import { checkCopiedContent } from '../ghost.ts';
import { assertionFails } from '../services/failures.ts';
import { mapper_remote_get_page } from '../services/mapper.ts';
import { checkDescriptorUse } from '../services/vseg.ts';
import { checkCopiesWalk } from '../services/copies.ts';
import { flagsOf } from '../vmm.ts';
import { at, blocked, goto, next } from '../vocabulary.ts';
import type { Cx } from '../vocabulary.ts';
import { left } from './edit.ts';
import type { Fix, My } from './edit.ts';

const handlers = ['vmm_handle_page_fault', 'vmm_handle_cow'] as const;

function zero(k: Kernel, cx: Cx, frame: number): void {
  k.frames[frame as never].word0 = ZERO;
  if (cx.scope.words > 1) k.frames[frame as never].word1 = ZERO;
}

const referenceOf = (cx: Cx, copy: CopyRef): CopyRef =>
  cx.scope.reference[cx.scope.copies[copy].process];

export const faultFixes: readonly Fix[] = [
  {
    name: 'file-offset',
    sentence: 'A fault on a FILE vseg asks the mapper for the page at its file offset.',
    diff: `
@@ vmm.c:1760 vmm_get_one_ppn()
-        page_xp = mapper_remote_get_page( mapper_xp , page_id );
+        page_xp = mapper_remote_get_page( mapper_xp ,
+                  (vseg->file_offset >> CONFIG_PPM_PAGE_SHIFT) + page_id );`,
    apply(code) {
      code.run('vmm_get_one_ppn', 1760, (k, my, cx) => {
        checkDescriptorUse(k, cx, my.vseg);
        const { mapper, file_offset } = k.vsegs[my.vseg as never];
        if (mapper === 0) return assertionFails(k, cx, 1756);
        const index = Math.floor(file_offset / HALVES) + my.page_id;
        return cx.leave(mapper_remote_get_page(k, cx, mapper - 1, index));
      });
    },
  },
  {
    name: 'zero-anonymous-pages',
    sentence: 'A new STACK, ANON or REMOTE page holds zeros, not what its frame held last.',
    diff: `
@@ vmm.c:1869 vmm_get_one_ppn()
+        else    // STACK, ANON, REMOTE
+        {
+            hal_remote_memset( ppm_page2base( page_xp ) , 0 , CONFIG_PPM_PAGE_SIZE );
+        }`,
    apply(code) {
      code.then('vmm_get_one_ppn', 1770, (_k, _my, result, _cx, asBefore) => {
        const outcome = asBefore();
        return outcome === left && result !== null ? goto(1869) : outcome;
      });
      code.put('vmm_get_one_ppn', [
        at(1869, 'hal_remote_memset', (k, my: My, cx) => {
          zero(k, cx, my.ppn);
          return cx.leave(my.ppn);
        }),
      ]);
    },
  },
  {
    name: 'areas-without-file',
    sentence:
      'A DATA vseg without a file (args, envs) gets pages of zeros instead of an assertion.',
    diff: `
@@ vmm.c:1781 vmm_get_one_ppn()
-assert( (mapper_xp != XPTR_NULL), "mapper not defined for a CODE or DATA vseg" );
+            if( mapper_xp == XPTR_NULL )
+            {
+                hal_remote_memset( ppm_page2base( page_xp ) , 0 , CONFIG_PPM_PAGE_SIZE );
+            }
+            else ...`,
    apply(code) {
      code.run('vmm_get_one_ppn', 1800, (k, my, cx, asBefore) => {
        checkDescriptorUse(k, cx, my.vseg);
        if (k.vsegs[my.vseg as never].mapper !== 0) return asBefore();
        zero(k, cx, my.ppn);
        return cx.leave(my.ppn);
      });
    },
  },
  {
    name: 'give-back-frame-on-io-error',
    sentence: 'When the file cannot be read, the frame meant for it is released.',
    diff: `
@@ vmm.c:1834 vmm_get_one_ppn() and vmm.c:1855
-                if( error ) return EINVAL;
+                if( error )
+                {
+                    hal_remote_atomic_add( count_xp , -1 );
+                    ppm_remote_free_pages( page_cxy , page_ptr );
+                    return EINVAL;
+                }`,
    apply(code) {
      code.run('vmm_get_one_ppn', 1800, (_k, _my, cx, asBefore) => {
        const outcome = asBefore();
        return outcome === left && cx.result === null ? goto(1855) : outcome;
      });
      code.put('vmm_get_one_ppn', [
        at(1855, 'ppm_remote_free_pages', (k, my: My, cx) => {
          k.frames[my.ppn as never].refcount -= 1;
          ppm_remote_free_pages(k, cx, my.ppn);
          return cx.leave(null);
        }),
      ]);
    },
  },
  {
    name: 'no-panic-on-exhaustion',
    sentence: 'A fault or COW that finds no memory is an error of the user, not a kernel panic.',
    diff: `
@@ vmm.c:1950, 1990, 2051, 2114 vmm_handle_page_fault() and 2269, 2325 vmm_handle_cow()
-        return EXCP_KERNEL_PANIC;
+        return EXCP_USER_ERROR;`,
    apply(code) {
      for (const name of handlers) {
        for (const { line, kind } of code.get(name).statements) {
          if (kind !== 'at') continue;
          code.run(name, line, (_k, _my, cx, asBefore) => {
            const outcome = asBefore();
            const panics = outcome === left && cx.result === EXCP_KERNEL_PANIC;
            return panics ? cx.leave(EXCP_USER_ERROR) : outcome;
          });
        }
      }
    },
  },
  {
    name: 'cow-already-done',
    sentence: 'A thread that comes second to a COW finds the page writable and tries again.',
    diff: `
@@ vmm.c:2279 vmm_handle_cow()
+    if( (old_attr & GPT_MAPPED) && (old_attr & GPT_WRITABLE) )
+    {
+        hal_gpt_unlock_pte( gpt_xp , vpn );
+        return EXCP_NON_FATAL;
+    }`,
    apply(code) {
      code.run('vmm_handle_cow', 2260, (k, my, cx, asBefore) => {
        const outcome = asBefore();
        const { frame, writable } = k.copies[my.gpt as CopyRef].gpt[cx.scope.page.at(my.vpn)];
        return outcome === goto(2281) && frame !== null && writable ? goto(2284) : outcome;
      });
      code.put('vmm_handle_cow', [
        at(2284, 'hal_gpt_unlock_pte', (k, my: My, cx) => {
          hal_gpt_unlock_pte(k.copies[my.gpt as CopyRef].gpt[cx.scope.page.at(my.vpn)]);
          return cx.leave(EXCP_NON_FATAL);
        }),
      ]);
    },
  },
  {
    name: 'true-fault-local-first',
    sentence:
      'A true page fault writes the local entry before it publishes and unlocks the reference.',
    diff: `
@@ vmm.c:2131 vmm_handle_page_fault()
-                hal_gpt_set_pte( ref_gpt_xp, vpn, attr, ppn );
                 hal_gpt_set_pte( local_gpt_xp, vpn, attr, ppn );
+                hal_gpt_set_pte( ref_gpt_xp, vpn, attr, ppn );`,
    apply(code) {
      const name = 'vmm_handle_page_fault';
      code.run(name, 2131, (k, my, cx) => {
        const page = cx.scope.page.at(my.vpn);
        const { write, user } = flagsOf(k, cx, my.vseg);
        my.writable = write;
        my.kernel = user ? 0 : 1;
        hal_gpt_set_pte(k, cx, my.copy, page, my.ppn, my.writable, false, my.kernel);
        return next;
      });
      code.run(name, 2144, (k, my, cx) => {
        const reference = referenceOf(cx, my.copy);
        const page = cx.scope.page.at(my.vpn);
        hal_gpt_set_pte(k, cx, reference, page, my.ppn, my.writable, false, my.kernel);
        return cx.leave(EXCP_NON_FATAL);
      });
    },
  },
  {
    name: 'false-fault-drops-locked',
    sentence:
      'A false page fault does not copy LOCKED from the entry of the reference into its own.',
    diff: `
@@ vmm.c:2060 vmm_handle_page_fault()
+                ref_attr = ref_attr & (~GPT_LOCKED);     // as vmm_handle_cow() does at 2363`,
    apply(code) {
      code.run('vmm_handle_page_fault', 2064, (k, my, cx, asBefore) => {
        const outcome = asBefore();
        k.copies[my.copy as CopyRef].gpt[cx.scope.page.at(my.vpn)].locked = null;
        return outcome;
      });
    },
  },
  {
    name: 'unmap-copies-before-reference',
    sentence:
      'COW unmaps the page in the copies first, and writes the reference, still locked, last.',
    diff: `
@@ vmm.c:520 vmm_global_update_pte()
     XLIST_FOREACH( process_root_xp , process_iter_xp )
     {
+        if( remote_process_cxy == local_cxy ) continue;
         ...
-        hal_gpt_update_pte( remote_gpt_xp, vpn, attr, ppn );
+        hal_gpt_reset_pte( remote_gpt_xp, vpn );   // waits while a mapped entry is LOCKED;
+                                                   // a false page fault gets the new entry
     }
+    hal_gpt_update_pte( XPTR( local_cxy , &process->vmm.gpt ), vpn, attr, ppn );`,
    apply(code) {
      code.run('vmm_global_update_pte', 537, (k, my, cx, asBefore) => {
        const { copies } = k.processes[cx.scope.copies[my.copy as CopyRef].process];
        const place = copies.indexOf(my.copy);
        if (place < 0) return asBefore();
        const isLast = my.index + 1 >= copies.length;
        const position = my.index < place ? my.index : my.index + 1;
        const target = (isLast ? my.copy : copies.at(position)) as CopyRef;
        const page = cx.scope.page.at(my.vpn);
        const { frame, locked } = k.copies[target].gpt[page];
        if (frame !== null && locked !== null && locked !== cx.thread) return blocked;
        checkCopiesWalk(k, cx, cx.scope.copies[my.copy as CopyRef].process);
        if (my.index === 0 && !my.kept) checkCopiedContent(k, cx, my.copy, my.vpn, my.ppn);
        // Nobody may write the copy while others still read the old frame.
        if (isLast) hal_gpt_update_pte(k, cx, target, page, my.ppn, true, false);
        else if (frame !== null) hal_gpt_reset_pte(k, cx, target, page);
        my.index += 1;
        return isLast ? cx.leave() : goto(537);
      });
    },
  },
];
