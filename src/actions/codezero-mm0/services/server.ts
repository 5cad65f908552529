/** The file server: calls of mm0, and the blocks that files have. */

import type { FrameRef } from '../../../model/codezero-mm0/scope.ts';
import { ZERO } from '../../../model/codezero-mm0/programs.ts';
import type { Kernel } from '../../../model/codezero-mm0/state.ts';
import { lacksBlock, serverPages } from '../../../model/codezero-mm0/view.ts';
import { halt } from '../vocabulary.ts';
import type { Cx } from '../vocabulary.ts';

/** mm0 calls the file server, and waits: for ever, if the server has called mm0 and waits (8). */
export function callServer(k: Kernel, site: string): void {
  if (k.asks === null) return;
  halt('stop', `${site}: mm0 waits for the file server, which waits for mm0`);
}

/** A page of a VFS file that its server takes back. */
export function writeBack(k: Kernel, cx: Cx, group: number, frame: FrameRef): void {
  const { first, room } = cx.scope.groups[group];
  const page = k.frames[frame];
  page.dirty = false;
  if (page.offset >= room) return;
  if (cx.scope.rules.grownBlocks === 'missing') takeBlock(k, cx, group, page.offset);
  const onDisk = k.server[cx.scope.source.at(first + page.offset)];
  onDisk.missing = 0;
  onDisk.cell0 = page.cell0;
  onDisk.cell1 = page.cell1;
}

/**
 * memfs takes blocks from the end of the file on, as it knows it; before that they must be there.
 */
function takeBlock(k: Kernel, cx: Cx, group: number, offset: number): void {
  const end = serverPages(k, cx.scope, group);
  if (offset < end) {
    if (!lacksBlock(k, cx.scope, group, offset)) return;
    halt('wild', 'memfs_file_read_write: the block that is written is not there');
  }
  makeBlocks(k, cx, group, offset);
  k.grown[cx.scope.vnode.at(group)].pages = offset + 1 - cx.scope.groups[group].pages;
}

/** Up to this page what has no block gets one, of zeros. */
function makeBlocks(k: Kernel, cx: Cx, group: number, to: number): void {
  const { first } = cx.scope.groups[group];
  for (let i = serverPages(k, cx.scope, group); i < to; i++) {
    const onDisk = k.server[cx.scope.source.at(first + i)];
    if (onDisk.missing === 0) continue;
    onDisk.missing = 0;
    onDisk.cell0 = ZERO;
    onDisk.cell1 = ZERO;
  }
}

/** The file server is told how long the file is. */
export function tellLength(k: Kernel, cx: Cx, group: number, length: number): void {
  if (cx.scope.rules.grownBlocks === 'made') makeBlocks(k, cx, group, length);
  k.grown[cx.scope.vnode.at(group)].pages = length - cx.scope.groups[group].pages;
}
