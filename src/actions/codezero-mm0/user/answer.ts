/** What mm0 does for each request, and what the task may then expect of its pages. */

import { checks } from '../../../model/codezero-mm0/step-invariants.ts';
import { BEHIND_TABLE } from '../../../model/codezero-mm0/most.ts';
import type { DescriptorsRef, FileRef } from '../../../model/codezero-mm0/scope.ts';
import type { Kernel } from '../../../model/codezero-mm0/state.ts';
import { sys_clone, sys_exit, sys_fork } from '../clone.ts';
import { forgetPromises, promise } from '../ghost.ts';
import { freeSlot, openAtServer, sys_close, vfs_receive_sys_open } from '../file.ts';
import { sys_read_write } from '../io.ts';
import { sys_mmap } from '../mmap.ts';
import { do_munmap } from '../munmap.ts';
import { do_shmat, sys_shmdt } from '../shm.ts';
import { findSegment, sys_shmget } from '../segments.ts';
import { EBADF, EMFILE } from '../services/errors.ts';
import { halt } from '../vocabulary.ts';
import type { Cx } from '../vocabulary.ts';
import type { Request } from './labels.ts';
import { access } from './places.ts';

type Table = Kernel['descriptors'][DescriptorsRef];

type Slot = Table['fd'][never];

export function answer(k: Kernel, cx: Cx, step: Request, index: number): number {
  const { scope, thread } = cx;
  const { space } = scope.threads[thread];
  const table = k.descriptors[k.threads[thread].files as DescriptorsRef];
  switch (step.do) {
    case 'open': {
      const slot = freeSlot(cx, table, step.fd);
      const group = scope.groupIndex(step.file);
      if (slot === null) return EMFILE;
      const asked = scope.rules.openCalls === 'mm0-asks';
      return asked ? openAtServer(cx, slot, group) : vfs_receive_sys_open(k, cx, slot, group);
    }
    case 'close': {
      const slot = slotOf(cx, table, step.fd);
      return slot === null ? EBADF : sys_close(k, cx, slot);
    }
    case 'readFile':
    case 'writeFile': {
      const file = fileAt(k, cx, table, step.fd);
      return sys_read_write(k, cx, space, file, step);
    }
    case 'mmap':
      return map(k, cx, step, index, table);
    case 'fork':
      return sys_fork(k, cx, thread, scope.spaceIndex(step.child));
    case 'clone':
      return sys_clone(k, cx, thread, scope.spaceIndex(step.space), step.files);
    case 'shmget':
      return sys_shmget(k, cx, scope.groupIndex(step.segment), step);
    case 'shmat':
      return attach(k, cx, step);
    case 'shmdt':
      return detach(k, cx, step);
    case 'munmap': {
      const result = do_munmap(k, cx, space, step.page, step.pages);
      if (result === 0) forgetPromises(k, cx, space, step.page, step.page + step.pages);
      return result;
    }
    case 'exit':
      return sys_exit(k, cx, thread);
  }
}

type Step<Kind> = Extract<Request, { do: Kind }>;

function map(k: Kernel, cx: Cx, step: Step<'mmap'>, index: number, table: Table): number {
  const { scope } = cx;
  const { space } = scope.threads[cx.thread];
  const anon = step.kind.endsWith('anon');
  const file = anon ? null : fileAt(k, cx, table, step.fd);
  const group = anon || file === null ? scope.groupOfStep[index] : k.files[file].group;
  const used = scope.page.all.map((p) => k.spaces[space].promised[p].kind !== 'nothing');
  const first = sys_mmap(k, cx, space, file, step, scope.groupOfStep[index]);
  if (first < 0) return first;
  if (step.page === 0) {
    const taken = used.findIndex((is, p) => is && p >= first && p < first + step.pages);
    cx.check(checks.chosenAddressIsFree, taken < 0, space, taken);
  }
  const offset = anon ? 0 : step.offset;
  const segment = step.kind === 'shared-anon' && scope.rules.anonShared === 'segment';
  const readOnly = step.readOnly && !segment; // a segment is attached for reading and writing
  promise(k, cx, space, first, step.pages, step.kind, group, offset, readOnly);
  return first;
}

function attach(k: Kernel, cx: Cx, step: Step<'shmat'>): number {
  const { scope } = cx;
  const { space } = scope.threads[cx.thread];
  const group = scope.groupIndex(step.segment);
  const first = do_shmat(k, cx, space, group, step);
  const { pages } = scope.groups[group];
  if (first >= 0) {
    promise(k, cx, space, first, pages, 'shared-anon', group, 0, step.readOnly);
  }
  return first;
}

function detach(k: Kernel, cx: Cx, step: Step<'shmdt'>): number {
  const { scope } = cx;
  const { space } = scope.threads[cx.thread];
  const group = scope.groupIndex(step.segment);
  const segment = findSegment(k, cx, group);
  const address = segment === null ? 0 : k.files[segment].shm_addr;
  const result = sys_shmdt(k, cx, space, address);
  const { pages } = scope.groups[group];
  if (result === 0) forgetPromises(k, cx, space, address, address + pages);
  return result;
}

/** The file of a descriptor; null if it has none. */
function fileAt(k: Kernel, cx: Cx, table: Table, fd: number): FileRef | null {
  const file = slotOf(cx, table, fd)?.file ?? null;
  if (file !== null && !k.files[file].live) halt('wild', 'the file of a descriptor has been freed');
  return file;
}

/** The slot of a descriptor; null where it has none, and a check looks. */
function slotOf(cx: Cx, table: Table, fd: number): Slot | null {
  if (fd !== BEHIND_TABLE) return table.fd[cx.scope.fd.at(fd)] as Slot;
  access(cx, 'behind');
  if (cx.scope.rules.fdCheck === 'exact') return null;
  return halt('wild', 'the slot of descriptor 32 is behind the table');
}
