/** The options that keep a search in a file. */

import { InputError } from '../../errors.ts';
import { checkpointStorage } from '../../core/checkpoint-storage.ts';
import type { CheckpointStorage } from '../../core/checkpointing.ts';
import type { OptionDeclaration } from '../command.ts';
import type { Args } from '../args.ts';

const group = 'How it is searched:';

/** How often a checkpoint is due unless said otherwise, in seconds. */
const USUAL_INTERVAL = 60;

export const checkpointOptions: Readonly<Record<string, OptionDeclaration>> = {
  checkpoint: {
    kind: 'value',
    group,
    describe: 'write the search to this file now and then, and when a limit ends it, to resume it',
  },
  'checkpoint-interval': {
    kind: 'value',
    group,
    usual: String(USUAL_INTERVAL),
    describe: 'seconds from one checkpoint to the next, at the end of a level',
  },
  resume: {
    kind: 'value',
    group,
    describe: 'go on with the search in this file, and keep writing to it',
  },
};

/** Undefined unless the search is to be kept. */
export function chosenCheckpoints(
  args: Args,
  scenarios: number,
  strategy: string,
  cwd: string,
): CheckpointStorage | undefined {
  const resume = args.one('resume');
  const checkpoint = args.one('checkpoint') ?? resume;
  const interval = args.seconds('checkpoint-interval');
  if (checkpoint === undefined && interval !== undefined) {
    throw new InputError('--checkpoint-interval is for --checkpoint: name a file');
  }
  const option = resume === undefined ? '--checkpoint' : '--resume';
  if (checkpoint !== undefined && scenarios > 1) {
    throw new InputError(`${option} is for one search: name one --scenario`);
  }
  if (checkpoint !== undefined && strategy !== 'bfs') {
    throw new InputError(`${option} is for --strategy bfs: the others have no levels`);
  }
  if (checkpoint !== undefined && args.flag('por')) {
    throw new InputError(
      `${option} is not for --por, which starts over as it learns: leave one out`,
    );
  }
  if (checkpoint === undefined) return undefined;
  return checkpointStorage({ cwd, checkpoint, resume, interval: interval ?? USUAL_INTERVAL });
}
