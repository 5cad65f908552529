/** Frames and the counts of their references. */

import { scenarioNamed } from '../build.ts';
import * as corrections from './corrections.ts';
import * as mistakes from './mistakes.ts';
import { mutation, written, mended, asWritten } from './row.ts';
import type { MutationTest } from './row.ts';
import {
  write,
  read,
  fork,
  exit,
  file,
  alone,
  forking,
  forkAmongWriters,
  parentReads,
  dataParentReads,
  kernelPage,
  twoPages,
} from './scenes.ts';

export const frames: readonly MutationTest[] = [
  written(
    'no-free-frame-mapped',
    'a child that exits releases the ANON frames of its parent',
    parentReads,
    mended(corrections.anonLooksAtForks),
  ),
  mutation(
    'no-free-frame-mapped',
    'a child that exits releases the DATA frames of its parent',
    dataParentReads,
    mistakes.dataForksIgnored,
  ),
  written(
    'no-frame-leak',
    'a frame counted twice at a fork is never released',
    scenarioNamed('data-fork-writes'),
  ),
  mutation(
    'no-frame-leak',
    'exit forgets to release',
    alone([write, exit]),
    mistakes.frameNotReleased,
  ),
  written(
    'forks-not-low',
    'a COW that finds no frame has counted its copy all the same',
    forkAmongWriters(1),
    mended(corrections.cowFailureUndone),
  ),
  mutation(
    'forks-not-low',
    'a fork counts neither in the child nor in the parent',
    parentReads,
    mistakes.childNotCounted,
    mistakes.parentNotCounted,
  ),
  written(
    'forks-exact',
    'a fork counts in the child and in the parent',
    forking([write, fork], []),
    mended(mistakes.parentNotCounted),
  ),
  written(
    'forks-only-on-cow',
    'a fork counts the frame of a file',
    forking([write, { ...write, page: 1 }, fork], [], {
      ...twoPages,
      ...file,
      vsegs: [...file.vsegs, { process: 'P', type: 'ANON', page: 1, pages: 1 }],
    }),
    mended(corrections.fileNotCounted),
  ),
  mutation(
    'forks-only-on-cow',
    'a fork does not mark the parent COW',
    forking([write, fork], []),
    mistakes.parentNotMarked,
  ),
  written(
    'refcount-nonnegative',
    'a frame that is still owed loses its last reference with a child',
    dataParentReads,
  ),
  mutation(
    'refcount-nonnegative',
    'a frame is released with its references',
    alone([write, exit]),
    mistakes.refcountKept,
  ),
  written(
    'refcount-exact',
    'a fork does not count the new reference',
    forking([write, fork], []),
    mended(corrections.childRefers),
  ),
  mutation(
    'refcount-exact',
    'a new frame has two references',
    alone([write]),
    mistakes.refcountOfTwo,
  ),
  mutation(
    'file-frame-owned-by-mapper',
    'exit releases the frame of a file',
    alone([read, exit], file),
    mistakes.fileFrameReleased,
  ),
  {
    invariant: 'file-frame-owned-by-mapper',
    mistake: 'a page of a file is given up while it is mapped',
    scenario: alone([read, { do: 'write', page: 1 }], {
      ...file,
      frames: 1,
      pages: 2,
      vsegs: [...file.vsegs, { process: 'P', type: 'ANON', page: 1, pages: 1 }],
    }),
    broken: { options: { mapperEvicts: true } },
    sound: asWritten,
    silent: false,
  },
  written(
    'no-access-to-free-frame',
    'a parent reads an ANON frame that the exit of its child released',
    parentReads,
    mended(corrections.anonLooksAtForks),
  ),
  mutation(
    'no-access-to-free-frame',
    'a parent reads a DATA frame that the exit of its child released',
    dataParentReads,
    mistakes.dataForksIgnored,
  ),
  written(
    'no-double-free',
    'parent and child exit and both release the same ANON frame',
    forking([write, fork, exit], [exit]),
    mended(corrections.anonLooksAtForks, mistakes.parentNotCounted),
  ),
  mutation(
    'no-double-free',
    'exit releases a frame twice',
    alone([write, exit]),
    mistakes.frameReleasedTwice,
  ),
  {
    invariant: 'kernel-out-of-reach',
    mistake: 'vsegs of the kernel have USER',
    scenario: alone([[read, { ...read, page: 1 }]], {
      heapBase: 1,
      pages: 3,
      vsegs: [{ process: 'P', type: 'ANON', page: 1, pages: 1 }],
      ...kernelPage,
    }),
    broken: { options: { kernelVsegsUser: true } },
    sound: asWritten,
    silent: false,
  },
];
