/** Lists of vsegs and the allocators of their pages. */

import * as corrections from './corrections.ts';
import * as mistakes from './mistakes.ts';
import { mutation, written, mended } from './row.ts';
import type { MutationTest } from './row.ts';
import {
  scene,
  write,
  munmap,
  mmap,
  fork,
  exit,
  elf,
  twoPages,
  empty,
  alone,
  forking,
  across,
  munmapRace,
  stacks,
} from './scenes.ts';

export const lists: readonly MutationTest[] = [
  written(
    'vsl-no-overlap',
    'two threads in one cluster both fetch the vseg from the reference',
    across([], [[write], [{ ...write, page: 1 }, write]], twoPages),
    mended(corrections.searchedAgain),
  ),
  mutation(
    'vsl-no-overlap',
    'mmap hands out the same page twice and looks for no conflict',
    alone([mmap, mmap], empty),
    mistakes.samePagesAgain,
    mistakes.conflictIgnored,
  ),
  written(
    'vsl-count',
    'munmap counts and unlinks without vsl_lock',
    alone([munmap]),
    mended(corrections.detachedUnderLock),
  ),
  mutation('vsl-count', 'exit unlinks without counting', alone([exit]), mistakes.unlinkNotCounted),
  written(
    'mmap-disjoint',
    'the allocator of a child knows nothing of what the child inherited',
    forking([fork], []),
  ),
  mutation(
    'mmap-disjoint',
    'mmap does not advance the first free page',
    alone([mmap], empty),
    mistakes.samePagesAgain,
  ),
  written(
    'mmap-complete',
    'an mmap without a descriptor loses its pages',
    alone([mmap], { ...empty, budgets: { descriptor: 1 } }),
    mended(corrections.pagesGivenBack),
  ),
  mutation('mmap-complete', 'munmap does not park the pages', alone([munmap]), mistakes.notParked),
  written(
    'descriptor-conservation',
    'mmap takes pages from a zombi list and drops the descriptor',
    alone([munmap, mmap]),
    mended(corrections.reusedIsFreed),
  ),
  mutation(
    'descriptor-conservation',
    'exit does not free the descriptor of a DATA vseg',
    alone([exit], elf),
    mistakes.descriptorNotFreed,
  ),
  written(
    'mmap-progress',
    'a child is given pages that it has inherited, and is refused',
    forking([fork], [mmap], { descriptors: 4, pages: 2 }),
  ),
  written(
    'mmap-progress',
    'an end of the zone is compared with its size',
    alone([mmap], { vsegs: [], pages: 2, heapBase: 1 }),
    mended(corrections.comparesWithEnd),
  ),
  mutation(
    'mmap-progress',
    'the last page of the zone is refused',
    alone([mmap], { vsegs: [] }),
    mistakes.lastPageRefused,
  ),
  written('no-descriptor-use-after-free', 'a fault uses a vseg behind a munmap', munmapRace),
  mutation(
    'no-descriptor-use-after-free',
    'exit reads the link of a vseg that it has removed',
    alone([exit]),
    mistakes.linkReadAfterRemoval,
  ),
  mutation(
    'stack-bitmap-exact',
    'the slot of a thread that ends is not given back',
    scene('stack', {
      ...stacks,
      threads: [{ process: 'P', cluster: 0, slot: 0, program: [{ do: 'leave' }] }],
    }),
    corrections.slotKept,
  ),
];
