/** pagers.c and the page cache of file.c: where a page comes from, and where it goes in a cache. */

import { VM_FILE_DEVZERO, VM_FILE_VFS } from '../../model/codezero-mm0/header.ts';
import type { FileRef, FrameRef, ObjectRef } from '../../model/codezero-mm0/scope.ts';
import type { Kernel } from '../../model/codezero-mm0/state.ts';
import {
  fileType,
  findPage,
  lacksBlock,
  serverContent,
  serverPages,
  setContent,
} from '../../model/codezero-mm0/view.ts';
import { alloc_page, zeroPage } from './services/pages.ts';
import { callServer } from './services/server.ts';
import { fails } from './services/failures.ts';
import { insertAt } from './services/lists.ts';
import { halt, Killed, places } from './vocabulary.ts';
import type { Cx } from './vocabulary.ts';

export const paging = places('page_in', {
  cached: '5.7/2 the cache of the object has the page',
  miss: '5.7/2 a swap object misses: the next link is asked',
  page: '5.7/2 a file object misses: a page is allocated',
  noBlock: [
    '5.7/2 the block is not there, although the file is long enough: wild',
    ({ grownBlocks }) => grownBlocks === 'missing',
  ],
  load: '5.7/2 a file object loads the page',
  server: '5.7/2 the server fails: counts as a miss',
  noPage: '5.7/2 the page allocation of a file object fails',
  zero: '5.7/2 devzero answers with the zero page',
});

/** The pager of an object is asked for a page; null is an error: the next link is asked. */
export function page_in(k: Kernel, cx: Cx, object: ObjectRef, offset: number): FrameRef | null {
  const type = fileType(k, object);
  if (type === VM_FILE_DEVZERO) {
    paging(cx, 'zero');
    k.frames[zeroPage(cx)].refcnt = 1; // grows at every request; saturates here (7)
    return zeroPage(cx);
  }
  const cached = findPage(k, object, offset);
  if (cached !== null) {
    paging(cx, 'cached');
    return cached;
  }
  if (type !== VM_FILE_VFS) {
    paging(cx, 'miss');
    return null;
  }
  callServer(k, 'page_in');
  if (fails(k, cx, 'server')) {
    paging(cx, 'server');
    return null;
  }
  paging(cx, 'page');
  const frame = alloc_page(k, cx);
  if (frame === null) {
    paging(cx, 'noPage');
    if (cx.scope.rules.noPage === 'fails') throw new Killed();
    halt('wild', 'page_in: the result of a failed page allocation is used');
  }
  const group = k.files[k.objects[object].file as FileRef].group;
  const within = offset < serverPages(k, cx.scope, group);
  if (
    cx.scope.rules.grownBlocks === 'missing' &&
    within &&
    lacksBlock(k, cx.scope, group, offset)
  ) {
    paging(cx, 'noBlock');
    halt('wild', 'memfs_file_read_write: the block that is read is not there');
  }
  paging(cx, 'load');
  const content = serverContent(k, cx.scope, object, offset);
  const page = k.frames[frame];
  setContent(page, content);
  enterCache(k, cx, frame, object, offset);
  return frame;
}

/** A page becomes one of the object's: owner, offset, reference count, place in the cache. */
export function enterCache(
  k: Kernel,
  cx: Cx,
  frame: FrameRef,
  object: ObjectRef,
  offset: number,
): void {
  const page = k.frames[frame];
  page.refcnt = 0;
  page.owner = object;
  page.offset = offset;
  k.objects[object].npages += 1;
  insert_page_olist(k, cx, frame, object);
}

export const insertion = places('insert_page_olist', {
  empty: '5.10/1 the cache is empty',
  last: '5.10/2 it goes next to the last page',
  between: '5.10/2 it goes between two pages',
  equal: '5.10/2 equal offset: stop',
});

export function insert_page_olist(k: Kernel, cx: Cx, frame: FrameRef, object: ObjectRef): void {
  const { page_cache } = k.objects[object];
  const { insertion: rule } = cx.scope.rules;
  const t = k.frames[frame].offset;
  const offset = (i: number): number => k.frames[page_cache.at(i) as FrameRef].offset;
  if (page_cache.length === 0) {
    insertion(cx, 'empty');
    page_cache.push(frame);
    return;
  }
  const last = page_cache.length - 1;
  for (let i = 0; i <= last; i++) {
    if (t === offset(i) || (i < last && t === offset(i + 1))) {
      insertion(cx, 'equal');
      halt('stop', 'insert_page_olist: the cache has a page of this offset already');
    }
    if (rule === 'ascending') {
      if (t > offset(i)) continue;
      insertion(cx, 'between');
      insertAt(page_cache, i, frame);
      return;
    }
    if (i === last) {
      insertion(cx, 'last');
      const before = rule === 'r0' ? t > offset(i) : t < offset(i);
      insertAt(page_cache, before ? i : i + 1, frame);
      return;
    }
    if (offset(i) < t && t < offset(i + 1)) {
      insertion(cx, 'between');
      insertAt(page_cache, rule === 'r0' ? i : i + 1, frame);
      return;
    }
  }
  insertion(cx, 'last');
  page_cache.push(frame);
}
