/** The options for checkpoints. */

import { checkpointStorage } from '../../core/checkpoint-storage.ts';
import type { CheckpointStorage } from '../../core/checkpointing.ts';
import type { OptionDeclaration } from '../command.ts';
import type { Args } from '../args.ts';

const group = 'How it is searched:';

/** The default interval between checkpoints, in seconds. */
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
    byDefault: String(USUAL_INTERVAL),
    describe: 'seconds between checkpoints; each is written at the end of a level',
  },
  resume: {
    kind: 'value',
    group,
    describe: 'continue the search saved in this file, and keep saving to it',
  },
};

/** What is asked about checkpoints. */
interface AskedCheckpoints {
  /** The option that names a file; undefined if none does. */
  readonly option: '--checkpoint' | '--resume' | undefined;
  readonly interval: number | undefined;
  readonly storage: CheckpointStorage | undefined;
}

export function chosenCheckpoints(args: Args, cwd: string): AskedCheckpoints {
  const resume = args.one('resume');
  const checkpoint = args.one('checkpoint') ?? resume;
  const interval = args.seconds('checkpoint-interval');
  if (checkpoint === undefined) return { option: undefined, interval, storage: undefined };
  const files = { cwd, checkpoint, resume, interval: interval ?? USUAL_INTERVAL };
  const option = resume === undefined ? '--checkpoint' : '--resume';
  return { option, interval, storage: checkpointStorage(files) };
}
