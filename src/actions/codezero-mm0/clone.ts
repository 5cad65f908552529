/** clone.c, task.c and exit.c: tasks come and go. */

import { checks } from '../../model/codezero-mm0/step-invariants.ts';
import type { Rules } from '../../model/codezero-mm0/rules.ts';
import type {
  DescriptorsRef,
  SpaceRef,
  ThreadRef,
  VmaRef,
} from '../../model/codezero-mm0/scope.ts';
import type { Kernel } from '../../model/codezero-mm0/state.ts';
import { usersOf } from '../../model/codezero-mm0/threads.ts';
import {
  NOTHING,
  promisedContent,
  ptesOf,
  viewContent,
  vmaOf,
} from '../../model/codezero-mm0/view.ts';
import { forgetPromises, inheritPromises } from './ghost.ts';
import { vma_drop_merge_delete_all } from './drop.ts';
import { vm_freeze_shadows } from './fault.ts';
import { sys_close } from './file.ts';
import { callServer } from './services/server.ts';
import { EINVAL, ENOMEM, ENOSYS } from './services/errors.ts';
import { fails } from './services/failures.ts';
import { freeVma, newVma } from './services/objects.ts';
import { removeEntry } from './services/pages.ts';
import { insertArea } from './mmap.ts';
import { vma_copy_links } from './munmap.ts';
import { vma_drop_link } from './vm_object.ts';
import { halt, places } from './vocabulary.ts';
import type { Cx } from './vocabulary.ts';

const clones = ({ clones: there }: Rules): boolean => there;
const exits = ({ exits: there }: Rules): boolean => there;

export const forking = places('sys_fork', {
  freeze: '5.12/1 the parent is frozen',
  noTask: '5.12/2 no memory for the child',
  table: '5.12/2 the kernel copies the page table',
  areas: '5.12/3 areas and links are copied',
  noMemory: '5.12/3 an allocation fails',
  reversed: [
    '5.12/4 the list of the child is in reverse order',
    ({ forkOrder }) => forkOrder === 'reversed',
  ],
  files: '5.12/5 descriptors are copied',
  runs: '5.12/6 the child runs',
});

/** Answers 0, or an error. */
export function sys_fork(k: Kernel, cx: Cx, parent: ThreadRef, child: SpaceRef): number {
  const { scope } = cx;
  const { space } = scope.threads[parent];
  const main = mainOf(cx, child);
  if (k.spaces[child].born) return EINVAL; // the scenario forks it twice: no such task any more
  const before = scope.page.all.map((p) => ptesOf(k, space)[p].frame !== null);
  // The corrected rules allocate everything before the first change of the parent.
  const careful = scope.rules.outOfMemory === 'undone';
  if (!careful) freezeParent(k, cx, space);
  if (fails(k, cx, 'alloc')) {
    forking(cx, 'noTask');
    if (scope.rules.newTask === 'examined') return ENOMEM;
    halt('wild', 'do_fork: an error value is taken for a task');
  }
  if (!careful) copyTable(k, cx, space, child);
  forking(cx, 'areas');
  if (!copyAreas(k, cx, space, child)) {
    forking(cx, 'noMemory');
    return ENOMEM;
  }
  if (careful) {
    freezeParent(k, cx, space);
    copyTable(k, cx, space, child);
  }
  copyFiles(k, cx, parent, main);
  callServer(k, 'sys_fork');
  forking(cx, 'runs');
  start(k, cx, main, child);
  inheritPromises(k, cx, space, child);
  for (const p of scope.page.all) {
    const appeared = ptesOf(k, space)[p].frame !== null && before[p] === false;
    cx.check(checks.unmappedStaysUnmapped, !appeared, space, p);
  }
  for (const a of [space, child]) checkContent(k, cx, a);
  return 0;
}

function freezeParent(k: Kernel, cx: Cx, space: SpaceRef): void {
  forking(cx, 'freeze');
  vm_freeze_shadows(k, cx, space);
}

/** Right after a fork every page shows what was promised. */
function checkContent(k: Kernel, cx: Cx, space: SpaceRef): void {
  for (const p of cx.scope.page.all) {
    const promised = promisedContent(k, space, p);
    const ref = vmaOf(k, space, p);
    if (promised === NOTHING || ref === null) continue;
    const seen = viewContent(k, cx.scope, k.vmas[ref], p);
    cx.check(checks.forkPreservesContent, seen === promised, space, p);
  }
}

