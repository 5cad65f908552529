/** Fixes of what unusual callers, or want of a descriptor, run into. */

import {
  EXCP_NON_FATAL,
  EXCP_USER_ERROR,
  privateTypes,
} from '../../../model/almos-mkh/step-invariants.ts';
import { address, HALVES } from '../../../model/almos-mkh/numbers.ts';
import type { CopyRef, VsegRef } from '../../../model/almos-mkh/scope.ts';
import { checkDescriptorFound } from '../request-checks.ts';
import { checkDescriptorUse, vseg_alloc } from '../services/vseg.ts';
import { vmm_get_vseg } from '../vmm.ts';
import { calls, goto, next } from '../vocabulary.ts';
import { left } from './edit.ts';
import type { Fix, My } from './edit.ts';

/** What vmm_get_vseg returns without a descriptor, once it says so. */
const ENOMEM = -12;

/** Each handler, the line where it looks for the vseg, one behind it, and where it goes on. */
const lookups = [
  ['vmm_handle_page_fault', 1919, 1925, 1941],
  ['vmm_handle_cow', 2221, 2225, 2245],
] as const;

const resize = 'vmm_resize_vseg';

const isPrivate = (type: string): boolean => (privateTypes as readonly string[]).includes(type);

export const oddFixes: readonly Fix[] = [
  {
    name: 'find-vseg-by-its-page',
    sentence: 'A fault finds the vseg that begins inside of the page, too.',
    diff: `
@@ vmm.c:1922 vmm_handle_page_fault() and vmm.c:2224 vmm_handle_cow()
+    // a FILE vseg may begin inside of its first page
+    if( error ) error = vmm_get_vseg( process,
+                                      (((intptr_t)vpn + 1) << CONFIG_PPM_PAGE_SHIFT) - 1,
+                                      &vseg );
     if( error )`,
    apply(code) {
      for (const [name, line, again, after] of lookups) {
        code.then(name, line, (_k, _my, _result, _cx, asBefore) =>
          asBefore() === left ? goto(again) : goto(after),
        );
        code.put(name, [
          calls(
            again,
            'vmm_get_vseg',
            () => vmm_get_vseg,
            (_k, my: My, to) => {
              to.copy = my.copy;
              to.vaddr = address(HALVES * my.vpn + HALVES - 1);
            },
            (_k, my: My, result, cx) => {
              if (result === null) return cx.leave(EXCP_USER_ERROR);
              my.vseg = cx.scope.vseg.at(result);
              return goto(after);
            },
          ),
        ]);
      }
    },
  },
  {
    name: 'retry-without-descriptor',
    sentence:
      'An access for whose vseg there is no descriptor is tried again, not an error of the user.',
    diff: `
@@ vmm.c:1644 vmm_get_vseg()
-        if( vseg == NULL )  return -1;
+        if( vseg == NULL )  return ENOMEM;
@@ vmm.c:1922 vmm_handle_page_fault() and vmm.c:2224 vmm_handle_cow()
+    if( error == ENOMEM )
+    {
+        sched_yield( "no memory for a vseg" );
+        return EXCP_NON_FATAL;    // the access is tried again
+    }
     if( error )`,
    apply(code) {
      code.run('vmm_get_vseg', 1642, (k, my, cx) => {
        my.vseg = vseg_alloc(k, cx, cx.scope.copies[my.copy as CopyRef].cluster);
        checkDescriptorFound(k, cx, true); // without one, nobody is killed for it
        return my.vseg === null ? cx.leave(ENOMEM) : next;
      });
      for (const [name, ...lines] of lookups) {
        for (const line of lines.filter((one) => code.has(name, one)).slice(0, -1)) {
          code.then(name, line, (_k, _my, result, cx, asBefore) =>
            result === ENOMEM ? cx.leave(EXCP_NON_FATAL) : asBefore(),
          );
        }
      }
    },
  },
  {
    name: 'munmap-refuses-empty',
    sentence: 'A munmap of no bytes, or of fewer, is refused.',
    diff: `
@@ vmm.c:1489 vmm_resize_vseg()
+    if( size <= 0 )                                               // nothing to unmap
+    {
+        error = -1;
+    }
-    if( (vseg->min > addr_min) || (vseg->max < addr_max) )        // not included in vseg
+    else if( (vseg->min > addr_min) || (vseg->max < addr_max) )   // not included in vseg`,
    apply(code) {
      code.run(resize, 1489, (_k, my, cx, asBefore) => (my.size <= 0 ? cx.leave(-1) : asBefore()));
    },
  },
  {
    name: 'munmap-refuses-others',
    sentence: 'A munmap of the kernel, of CODE or of a STACK is refused.',
    diff: `
@@ vmm.c:1489 vmm_resize_vseg()
+    if( vseg->type is not VSEG_TYPE_DATA, ANON, FILE or REMOTE )  // nothing for munmap()
+    {
+        error = -1;
+    }
-    if( (vseg->min > addr_min) || (vseg->max < addr_max) )        // not included in vseg
+    else if( (vseg->min > addr_min) || (vseg->max < addr_max) )   // not included in vseg`,
    apply(code) {
      code.run(resize, 1489, (k, my, cx, asBefore) => {
        const vseg = my.vseg as VsegRef;
        if (!isPrivate(k.vsegs[vseg].type)) return asBefore();
        checkDescriptorUse(k, cx, vseg);
        return cx.leave(-1);
      });
    },
  },
];
