/**
 * file.c, second half: read() and write() of whole pages. mm0 copies between the pages of the file
 * and those of the buffer; until 2009 it took the ones that the chain shows, whosever they were.
 * The pages of the file are looked for in the order of the cache, which is not that of the file.
 */

import { InputError } from '../../errors.ts';
import { VM_READ, VM_WRITE } from '../../model/codezero-mm0/header.ts';
import type { Rules } from '../../model/codezero-mm0/rules.ts';
import type { FileAccess } from '../../model/codezero-mm0/scenario.ts';
import { BEYOND } from '../../model/codezero-mm0/programs.ts';
import type {
  FileRef,
  FrameRef,
  ObjectRef,
  SourceRef,
  SpaceRef,
} from '../../model/codezero-mm0/scope.ts';
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
import { filled } from './ghost.ts';
import { findForRead, findForWrite, markDirty, page_fault_handler, searchFrom } from './fault.ts';
import { alloc_page, releasePage } from './services/pages.ts';
import { EBADF, EINVAL, EIO, ENOMEM } from './services/errors.ts';
import { enterCache, page_in } from './pagers.ts';
import { halt, Killed, places } from './vocabulary.ts';
import type { Cx } from './vocabulary.ts';

const nextChecked = ({ ioWalk }: Rules): boolean => ioWalk === 'next-checked';
const cacheOrder = ({ ioWalk }: Rules): boolean => ioWalk === 'cache-order';

export const inout = places('sys_read', {
  empty: '11 the slot is empty: EBADF',
  refused: '11 the buffer may not be used so: EINVAL',
  end: '11 the position is beyond the end: 0',
  server: '11 the server fails: EIO',
  grows: '11 a write beyond the end: new pages, and a longer file',
  noPages: '11 there are no pages for a longer file: ENOMEM',
  shown: ['11 the buffer is the page that the chain shows', ({ buffer }) => buffer === 'view'],
  faulted: ['11 the buffer is faulted in', ({ buffer }) => buffer === 'faulted-in'],
  toUser: '11 the page of the file is copied to the buffer',
  toFile: '11 the buffer is copied to the page of the file',
  dirty: ['11 the page of the file becomes dirty', ({ ioMarks }) => ioMarks],
  head: ['11 the head of the cache is taken for the next page: wild', nextChecked],
  gap: ['11 the next page of the cache is not the next of the file: stop', nextChecked],
  short: ['11 the cache is at its end, or at that of the range, too early: stop', cacheOrder],
});

/** Where it goes: the task, its buffer, and the pages of the file. */
interface Transfer {
  readonly space: SpaceRef;
  readonly object: ObjectRef;
  readonly group: number;
  /** First page of the buffer. */
  readonly page: number;
  readonly start: number;
  readonly count: number;
  /** read(), from the file into the buffer; else write(). */
  readonly into: boolean;
}

/** Answers 0, or an error. */
export function sys_read_write(
  k: Kernel,
  cx: Cx,
  space: SpaceRef,
  file: FileRef | null,
  { offset, page, pages, do: kind }: FileAccess,
): number {
  const { rules } = cx.scope;
  const into = kind === 'readFile';
  if (file === null) {
    inout(cx, 'empty');
    return EBADF;
  }
  for (let i = 0; i < pages; i++) {
    const ref = vmaOf(k, space, page + i);
    if (ref !== null && allowed(rules, k.vmas[ref].flags, into)) continue;
    inout(cx, 'refused');
    return EINVAL;
  }
  const { length, vm_obj, group } = k.files[file];
  if (into && offset >= length) {
    inout(cx, 'end');
    return 0;
  }
  const object = vm_obj as ObjectRef;
  const end = offset + pages;
  const count = (into ? Math.min(end, length) : end) - offset;
  const transfer = { space, object, group, page, start: offset, count, into };
  for (let at = offset; at < Math.min(end, length); at++) {
    if (page_in(k, cx, object, at) !== null) continue;
    inout(cx, 'server');
    return EIO;
  }
  const from = Math.max(offset, length);
  const made = into ? [] : newPages(k, cx, file, from, end);
  if (made === null) return ENOMEM;
  if (rules.currentPte) faultAll(k, cx, transfer, made);
  if (made.length > 0) inout(cx, 'grows');
  made.forEach((frame, i) => {
    k.frames[frame].cell0 = BEYOND;
    k.frames[frame].cell1 = BEYOND;
    enterCache(k, cx, frame, object, from + i);
  });
  if (nextChecked(rules)) walkNext(k, cx, transfer);
  else walkCache(k, cx, transfer);
  if (!into && end > length) k.files[file].length = end;
  return 0;
}

/** The written code has the two the wrong way round: a read asks for less than a write does. */
function allowed(rules: Rules, flags: number, into: boolean): boolean {
  const written = into ? VM_READ : VM_READ | VM_WRITE;
  const byUse = into ? VM_READ | VM_WRITE : VM_READ;
  const needed = rules.bufferCheck === 'readable' ? written : byUse;
  return (flags & needed) === needed;
}

/** new_file_pages: of the pages between the old end and `from` nobody makes any. */
function newPages(k: Kernel, cx: Cx, file: FileRef, from: number, end: number): FrameRef[] | null {
  const { name, room } = cx.scope.groups[k.files[file].group];
  if (end > room) {
    throw new InputError(`scenario: file ${name}: room: it grows to ${end} pages; raise it`);
  }
  const made: FrameRef[] = [];
  for (let at = from; at < end; at++) {
    const frame = alloc_page(k, cx, made.length > 0); // one request for all of them
    if (frame === null) {
      inout(cx, 'noPages');
      return null;
    }
    made.push(frame);
  }
  return made;
}

