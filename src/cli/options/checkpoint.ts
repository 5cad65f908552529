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
    describe: 'save the search to this file periodically, and when a limit ends it',
  },
  'checkpoint-interval': {
    kind: 'value',
    group,
    usual: String(USUAL_INTERVAL),
    describe: 'seconds between checkpoints; each is written at the end of a level',
  },
  resume: {
    kind: 'value',
    group,
    describe: 'continue the search saved in this file, and keep saving to it',
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
    throw new InputError('--checkpoint-interval needs --checkpoint: name a file');
  }
  const option = resume === undefined ? '--checkpoint' : '--resume';
  if (checkpoint !== undefined && scenarios > 1) {
    throw new InputError(`${option} works with a single search: name one --scenario`);
  }
  if (checkpoint !== undefined && strategy !== 'bfs') {
    throw new InputError(`${option} needs --strategy bfs: other strategies have no levels`);
  }
  if (checkpoint !== undefined && args.flag('por')) {
    throw new InputError(
      `${option} cannot be combined with --por, which may start over: leave one out`,
    );
  }
  if (checkpoint === undefined) return undefined;
  return checkpointStorage({ cwd, checkpoint, resume, interval: interval ?? USUAL_INTERVAL });
}
