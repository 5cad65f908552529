/** Operations end, report what they did, and leave nothing behind. */

import * as corrections from './corrections.ts';
import * as mistakes from './mistakes.ts';
import { mutation, written, silently, mended, asWritten } from './row.ts';
import type { MutationTest } from './row.ts';
import {
  scene,
  write,
  read,
  munmap,
  mmap,
  fork,
  exit,
  oneFrameFails,
  alone,
  together,
  forking,
  forkAmongWriters,
  across,
  noFrame,
  elf,
  empty,
  kernelPage,
  stacks,
  twoPages,
} from './scenes.ts';

export const control: readonly MutationTest[] = [
  written(
    'locks-released-on-return',
    'an mmap that is refused keeps the lock of the allocator',
    alone([mmap], { vsegs: [], pages: 2, heapBase: 1 }),
    mended(corrections.refusalUnlocks),
  ),
  mutation(
    'locks-released-on-return',
    'the error path of a fault forgets the LOCKED bit',
    noFrame,
    mistakes.errorKeepsPteLock,
  ),
  silently(
    written(
      'no-spurious-user-error',
      'a copy that another thread has made is a user error',
      forkAmongWriters(3),
      mended(corrections.copiedAlready),
    ),
  ),
  silently(
    mutation(
      'no-spurious-user-error',
      'the first byte of a vseg is not found',
      alone([write]),
      mistakes.firstByteMissed,
    ),
  ),
  written(
    'no-panic-on-exhaustion',
    'a fault that finds no frame is a panic',
    noFrame,
    mended(corrections.noMemoryIsUserError),
  ),
  written(
    'no-assert',
    'a fork that fails destroys a child whose zombi lists are not set up',
    forking([write, fork], [], { budgets: { ptecopy: 1 } }),
    { options: { childVmm: 'init' } },
  ),
  mutation(
    'no-assert',
    'exit releases a frame twice',
    alone([write, exit]),
    mistakes.frameReleasedTwice,
  ),
  written(
    'failed-op-is-neutral',
    'an mmap without a descriptor keeps its pages',
    alone([mmap], { ...empty, budgets: { descriptor: 1 } }),
    mended(corrections.pagesGivenBack),
  ),
  written(
    'failed-op-is-neutral',
    'a stack without a descriptor keeps its slot',
    scene('created', {
      ...stacks,
      budgets: { descriptor: 1 },
      threads: [
        { process: 'P', program: [{ do: 'create', thread: 1 }] },
        { process: 'P', slot: 0, created: true, program: [] },
      ],
    }),
  ),
  mutation(
    'failed-op-is-neutral',
    'the error path of a fault forgets the LOCKED bit',
    noFrame,
    mistakes.errorKeepsPteLock,
  ),
  written(
    'munmap-effective',
    'munmap in another cluster leaves the vseg of the reference',
    across([], [[read, munmap]]),
    { options: { munmapSite: 'reference' } },
  ),
  written(
    'munmap-effective',
    'munmap in the middle of DATA reports success and loses what is above',
    alone([{ do: 'munmap', page: 3 }], {
      ...elf,
      pages: 5,
      heapBase: 5,
      files: [{ name: 'elf', cluster: 0, pages: 3 }],
      vsegs: [{ process: 'P', type: 'DATA', page: 2, pages: 3, file: 'elf' }],
    }),
  ),
  mutation('munmap-effective', 'munmap only says so', alone([munmap]), mistakes.munmapOnlySaid),
  written(
    'deadlock-free',
    'an mmap waits for a lock that a refused one kept',
    together([[mmap], [mmap]], { vsegs: [], pages: 2, heapBase: 1 }),
    mended(corrections.refusalUnlocks),
  ),
  mutation(
    'deadlock-free',
    'a fault waits for a LOCKED bit that an error path forgot',
    together([[write], [write]], oneFrameFails),
    mistakes.errorKeepsPteLock,
  ),
  {
    invariant: 'locks-initialised',
    mistake: 'a fork leaves the locks of the allocators of the child as they are',
    scenario: forking([fork], []),
    broken: { options: { childVmm: 'poison' } },
    sound: asWritten,
    silent: false,
  },
  written(
    'munmap-acts',
    'a munmap of no page is told that all went well',
    alone([[munmap, { ...munmap, pages: 0 }]]),
    mended(corrections.emptyRefused),
  ),
  written(
    'munmap-acts',
    'two threads are told that they have unmapped the same page',
    together([[munmap], [munmap]]),
  ),
  written(
    'munmap-spares-others',
    'a munmap removes code',
    alone([[munmap, { ...munmap, page: 1 }]], {
      ...twoPages,
      heapBase: 1,
      files: [{ name: 'elf', cluster: 0, pages: 1 }],
      vsegs: [
        { process: 'P', type: 'CODE', page: 0, pages: 1, file: 'elf' },
        { process: 'P', type: 'ANON', page: 1, pages: 1 },
      ],
      pages: 3,
    }),
    mended(corrections.codeRefused),
  ),
  written(
    'munmap-spares-others',
    'a munmap removes memory of the kernel',
    alone([munmap], { heapBase: 1, vsegs: [], ...kernelPage }),
  ),
  written(
    'no-kill-for-descriptor',
    'a fault without a descriptor is an error of the user',
    across([], [[read]], { descriptors: 1, budgets: { descriptor: 1 } }),
    mended(corrections.descriptorAskedAgain),
  ),
];
