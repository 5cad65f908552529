/** Entries of page tables. */

import { scenarioNamed } from '../build.ts';
import * as corrections from './corrections.ts';
import * as mistakes from './mistakes.ts';
import { mutation, written } from './row.ts';
import type { MutationTest } from './row.ts';
import {
  scene,
  write,
  read,
  munmap,
  fork,
  twoPages,
  alone,
  together,
  forking,
  across,
  noFrame,
  race,
  munmapRace,
  stacks,
} from './scenes.ts';

export const ptes: readonly MutationTest[] = [
  mutation(
    'cow-xor-writable',
    'a fork marks the parent COW and leaves it WRITABLE',
    forking([write, fork], []),
    mistakes.parentStaysWritable,
  ),
  written('cow-isolation', 'a fault maps a page WRITABLE after the fork has marked it', race),
  mutation(
    'cow-isolation',
    'a fork does not mark the parent COW',
    forking([write, fork], []),
    mistakes.parentNotMarked,
  ),
  written(
    'gpt-copy-coherence',
    'munmap in the reference leaves the entry of the other cluster',
    scenarioNamed('munmap-two-clusters'),
  ),
  mutation(
    'gpt-copy-coherence',
    'the local entry gets other attributes than the reference',
    across([], [[write]]),
    mistakes.localEntryReadOnly,
  ),
  mutation(
    'gpt-copy-coherence',
    'a fault writes the local entry, not that of the reference',
    across([], [[write]]),
    mistakes.notPublished,
  ),
  written('pte-covered-by-vseg', 'a fault maps a page behind a munmap', munmapRace),
  mutation(
    'pte-covered-by-vseg',
    'munmap does not reset the entry',
    alone([write, munmap]),
    mistakes.pteNotReset,
  ),
  written(
    'copy-covered-by-reference',
    'munmap in the reference leaves the vseg of the other cluster',
    scenarioNamed('munmap-two-clusters'),
  ),
  mutation(
    'copy-covered-by-reference',
    'a vseg is copied with another offset in its file',
    across([], [[write]]),
    mistakes.vsegCopiedWrongly,
  ),
  mutation(
    'pte-lock-has-owner',
    'the error path of a fault forgets the LOCKED bit',
    noFrame,
    mistakes.errorKeepsPteLock,
  ),
  written('pte-write-under-lock', 'a fork marks entries that a fault has locked', race),
  mutation(
    'pte-write-under-lock',
    'a fault goes on without the lock',
    together([[write], [write]]),
    mistakes.pteLockIgnored,
  ),
  written('unmapped-is-inaccessible', 'a fault maps a page behind a munmap', munmapRace),
  mutation(
    'unmapped-is-inaccessible',
    'munmap does not reset the entry',
    alone([write, munmap, [read, { do: 'read', page: 1 }]], twoPages),
    mistakes.pteNotReset,
  ),
  mutation(
    'private-stays-local',
    'a stack is mapped in another cluster',
    scene('stack', {
      ...stacks,
      clusters: 2,
      processes: [{ name: 'P', clusters: [0, 1] }],
      threads: [
        { process: 'P', cluster: 0, slot: 0, program: [{ do: 'write', page: 1 }] },
        { process: 'P', cluster: 1, program: [{ do: 'read', page: 1 }] },
      ],
    }),
    corrections.stackIsPublic,
  ),
];
