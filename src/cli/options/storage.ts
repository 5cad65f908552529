/** The options that say how states are kept, and where those go that memory has no room for. */

import { resolve } from 'node:path';

import type { SearchSettings } from '../../core/run-search.ts';
import { type SpillStorage, spillStorage } from '../../core/spill-files.ts';
import { InputError } from '../../errors.ts';
import type { OptionDeclaration } from '../command.ts';
import type { Args } from '../args.ts';

const group = 'How it is searched:';

export const storageOptions: Readonly<Record<string, OptionDeclaration>> = {
  storage: {
    kind: 'value',
    group,
    usual: 'exact',
    describe: 'exact, or fingerprint: 64 bits of hash per state, with the chance of a collision',
  },
  spill: {
    kind: 'value',
    group,
    describe: 'move states to files in this folder when memory is used up; needs one worker',
  },
};

export function chosenStorage(args: Args, { strategy }: SearchSettings): 'exact' | 'fingerprint' {
  const storage = args.choice('storage', ['exact', 'fingerprint'], 'exact');
  if (storage === 'fingerprint' && strategy !== 'bfs') {
    throw new InputError(
      '--storage fingerprint needs --strategy bfs: other strategies return to expanded states',
    );
  }
  return storage;
}

/** Undefined unless states may move to the disk. */
export function chosenSpill(
  args: Args,
  { strategy, workers }: SearchSettings,
  cwd: string,
): SpillStorage | undefined {
  const folder = args.one('spill');
  if (folder === undefined) return undefined;
  if (strategy !== 'bfs')
    throw new InputError('--spill needs --strategy bfs: leave one of them out');
  if ((workers ?? 1) > 1) {
    throw new InputError('--spill needs a single worker: leave --workers out, or set it to 1');
  }
  return spillStorage(resolve(cwd, folder), `--spill: ${folder}`);
}
