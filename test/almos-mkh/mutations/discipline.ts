/** Locks that an access needs. */

import * as mistakes from './mistakes.ts';
import { mutation, written, asWritten } from './row.ts';
import type { MutationTest } from './row.ts';
import { write, munmap, fork, exit, alone, forking } from './scenes.ts';

export const discipline: readonly MutationTest[] = [
  written('vsl-lock-discipline', 'munmap reads the vseg without vsl_lock', alone([munmap])),
  mutation(
    'vsl-lock-discipline',
    'a vseg is searched without vsl_lock',
    alone([{ do: 'munmap', page: 1 }], { pages: 2 }),
    mistakes.searchedWithoutLock,
  ),
  mutation(
    'forks-lock-discipline',
    'a fork counts without the lock of the page',
    forking([write, fork], []),
    mistakes.countedWithoutLock,
  ),
  written(
    'copies-lock-discipline',
    'a fork walks the copies of the parent without their lock',
    forking([fork], []),
  ),
  {
    invariant: 'copies-lock-discipline',
    mistake: 'exit unlinks a copy without waiting for the lock of the list',
    scenario: alone([exit]),
    broken: { options: { copiesLocked: false } },
    sound: asWritten,
    silent: false,
  },
];