function mainOf(cx: Cx, space: SpaceRef): ThreadRef {
  const { scope } = cx;
  return scope.thread.all.find(
    (t) => scope.threads[t].space === space && scope.threads[t].main,
  ) as ThreadRef;
}

function start(k: Kernel, cx: Cx, thread: ThreadRef, space: SpaceRef): void {
  k.threads[thread].born = true;
  k.spaces[space].born = true;
  cx.note(() => `${cx.scope.threads[thread].name} runs`);
}

/** Areas with their links. False: no memory, and nothing has changed. */
function copyAreas(k: Kernel, cx: Cx, from: SpaceRef, to: SpaceRef): boolean {
  const { vmas } = k.spaces[from];
  const copies = k.spaces[to].vmas;
  const { outOfMemory, forkOrder } = cx.scope.rules;
  for (let i = 0; i < vmas.length; i++) {
    const ref = vmas.at(i) as VmaRef;
    const { pfn_start, pfn_end, flags, file_offset } = k.vmas[ref];
    const copy = newVma(k, cx, pfn_start, pfn_end, flags, file_offset);
    if (copy === null && outOfMemory === 'unchecked') {
      forking(cx, 'noMemory');
      halt('wild', 'copy_vmas: an error value is taken for an area');
    }
    if (copy === null || !vma_copy_links(k, cx, copy, ref)) {
      if (copy !== null) freeVma(k, copy);
      while (copies.length > 0) {
        const made = copies.at(0) as VmaRef;
        const { chain } = k.vmas[made];
        while (chain.length > 0) vma_drop_link(k, chain, chain.at(0) as never);
        freeVma(k, made);
        copies.splice(0, 1);
      }
      return false;
    }
    if (forkOrder === 'reversed') {
      forking(cx, 'reversed');
      copies.unshift(copy);
    } else if (forkOrder === 'inserted') insertArea(k, cx, to, copy);
    else copies.push(copy);
  }
  return true;
}

function copyTable(k: Kernel, cx: Cx, from: SpaceRef, to: SpaceRef): void {
  forking(cx, 'table');
  for (const p of cx.scope.page.all) {
    const { frame, rw } = ptesOf(k, from)[p];
    k.spaces[to].ptes[p].frame = frame;
    k.spaces[to].ptes[p].rw = rw;
  }
}

function copyFiles(k: Kernel, cx: Cx, from: ThreadRef, to: ThreadRef): void {
  forking(cx, 'files');
  const own = cx.scope.descriptors.at(to);
  const source = k.threads[from].files as DescriptorsRef;
  k.threads[to].files = own;
  k.descriptors[own].users = 1;
  for (const fd of cx.scope.fd.all) {
    const { file, named, stale } = k.descriptors[source].fd[fd];
    k.descriptors[own].fd[fd].file = file;
    k.descriptors[own].fd[fd].named = named;
    k.descriptors[own].fd[fd].stale = stale;
    if (file !== null && cx.scope.rules.forkOpens) k.files[file].openers += 1;
  }
}

export const cloning = places('sys_clone', {
  thread: ['5.13/2 shared memory: one user more of the areas', clones],
  sameTable: [
    '5.13/1 without shared memory, but in the same page table',
    (rules) => rules.clones && rules.cloneApart === 'same-table',
  ],
  refused: [
    '5.13/1 without shared memory: EINVAL',
    (rules) => rules.clones && rules.cloneApart === 'refused',
  ],
  noTask: ['5.13/1 no memory for the thread: ENOMEM', clones],
  copies: ['5.13/2 areas and links are copied', (r) => r.clones && r.cloneApart === 'same-table'],
  shareFiles: ['5.13/3 shared descriptors: one user more', clones],
  runs: ['5.13/4 the thread runs', clones],
});

