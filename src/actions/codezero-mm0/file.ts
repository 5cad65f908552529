/** file.c: descriptors and files of the file server. */

import { VM_FILE_VFS } from '../../model/codezero-mm0/header.ts';
import type { Rules } from '../../model/codezero-mm0/rules.ts';
import type { FileRef, FrameRef, ObjectRef } from '../../model/codezero-mm0/scope.ts';
import type { Kernel } from '../../model/codezero-mm0/state.ts';
import { findPage, serverPages } from '../../model/codezero-mm0/view.ts';
import { callServer, tellLength, writeBack } from './services/server.ts';
import { embeddedObject } from './services/objects.ts';
import { EBADF, EIO, ENOMEM } from './services/errors.ts';
import { fails } from './services/failures.ts';
import { newFile } from './segments.ts';
import { vm_file_delete } from './vm_object.ts';
import { halt, places } from './vocabulary.ts';
import type { Cx } from './vocabulary.ts';

type Table = Kernel['descriptors'][never];
type Slot = Table['fd'][never];

export const opening = places('vfs_receive_sys_open', {
  full: '5.1/2 no descriptor is free',
  stale: [
    '5.1/2 a failed open has left its number in the slot: stop',
    ({ failedOpen }) => failedOpen === 'leaves-number',
  ],
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

/**
 * The descriptor of an open: the one that the program has in mind, or another if it is taken. That
 * is the business of the file server, and of mm0 only at 6fa4884; a task has two (TASK_FILES_MAX is
 * 32). Where all are taken, a check of the function that gives them out fails.
 */
export function freeSlot(cx: Cx, table: Table, wanted: number): Slot | null {
  const free = (fd: number): boolean => {
    const { file, named, stale } = table.fd[cx.scope.fd.at(fd)];
    const kept = stale && cx.scope.rules.failedOpen === 'leaves-descriptor';
    return file === null && named === 0 && !kept;
  };
  const found = [wanted, ...cx.scope.fd.all].find(free);
  if (found !== undefined) return table.fd[cx.scope.fd.at(found)] as Slot;
  opening(cx, 'full');
  if (cx.scope.rules.fullTable === 'refused') return null;
  return halt('stop', 'sys_open: no descriptor is free');
}

/** mm0 learns of an open file. Answers 0, or an error. */
export function vfs_receive_sys_open(k: Kernel, cx: Cx, slot: Slot, group: number): number {
  const { rules } = cx.scope;
  if (slot.stale) {
    opening(cx, 'stale');
    halt('stop', 'do_open: the slot has the number of a file');
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
    slot.stale = rules.failedOpen !== 'no-trace';
    return ENOMEM;
  }
  if (rules.fileData === 'unchecked' && fails(k, cx, 'alloc')) {
    opening(cx, 'noData');
    halt('wild', 'vfs_receive_sys_open: vnum goes to private data that are not there');
  }
  opening(cx, 'made');
  const object = embeddedObject(k, cx, cx.scope.VM_OBJ_FILE);
  const made = k.files[file];
  made.live = true;
  made.type = VM_FILE_VFS;
  made.length = serverPages(k, cx.scope, group);
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

export const asking = places('file_open', {
  server: ['8 the file server has an open that mm0 does not know of', lazily],
  fails: ['8 the server fails: the descriptor stays unknown', lazily],
  learns: ['8 the first use of a descriptor: mm0 asks the server', lazily],
});

/** An open of which only the file server knows. */
export function openAtServer(cx: Cx, slot: Slot, group: number): number {
  asking(cx, 'server');
  slot.named = group + 1;
  return 0;
}

/** mm0 asks for a file that it does not know yet, if there is one. Answers 0, or an error. */
export function file_open(k: Kernel, cx: Cx, slot: Slot): number {
  if (slot.file !== null || slot.named === 0) return 0;
  callServer(k, 'file_open');
  if (fails(k, cx, 'server')) {
    asking(cx, 'fails');
    return EIO;
  }
  asking(cx, 'learns');
  return vfs_receive_sys_open(k, cx, slot, slot.named - 1);
}

const after = ({ closeDeletes }: Rules): boolean => closeDeletes === 'after';

export const closing = places('sys_close', {
  unknown: ['8 a file that mm0 has not asked for is closed', lazily],
  empty: '5.2/1 the slot is empty',
  flush: '5.2/1 a dirty page is written back',
  lost: [
    '5.2/1 a page is not written, and nobody notices',
    ({ closeAsks }) => closeAsks === 'pages-unnoticed',
  ],
  unwritten: [
    '5.2/1 a page is not written: the close fails',
    ({ closeAsks }) => closeAsks !== 'pages-unnoticed',
  ],
  stats: '5.2/1 the server is told how long the file is',
  server: [
    '5.2/2 the server fails: nothing has changed',
    ({ closeAsks }) => closeAsks !== 'pages-alone',
  ],
  count: '5.2/3 one opener less',
  before: ['5.2 nobody had it open before, either: deleted', (r) => r.closeDeletes === 'before'],
  deleted: ['5.2 nobody has it open or mapped: deleted', after],
  mapped: [
    '5.2 nobody has it open: deleted, mapped or not',
    ({ closeDeletes }) => closeDeletes === 'mapped-too',
  ],
});

/** Answers 0, or an error. */
export function sys_close(k: Kernel, cx: Cx, slot: Slot): number {
  const { rules } = cx.scope;
  const ref = slot.file;
  if (ref === null) return closeUnknown(cx, slot);
  const file = k.files[ref];
  if (!file.live) halt('wild', 'sys_close: the file has been freed');
  callServer(k, 'sys_close');
  if (!flush_file_pages(k, cx, ref)) return EIO;
  if (rules.closeAsks !== 'pages-alone' && fails(k, cx, 'server')) {
    closing(cx, 'server');
    return EIO;
  }
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

/**
 * A slot of which mm0 knows no file. The server closes what it has there, and reports a success too
 * where it has nothing: `id_del` answers 1 for an error.
 */
function closeUnknown(cx: Cx, slot: Slot): number {
  const { unusedClose } = cx.scope.rules;
  const open = slot.named !== 0;
  closing(cx, open ? 'unknown' : 'empty');
  if (unusedClose === 'follows') {
    halt('wild', 'do_close: openers of a file that mm0 does not know');
  }
  slot.named = 0;
  slot.stale = false;
  return open || unusedClose === 'accepted' ? 0 : EBADF;
}

/**
 * False: the server has failed, and that is noticed. Pages are written in their order in the file.
 */
function flush_file_pages(k: Kernel, cx: Cx, ref: FileRef): boolean {
  const { vm_obj, group, length } = k.files[ref];
  const unnoticed = cx.scope.rules.closeAsks === 'pages-unnoticed';
  for (let offset = 0; offset < length; offset++) {
    const frame = findPage(k, vm_obj as ObjectRef, offset);
    if (frame === null || !k.frames[frame].dirty) continue;
    if (fails(k, cx, 'server')) {
      closing(cx, unnoticed ? 'lost' : 'unwritten');
      if (unnoticed) continue;
      return false;
    }
    closing(cx, 'flush');
    writeBack(k, cx, group, frame);
    // A page that a task still maps writable becomes dirty again without any fault.
    if (cx.scope.rules.flush === 'spares-writable' && mappedWritable(k, cx, frame)) {
      k.frames[frame].dirty = true;
    }
  }
  if (length !== serverPages(k, cx.scope, group)) {
    closing(cx, 'stats');
    tellLength(k, cx, group, length);
  }
  return true;
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
