/**
 * A mutation for every invariant: a revision of mm0 that violates it, or the reference with a
 * mistake at a place of the reconstruction. The reference is the control.
 */

import type { Choices } from '../../src/model/codezero-mm0/options.ts';
import type { Profile } from '../../src/model/codezero-mm0/profiles.ts';
import type { Mistake } from './build.ts';

export interface MutationTest {
  readonly invariant: string;
  readonly scenario: string;
  readonly mistake: string;
  readonly broken: Profile | Mistake;
  readonly options?: Partial<Choices>;
}

const aug: Profile = 'written-aug08';
const nov: Profile = 'written-nov08';
const later: Profile = 'later';

const mutation = (
  invariant: string,
  scenario: string,
  mistake: string,
  broken: Profile | Mistake,
  options: Partial<Choices> = {},
): MutationTest => ({ invariant, scenario, mistake, broken, options });

const one = 1 as never;
const devzero = 0 as never;

export const mutationTests: readonly MutationTest[] = [
  mutation('nlinks-match-link-list', 'cow-2', 'a shadow counts a link of devzero', {
    at: '5.9/2a a shadow goes',
    make: (k) => void (k.objects[devzero].nlinks += 1),
  }),
  mutation('shadows-match-shdw-list', 'cow-2', 'a shadow is counted twice', {
    at: '5.9/2a a shadow goes',
    make: (k) => void (k.objects[devzero].shadows += 1),
  }),
  mutation('counts-not-negative', 'files', 'a fork opens nothing, and both close', aug),
  mutation('npages-match-cache', 'cow-2', 'a page is counted twice', {
    at: '5.9/6',
    make: (k) => void (k.objects[one].npages += 1),
  }),
  mutation('openers-match-descriptors', 'files', 'a fork opens nothing', aug),
  mutation('shdw-list-agrees-with-orig', 'cow-3', 'a collapse leaves orig_obj', aug),
  mutation('one-list-per-shadow', 'cow-3', 'a collapse takes a shadow out of its list', aug),
  mutation('no-dangling-link', 'cow-2', 'a link of a new area is freed', {
    at: '5.4/10',
    make: (k) => void (k.links[devzero].live = false),
  }),
  mutation('vma-has-objects', 'munmap-split', 'a split forgets the objects', nov),
  mutation('chain-ends-in-file', 'file-cow', 'the link to a file is dropped', aug),
  mutation('chain-follows-orig', 'split-shadow', 'one of two areas collapses', later),
  mutation('chain-acyclic', 'cow-2', 'a shadow shadows itself', {
    at: '5.9/6',
    make: (k) => void (k.objects[one].orig_obj = one),
  }),
  mutation('only-top-writable', 'cow-2', 'devzero becomes writable', {
    at: '5.9/2a a shadow goes',
    make: (k) => void (k.objects[devzero].flags |= 4),
  }),
  mutation('object-reachable-or-freed', 'shared-left', 'a close deletes nothing', later),
  mutation('freed-means-unreferenced', 'cow-2', 'an object names one that is being freed', {
    at: '6.5 the object is freed',
    make: (k) => {
      const objects = k.objects as unknown as { live: boolean; nlinks: number }[];
      const dying = objects.findIndex(({ live, nlinks }, i) => i > 0 && live && nlinks === 0);
      k.objects[devzero].orig_obj = dying as never;
    },
  }),
  mutation('devzero-permanent', 'cow-2', 'the page of devzero is freed', {
    at: '5.7/2 devzero answers',
    make: (k) => void (k.frames[devzero].in_use = false),
  }),
  mutation('one-file-per-vnode', 'reopen', 'an open file is not found again', aug),
  mutation('no-page-leak', 'cow-2', 'a page is taken that nobody uses', {
    at: '5.9/6',
    make: (k) => void (k.frames[5 as never].in_use = true),
  }),
  mutation('zero-page-stays-zero', 'anon-shared', 'shared memory maps devzero', nov),
  mutation('page-single-owner', 'cow-2', 'a page names another owner', {
    at: '5.10/1',
    make: (k) => void (k.frames[one].owner = devzero),
  }),
  mutation('page-cache-ordered', 'cache-order', 'a page goes before a smaller one', nov),
  mutation('one-page-per-offset', 'cow-2', 'two pages get the same offset', {
    at: 'the access goes through',
    make: (k) => void (k.frames[2 as never].offset = k.frames[one].offset),
  }),
  mutation('pte-names-live-page', 'fork-twice', 'pages are freed that a task maps', nov),
  mutation('pte-inside-vma', 'cow-2', 'a page is mapped where there is no area', {
    at: 'the access goes through',
    make: (k) => void (k.spaces[devzero].ptes[devzero].frame = one),
  }),
  mutation('pte-is-current', 'anon-shared', 'a read maps the zero page of a segment', later),
  mutation('writable-pte-is-exclusive', 'clone-apart', 'a clone shares the page table', nov),
  mutation('frozen-means-read-only', 'munmap-file', 'a freeze ignores the offset', nov),
  mutation('private-content-isolated', 'fork-twice', 'a collapse only counts pages', nov),
  mutation('shared-writes-visible', 'anon-shared', 'a read maps the zero page of a segment', later),
  mutation('dirty-data-not-lost', 'write-back', 'a file is deleted with its dirty page', nov),
  mutation('vmas-disjoint', 'overlap', 'the overlap test is wrong', aug),
  mutation('pager-never-stops', 'wrong-access', 'an access that is not allowed is a check', nov),
  mutation('no-wild-access', 'cow-3', 'a merge follows a poisoned node', aug),
  mutation('fork-preserves-content', 'fork-twice', 'a collapse has lost a page', nov),
  mutation('collapse-preserves-view', 'fork-twice', 'a collapse only counts pages', nov),
  mutation('merge-preserves-view', 'cow-2', 'pages change as they move', {
    at: '6.4/2 a page moves',
    make: (k) => {
      for (const frame of k.frames as unknown as { cell1: number }[]) frame.cell1 = 1;
    },
  }),
  mutation('read-never-downgrades', 'clone', 'a late read fault maps read-only', later),
  mutation('split-keeps-objects', 'munmap-split', 'a split forgets the objects', nov),
  mutation('split-keeps-offsets', 'munmap', 'an area moves in its file as it shrinks', {
    at: '5.17/3b the area shrinks at its start',
    make: (k) => {
      for (const vma of k.vmas as unknown as { live: boolean; file_offset: number }[]) {
        if (vma.live) vma.file_offset += 1;
      }
    },
  }),
  mutation('munmap-removes-access', 'munmap-exit', 'munmap is a stub', aug),
  mutation('unmapped-stays-unmapped', 'munmap-file', 'a freeze ignores the offset', nov),
  mutation('failed-call-leaves-no-trace', 'shm-reuse', 'shmdt reports failure', nov),
  mutation('pending-faults-drain', 'clone', 'an entry goes as its fault is handled', {
    at: '9/2',
    make: (k) => void (k.spaces[devzero].ptes[one].frame = null),
  }),
  mutation('vma-not-empty', 'cow-2', 'a new area ends where it starts', {
    at: '5.4/10',
    make: (k) => {
      for (const vma of k.vmas as unknown as { pfn_start: number; pfn_end: number }[]) {
        vma.pfn_end = vma.pfn_start;
      }
    },
  }),
  mutation('offset-in-pages', 'file-offset', 'the offset is compared in bytes', later),
  mutation('shm-address-unique', 'shm-address', 'an address given is not reserved', nov),
  mutation('shm-address-stable', 'shm-reuse', 'a segment keeps areas and moves', aug),
  mutation('shm-address-returned', 'shm-reuse', 'a segment keeps its address', nov),
  mutation('exit-closes-own-descriptors', 'clone-files', 'an exit closes shared descriptors', nov),
  mutation('request-is-answered', 'munmap-exit', 'mmap is not answered', aug, {
    mmapReply: 'as-written',
  }),
  mutation('chosen-address-is-free', 'choose', 'the choice looks at one area only', nov),
];