/** `space` is that of the caller (shared memory) or a child. */
export function sys_clone(
  k: Kernel,
  cx: Cx,
  caller: ThreadRef,
  space: SpaceRef,
  files: boolean,
): number {
  const { scope } = cx;
  if (!scope.rules.clones) return ENOSYS;
  const own = scope.threads[caller].space;
  const { cloneApart } = scope.rules;
  if (space !== own && cloneApart === 'refused') {
    cloning(cx, 'refused');
    return EINVAL;
  }
  if (space !== own && cloneApart === 'forks') {
    const error = sys_fork(k, cx, caller, space);
    if (error === 0 && files) shareFiles(k, cx, caller, mainOf(cx, space));
    return error;
  }
  const thread =
    space === own
      ? scope.thread.all.find((t) => scope.threads[t].space === own && !k.threads[t].born)
      : mainOf(cx, space);
  if (thread === undefined || k.threads[thread].born || k.spaces[space].gone) return EINVAL;
  if (fails(k, cx, 'alloc')) {
    cloning(cx, 'noTask');
    return ENOMEM;
  }
  if (space === own) cloning(cx, 'thread');
  else {
    cloning(cx, 'sameTable');
    cloning(cx, 'copies');
    copyAreas(k, cx, own, space);
    k.spaces[space].pgd = k.spaces[own].pgd ?? own;
    inheritPromises(k, cx, own, space);
  }
  if (files) shareFiles(k, cx, caller, thread);
  else copyFiles(k, cx, caller, thread);
  cloning(cx, 'runs');
  start(k, cx, thread, space);
  return 0;
}

function shareFiles(k: Kernel, cx: Cx, from: ThreadRef, to: ThreadRef): void {
  cloning(cx, 'shareFiles');
  const table = k.threads[from].files as DescriptorsRef;
  const had = k.threads[to].files;
  if (had !== null) {
    // A fork has copied them: the copies are given up again.
    for (const fd of cx.scope.fd.all) {
      const { file } = k.descriptors[had].fd[fd];
      if (file !== null) k.files[file].openers -= 1;
      k.descriptors[had].fd[fd].file = null;
      k.descriptors[had].fd[fd].named = 0;
      k.descriptors[had].fd[fd].stale = false;
    }
    k.descriptors[had].users = 0;
  }
  k.threads[to].files = table;
  k.descriptors[table].users += 1;
}

export const exiting = places('sys_exit', {
  close: ['5.18/1 descriptors are closed', exits],
  stays: [
    '5.18/1 a close fails: this descriptor and those after it stay',
    (rules) => rules.exits && rules.outOfMemory === 'unchecked',
  ],
  shared: ['5.18/1 others use the descriptors too', exits],
  user: ['5.18/2 descriptors have one user less', exits],
  release: ['5.18/2 the last user of the areas: every link is released', exits],
  freed: ['5.18/2 the area is freed', exits],
  others: ['5.18/2 others use the areas', exits],
  table: ['5.18/3 the page table disappears', exits],
});

export function sys_exit(k: Kernel, cx: Cx, thread: ThreadRef): number {
  const { scope } = cx;
  if (!scope.rules.exits) return ENOSYS;
  const { space } = scope.threads[thread];
  const table = k.descriptors[k.threads[thread].files as DescriptorsRef];
  if (table.users > 1) exiting(cx, 'shared');
  const closes = table.users === 1 || scope.rules.exitCloses === 'always';
  const used = table.users > 1 && scope.fd.all.some((fd) => table.fd[fd].file !== null);
  cx.check(checks.exitClosesOwnDescriptors, !(closes && used), thread);
  if (closes) {
    for (const fd of scope.fd.all) {
      // Of what mm0 does not know, the file server is told by itself.
      if (table.fd[fd].file === null) table.fd[fd].named = 0;
      if (table.fd[fd].file === null) continue;
      exiting(cx, 'close');
      if (sys_close(k, cx, table.fd[fd]) === 0) continue;
      if (scope.rules.outOfMemory !== 'undone') {
        exiting(cx, 'stays');
        break;
      }
      sys_close(k, cx, table.fd[fd]); // exit cannot fail: the server is asked once more
    }
  }
  exiting(cx, 'user');
  table.users -= 1;
  k.threads[thread].files = null;
  k.threads[thread].dead = true;
  if (usersOf(k, scope, space) > 0) {
    exiting(cx, 'others');
    return 0;
  }
  const { vmas } = k.spaces[space];
  while (vmas.length > 0) {
    exiting(cx, 'release');
    const ref = vmas.at(0) as VmaRef;
    vma_drop_merge_delete_all(k, cx, ref);
    exiting(cx, 'freed');
    vmas.splice(0, 1);
    freeVma(k, ref);
  }
  exiting(cx, 'table');
  k.spaces[space].gone = true;
  const running = scope.space.all.some(
    (a) => a !== space && k.spaces[a].pgd === space && !k.spaces[a].gone,
  );
  if (k.spaces[space].pgd === null && !running) {
    for (const p of scope.page.all) removeEntry(k, space, p);
  }
  forgetPromises(k, cx, space, 0, scope.page.size);
  return 0;
}