/** A task that is killed for want of memory has transferred nothing, and its file is as it was. */
function faultAll(k: Kernel, cx: Cx, transfer: Transfer, made: readonly FrameRef[]): void {
  try {
    for (let i = 0; i < transfer.count; i++) bufferPage(k, cx, transfer, i);
  } catch (error) {
    if (error instanceof Killed) for (const frame of made) releasePage(k, cx, frame);
    throw error;
  }
}

/** 63e9d05 to 61751a8: from the first page on, the next of the cache has to be the next one. */
function walkNext(k: Kernel, cx: Cx, transfer: Transfer): void {
  const { object, start, count, into } = transfer;
  const { page_cache } = k.objects[object];
  const site = into ? 'read_cache_pages' : 'write_cache_pages';
  const offset = (i: number): number => k.frames[page_cache.at(i) as FrameRef].offset;
  let i = 0;
  while (offset(i) !== start) i += 1;
  for (let done = 0; done < count; done++, i++) {
    if (i === page_cache.length) {
      inout(cx, 'head');
      halt('wild', `${site}: the head of the cache is taken for a page`);
    }
    if (offset(i) !== start + done) {
      inout(cx, 'gap');
      halt('stop', `${site}: the next page of the cache is not the next of the file`);
    }
    copyPage(k, cx, transfer, page_cache.at(i) as FrameRef, done);
  }
}

/** 6fa4884: whatever the cache holds from `start` on, in its order, up to the end of the range. */
function walkCache(k: Kernel, cx: Cx, transfer: Transfer): void {
  const { object, start, count } = transfer;
  const { page_cache } = k.objects[object];
  let done = 0;
  for (let i = 0; i < page_cache.length; i++) {
    const frame = page_cache.at(i) as FrameRef;
    const { offset } = k.frames[frame];
    if (offset < start) continue;
    if (offset === start + count || done === count) break;
    copyPage(k, cx, transfer, frame, done);
    while (page_cache.at(i) !== frame) i += 1; // a fault may have put a page in front of it
    done += 1;
  }
  if (done === count) return;
  inout(cx, 'short');
  halt('stop', 'copy_cache_pages: bytes are left');
}

/** The `index`-th page of the buffer, and a page of the file. */
function copyPage(k: Kernel, cx: Cx, transfer: Transfer, filePage: FrameRef, index: number): void {
  const { into } = transfer;
  const buffer = bufferPage(k, cx, transfer, index);
  inout(cx, into ? 'toUser' : 'toFile');
  const [from, to] = into ? [filePage, buffer] : [buffer, filePage];
  k.frames[to].cell0 = k.frames[from].cell0;
  k.frames[to].cell1 = k.frames[from].cell1;
  promiseOne(k, cx, transfer, index);
  if (into || !cx.scope.rules.ioMarks) return;
  inout(cx, 'dirty');
  if (cx.scope.rules.marksDirty) markDirty(k, filePage);
  else k.frames[filePage].dirty = true;
}

/** What the task may expect of its buffer, and everybody of the file. */
function promiseOne(k: Kernel, cx: Cx, transfer: Transfer, index: number): void {
  const { space, group, page, start, into } = transfer;
  const source = cx.scope.source.at(cx.scope.groups[group].first + start + index);
  if (into) filled(k, cx, space, page + index, contentOf(k.shared[source]));
  else written(k, cx, space, page + index, source);
}

function written(k: Kernel, cx: Cx, space: SpaceRef, page: number, source: SourceRef): void {
  const promised = promisedContent(k, space, page);
  // A buffer that nothing was promised of holds what it holds.
  const content = promised === NOTHING ? contentAt(k, cx, space, page) : promised;
  setContent(k.shared[source], content);
}

function contentAt(k: Kernel, cx: Cx, space: SpaceRef, page: number): number {
  const ref = vmaOf(k, space, page) as never;
  const offset = offsetAt(k.vmas[ref], page);
  return contentOf(k.frames[searchFrom(k, cx, ref, 0, offset, 'task_virt_to_page')]);
}

/** The `index`-th page of the buffer; a read writes it. */
function bufferPage(k: Kernel, cx: Cx, transfer: Transfer, index: number): FrameRef {
  const { space, into: write } = transfer;
  const page = transfer.page + index;
  const ref = vmaOf(k, space, page) as never;
  const offset = offsetAt(k.vmas[ref], page);
  if (cx.scope.rules.buffer === 'view') {
    inout(cx, 'shown');
    return searchFrom(k, cx, ref, 0, offset, 'task_virt_to_page');
  }
  const pte = ptesOf(k, space)[cx.scope.page.at(page)];
  if (cx.scope.rules.currentPte) {
    if (pte.frame === null || (write && !pte.rw)) inout(cx, 'faulted');
    if (pte.frame === null) page_fault_handler(k, cx, space, page, 'absent');
    if (write && !pte.rw) page_fault_handler(k, cx, space, page, 'read-only');
    return pte.frame as FrameRef;
  }
  // task_prefault_smart: whatever the entry is; mapped as the object of the page allows.
  findForRead(k, cx, ref, page);
  if (write) findForWrite(k, cx, ref, page);
  const frame = searchFrom(k, cx, ref, 0, offset, 'task_prefault_smart');
  inout(cx, 'faulted');
  pte.frame = frame;
  pte.rw = isWritable(k, k.frames[frame].owner as ObjectRef);
  return frame;
}
