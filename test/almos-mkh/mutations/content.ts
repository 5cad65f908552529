/** What a read returns. */

import * as mistakes from './mistakes.ts';
import { mutation, written } from './row.ts';
import type { MutationTest } from './row.ts';
import { alone, elf, fork, forking, race, read, write } from './scenes.ts';

export const content: readonly MutationTest[] = [
  mutation(
    'read-own-process-writes',
    'a COW copy is not filled',
    forking([write, fork, { ...write, word: 1 }, read], [], { words: 2 }),
    mistakes.notCopied,
  ),
  written('fork-isolation', 'a parent writes to a page that a fault mapped WRITABLE', race),
  mutation(
    'fork-isolation',
    'a fork does not mark the parent COW',
    forking([write, fork, write], [read]),
    mistakes.parentNotMarked,
  ),
  written('no-lost-write', 'a COW copy takes along what the parent wrote after the fork', race),
  mutation(
    'no-lost-write',
    'a COW copy is not filled',
    forking([write, fork, write], []),
    mistakes.notCopied,
  ),
  written('initial-content', 'an ANON page begins with what was last in its frame', alone([read]), {
    options: { allocClears: true },
  }),
  mutation(
    'initial-content',
    'a DATA page begins with another page of the file',
    alone([read], { ...elf, frames: 3 }),
    mistakes.wrongPageOfFile,
  ),
];
