/**
 * file.c, second half: read() and write(), one page at a time. mm0 copies between the page of the
 * file and the page of the buffer; until 2009 it took the one that the chain shows, whosever it was.
 */

import { InputError } from '../../errors.ts';
import { VM_READ, VM_WRITE } from '../../model/codezero-mm0/header.ts';
import type { Rules } from '../../model/codezero-mm0/options.ts';
import type { FileRef, FrameRef, ObjectRef, SpaceRef } from '../../model/codezero-mm0/scope.ts';
import type { Kernel } from '../../model/codezero-mm0/state.ts';
import {
  contentOf,
  isWritable,
  NOTHING,
  offsetAt,
  promisedContent,
  ptesOf,
  setContent,
  vmaOf,
} from '../../model/codezero-mm0/view.ts';
import { filled } from './content.ts';
import {
  markDirty,
  page_fault_handler,
  page_read_fault,
  page_write_fault,
  searchFrom,
} from './fault.ts';
import { EBADF, EINVAL, EIO } from './kernel.ts';
import { page_in } from './pagers.ts';
import { places } from './words.ts';
import type { Cx } from './words.ts';

const inout = places('sys_read', 'file.c', [440, 764], {
  empty: '11 the slot is empty: EBADF',
  refused: '11 the buffer may not be used so: EINVAL',
  end: '11 the position is beyond the end: 0',
  server: '11 the server fails: EIO',
  shown: [
    '11 the buffer is the page that the chain shows',
    ({ buffer }: Rules) => buffer === 'view',
  ],
  faulted: ['11 the buffer is faulted in', ({ buffer }: Rules) => buffer === 'faulted-in'],
  toUser: '11 the page of the file is copied to the buffer',
  toFile: '11 the buffer is copied to the page of the file',
  dirty: ['11 the page of the file becomes dirty', ({ ioMarks }: Rules) => ioMarks],
});

/** `into`: read(), from the file into the buffer; else write(). Answers 0, or an error. */
export function sys_read_write(
  k: Kernel,
  cx: Cx,
  space: SpaceRef,
  file: FileRef | null,
  offset: number,
  page: number,
  into: boolean,
): number {
  const { rules, groups, source } = cx.scope;
  if (file === null) {
    inout(cx, 'empty');
    return EBADF;
  }
  const ref = vmaOf(k, space, page);
  if (ref === null || !allowed(rules, k.vmas[ref].flags, into)) {
    inout(cx, 'refused');
    return EINVAL;
  }
  const { length, vm_obj, group } = k.files[file];
  if (offset >= length) {
    if (!into) {
      throw new InputError('scenario: a write beyond the end: growing files is not modelled');
    }
    inout(cx, 'end');
    return 0;
  }
  const filePage = page_in(k, cx, vm_obj as ObjectRef, offset);
  if (filePage === null) {
    inout(cx, 'server');
    return EIO;
  }
  const buffer = bufferPage(k, cx, space, page, into);
  const shared = k.shared[source.at(groups[group].first + offset)];
  if (into) {
    inout(cx, 'toUser');
    copy(k, buffer, filePage);
    filled(k, cx, space, page, contentOf(shared));
    return 0;
  }
  inout(cx, 'toFile');
  copy(k, filePage, buffer);
  if (rules.ioMarks) {
    inout(cx, 'dirty');
    if (rules.marksDirty) markDirty(k, filePage);
    else k.frames[filePage].dirty = true;
  }
  const promised = promisedContent(k, space, page);
  const content = promised === NOTHING ? contentOf(k.frames[buffer]) : promised;
  setContent(shared, content);
  return 0;
}

/** The written code has the two the wrong way round: a read asks for less than a write does. */
function allowed(rules: Rules, flags: number, into: boolean): boolean {
  const written = into ? VM_READ : VM_READ | VM_WRITE;
  const byUse = into ? VM_READ | VM_WRITE : VM_READ;
  const needed = rules.bufferCheck === 'readable' ? written : byUse;
  return (flags & needed) === needed;
}

function copy(k: Kernel, to: FrameRef, from: FrameRef): void {
  const { cell0, cell1 } = k.frames[from];
  k.frames[to].cell0 = cell0;
  k.frames[to].cell1 = cell1;
}

function bufferPage(k: Kernel, cx: Cx, space: SpaceRef, page: number, write: boolean): FrameRef {
  const ref = vmaOf(k, space, page) as never;
  const offset = offsetAt(k.vmas[ref], page);
  if (cx.scope.rules.buffer === 'view') {
    inout(cx, 'shown');
    return searchFrom(k, cx, ref, 0, offset, 'task_virt_to_page');
  }
  inout(cx, 'faulted');
  const pte = ptesOf(k, space)[cx.scope.page.at(page)];
  if (cx.scope.rules.currentPte) {
    if (pte.frame === null) page_fault_handler(k, cx, space, page, 'absent');
    if (write && !pte.rw) page_fault_handler(k, cx, space, page, 'read-only');
    return pte.frame as FrameRef;
  }
  // task_prefault_smart: whatever the entry is; mapped as the object of the page allows.
  page_read_fault(k, cx, space, ref, page);
  if (write) page_write_fault(k, cx, space, ref, page);
  const frame = searchFrom(k, cx, ref, 0, offset, 'task_prefault_smart');
  pte.frame = frame;
  pte.rw = isWritable(k, k.frames[frame].owner as ObjectRef);
  return frame;
}
