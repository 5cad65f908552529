/**
 * shm.c: segments, the files that they are, and their addresses. `shm.ts` attaches and detaches
 * them.
 */

import { VM_FILE_SHM, VM_WRITE } from '../../model/codezero-mm0/header.ts';
import type { UserStep } from '../../model/codezero-mm0/scenario.ts';
import type { FileRef } from '../../model/codezero-mm0/scope.ts';
import type { Kernel } from '../../model/codezero-mm0/state.ts';
import { InputError } from '../../errors.ts';
import { EEXIST, EINVAL, ENOENT, ENOMEM } from './services/errors.ts';
import { embeddedObject } from './services/objects.ts';
import { fails } from './services/failures.ts';
import { poolBits } from './vm_object.ts';
import { halt, places } from './vocabulary.ts';
import type { Cx } from './vocabulary.ts';

type ShmgetStep = Extract<UserStep, { do: 'shmget' }>;

/** Room for a file, whose maker says that it lives; null if the allocation fails. */
export function newFile(k: Kernel, cx: Cx): FileRef | null {
  if (fails(k, cx, 'alloc')) return null;
  for (const f of cx.scope.file.all) {
    if (!k.files[f].live && !fileReferred(k, cx, f)) return f;
  }
  throw new InputError('scenario: more files are made than it opens and attaches');
}

function fileReferred(k: Kernel, cx: Cx, file: FileRef): boolean {
  for (const d of cx.scope.descriptors.all) {
    for (const fd of cx.scope.fd.all) if (k.descriptors[d].fd[fd].file === file) return true;
  }
  return false;
}

/** The segment of a group; null if there is none. */
export function findSegment(k: Kernel, cx: Cx, group: number): FileRef | null {
  for (const f of cx.scope.file.all) {
    const { live, type, group: key } = k.files[f];
    if (live && type === VM_FILE_SHM && key === group) return f;
  }
  return null;
}

/** sys_shmget tests what shm_new answers for null: an error is taken for a file. */
export function madeSegment(cx: Cx, segment: FileRef | null): FileRef | null {
  if (segment === null && cx.scope.rules.outOfMemory === 'unchecked') {
    getting(cx, 'noMemory');
    halt('wild', 'sys_shmget: an error value is taken for a segment');
  }
  return segment;
}

/** shm_new: a file of type shm with an empty writable object, no address, no links. */
export function newSegment(k: Kernel, cx: Cx, group: number): FileRef | null {
  const file = newFile(k, cx);
  if (file === null) return null;
  if (fails(k, cx, 'alloc')) return null; // no memory for the descriptor of the segment
  const object = embeddedObject(k, cx, cx.scope.VM_OBJ_FILE | VM_WRITE);
  const made = k.files[file];
  const { pages, first } = cx.scope.groups[group];
  made.live = true;
  made.type = VM_FILE_SHM;
  made.length = pages;
  made.vm_obj = object;
  made.group = group;
  made.listed = true;
  k.objects[object].file = file;
  for (let i = 0; i < pages; i++) {
    const cells = k.shared[cx.scope.source.at(first + i)];
    cells.cell0 = 0;
    cells.cell1 = 0;
  }
  return file;
}

export const getting = places('sys_shmget', {
  size: '5.14 the size is not 1 to 10 pages: EINVAL',
  exclusive: '5.14 the key is known, but was to be new: EEXIST',
  larger: '5.14 the segment is smaller than asked for: EINVAL',
  found: '5.14 the key is known: its id',
  unknown: '5.14 the key is unknown, and not to be made: ENOENT',
  made: '5.14 the key is unknown: a new segment',
  noMemory: [
    '5.14 no memory for a new segment: followed all the same',
    ({ outOfMemory }) => outOfMemory === 'unchecked',
  ],
});

/** The key is the group; a new segment has as many pages as that, and is asked for so. */
export function sys_shmget(k: Kernel, cx: Cx, group: number, step: ShmgetStep): number {
  const { pages: own } = cx.scope.groups[group];
  const pages = step.pages === 0 ? own : step.pages;
  if (pages < 1 || pages > 10) {
    getting(cx, 'size');
    return EINVAL;
  }
  if (findSegment(k, cx, group) !== null) {
    if (step.create && step.exclusive) {
      getting(cx, 'exclusive');
      return EEXIST;
    }
    if (own < pages) {
      getting(cx, 'larger');
      return EINVAL;
    }
    getting(cx, 'found');
    return 0;
  }
  if (!step.create) {
    getting(cx, 'unknown');
    return ENOENT;
  }
  getting(cx, 'made');
  return madeSegment(cx, newSegment(k, cx, group)) === null ? ENOMEM : 0;
}

export const pool = places('shm_new_address', {
  taken: '5.5 an address of the pool is taken',
  none: '5.5 the pool is exhausted',
});

/** A range of the pool of addresses; 0 if none is left. */
export function shm_new_address(k: Kernel, cx: Cx, pages: number): number {
  const { taskEnd, shmEnd } = cx.scope;
  for (let first = taskEnd; first + pages <= shmEnd; first++) {
    const bits = poolBits(cx.scope, first, pages);
    if ((k.pool & bits) !== 0) continue;
    pool(cx, 'taken');
    k.pool |= bits;
    return first;
  }
  pool(cx, 'none');
  return 0;
}
