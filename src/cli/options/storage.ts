/** The options for storing states in memory and on disk. */

import { resolve } from 'node:path';

import { type SpillStorage, spillStorage } from '../../core/spill-files.ts';
import type { OptionDeclaration } from '../command.ts';
import type { Args } from '../args.ts';

const group = 'How it is searched:';

export const storageOptions: Readonly<Record<string, OptionDeclaration>> = {
  storage: {
    kind: 'value',
    group,
    byDefault: 'exact',
    describe: 'exact, or fingerprint: 64 bits of hash per state, with the chance of a collision',
  },
  spill: {
    kind: 'value',
    group,
    describe: 'move states to files in this folder when memory is used up; needs one worker',
  },
};

/** The folder for spilled states; undefined without spilling. */
export function chosenSpill(args: Args, cwd: string): SpillStorage | undefined {
  const folder = args.one('spill');
  return folder === undefined
    ? undefined
    : spillStorage(resolve(cwd, folder), `--spill: ${folder}`);
}
