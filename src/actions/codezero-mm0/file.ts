/** file.c: descriptors and files of the file server. */

import { VM_FILE_VFS } from '../../model/codezero-mm0/header.ts';
import type { Rules } from '../../model/codezero-mm0/options.ts';
import type { FileRef, FrameRef, ObjectRef } from '../../model/codezero-mm0/scope.ts';
import type { Kernel } from '../../model/codezero-mm0/state.ts';
import {
  callServer,
  embeddedObject,
  EBADF,
  EIO,
  ENOMEM,
  fails,
  writeBack,
} from './kernel.ts';
import { newFile } from './shm.ts';
import { vm_file_delete } from './vm_object.ts';
import { halt, places } from './words.ts';
import type { Cx } from './words.ts';

type Slot = Kernel['descriptors'][never]['fd'][never];

const opening = places('vfs_receive_sys_open', 'file.c', [89, 148], {
  occupied: '5.1/2 the slot is occupied',
  found: '5.1/4a the file is known: one opener more',
  noMemory: '5.1/4b no memory for a new file',
  noData: [
    '5.1/4b no memory for its private data: followed all the same',
    ({ fileData }) => fileData === 'unchecked',
  ],
  made: '5.1/4b a new file',
  objectNode: [
    '5.1/5 the node of its object enters the list of files',
    ({ openLists }) => openLists === 'object-node',
  ],
});

export function vfs_receive_sys_open(k: Kernel, cx: Cx, slot: Slot, group: number): number {
  const { rules } = cx.scope;
  if (slot.file !== null) {
    opening(cx, 'occupied');
    if (rules.occupied === 'refused') return EBADF;
    if (rules.occupied === 'stop') halt('stop', 'do_open: the descriptor is in use');
  }
  for (const f of cx.scope.file.all) {
    const { live, type, group: vnum, listed } = k.files[f];
    if (!live || type !== VM_FILE_VFS || vnum !== group || !listed) continue;
    opening(cx, 'found');
    slot.file = f;
    k.files[f].openers += 1;
    return 0;
  }
  const file = newFile(k, cx);
  if (file === null) {
    opening(cx, 'noMemory');
    return ENOMEM;
  }
  if (rules.fileData === 'unchecked' && fails(k, cx, 'alloc')) {
    opening(cx, 'noData');
    halt('wild', 'vfs_receive_sys_open: vnum goes to private data that are not there');
  }
  const object = embeddedObject(k, cx, cx.scope.VM_OBJ_FILE);
  opening(cx, 'made');
  const made = k.files[file];
  made.type = VM_FILE_VFS;
  made.length = cx.scope.groups[group].pages;
  made.openers = 1;
  made.vm_obj = object;
  made.group = group;
  k.objects[object].file = file;
  slot.file = file;
  // R0 puts the node of the object into the list: what a search reads there as type is its flags.
  if (rules.openLists === 'object-node') opening(cx, 'objectNode');
  else made.listed = true;
  return 0;
}

const lazily = ({ openCalls }: Rules): boolean => openCalls === 'mm0-asks';

const asking = places('file_open', 'file.c', [170, 189], {
  server: ['8 the file server has an open that mm0 does not know of', lazily],
  fails: ['8 the server fails: the descriptor stays unknown', lazily],
  learns: ['8 the first use of a descriptor: mm0 asks the server', lazily],
});

/** An open of which only the file server knows. Answers 0, or an error. */
export function openAtServer(cx: Cx, slot: Slot, group: number): number {
  if (slot.named !== 0) return EBADF;
  asking(cx, 'server');
  slot.named = group + 1;
  return 0;
}

/** mm0 asks for a file that it does not know yet; where it gets none, the slot stays empty. */
export function file_open(k: Kernel, cx: Cx, slot: Slot): void {
  if (slot.file !== null || slot.named === 0) return;
  callServer(k, 'file_open');
  if (fails(k, cx, 'server')) {
    asking(cx, 'fails');
    return;
  }
  asking(cx, 'learns');
  vfs_receive_sys_open(k, cx, slot, slot.named - 1);
}

const after = ({ closeDeletes }: Rules): boolean => closeDeletes === 'after';

const closing = places('sys_close', 'file.c', [355, 395], {
  unknown: ['8 a file that mm0 has not asked for is closed', lazily],
  empty: '5.2/1 the slot is empty: EBADF',
  server: '5.2/1 the server fails: nothing has changed',
  flush: '5.2/1 a dirty page is written back',
  count: '5.2/3 one opener less',
  before: ['5.2 nobody had it open before, either: deleted', (r) => r.closeDeletes === 'before'],
  deleted: ['5.2 nobody has it open or mapped: deleted', after],
  mapped: [
    '5.2 nobody has it open: deleted, mapped or not',
    ({ closeDeletes }) => closeDeletes === 'mapped-too',
  ],
});

export function sys_close(k: Kernel, cx: Cx, slot: Slot): number {
  const { rules } = cx.scope;
  if (slot.file === null && slot.named !== 0) {
    closing(cx, 'unknown');
    if (rules.unusedClose === 'follows') {
      halt('wild', 'do_close: openers of a file that mm0 has not asked for');
    }
    slot.named = 0;
    return 0;
  }
  if (slot.file === null) {
    closing(cx, 'empty');
    return EBADF;
  }
  const ref = slot.file;
  const file = k.files[ref];
  if (!file.live) halt('wild', 'sys_close: the file has been freed');
  callServer(k, 'sys_close');
  if (fails(k, cx, 'server')) {
    closing(cx, 'server');
    return EIO;
  }
  flush_file_pages(k, cx, ref);
  closing(cx, 'count');
  const openersBefore = file.openers;
  file.openers -= 1;
  slot.file = null;
  slot.named = 0;
  const object = file.vm_obj as ObjectRef;
  const { nlinks, shadows } = k.objects[object];
  const openers = rules.closeDeletes === 'before' ? openersBefore : file.openers;
  const unused = nlinks === 0 && (rules.drop !== 'REF' || shadows === 0);
  if (rules.closeDeletes === 'never' || openers !== 0) return 0;
  if (!unused && rules.closeDeletes !== 'mapped-too') return 0;
  const how = { after: 'deleted', before: 'before', 'mapped-too': 'mapped' } as const;
  closing(cx, how[rules.closeDeletes]);
  vm_file_delete(k, cx, object);
  return 0;
}

function flush_file_pages(k: Kernel, cx: Cx, ref: FileRef): void {
  const { vm_obj, group } = k.files[ref];
  const { page_cache } = k.objects[vm_obj as ObjectRef];
  for (let i = 0; i < page_cache.length; i++) {
    const frame = page_cache.at(i) as FrameRef;
    if (!k.frames[frame].dirty) continue;
    closing(cx, 'flush');
    writeBack(k, cx, group, frame);
    // A page that a task still maps writable becomes dirty again without any fault.
    if (cx.scope.rules.flush === 'spares-writable' && mappedWritable(k, cx, frame)) {
      k.frames[frame].dirty = true;
    }
  }
}

function mappedWritable(k: Kernel, cx: Cx, frame: FrameRef): boolean {
  for (const a of cx.scope.space.all) {
    for (const p of cx.scope.page.all) {
      const pte = k.spaces[a].ptes[p];
      if (pte.frame === frame && pte.rw) return true;
    }
  }
  return false;
}
