/** The options that keep a search in a file, and the search that does it. */

import { resolve } from 'node:path';

import { InputError } from '../errors.ts';
import type { SearchOptions } from '../explorer/options.ts';
import { type Search, startSearch } from '../explorer/search.ts';
import type { Subject } from '../system.ts';
import { type About, readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import type { OptionDeclaration } from './command.ts';
import type { Given } from './given.ts';
import type { World } from './world.ts';

const group = 'How it is searched:';

/** How often a checkpoint is due unless said otherwise, in seconds. */
const USUAL_INTERVAL = 60;

/** What the user asked for. */
export interface Keeping {
  /** Where to write; undefined not to. */
  readonly checkpoint: string | undefined;
  readonly resume: string | undefined;
  readonly seconds: number;
}

export const checkpointOptions: Readonly<Record<string, OptionDeclaration>> = {
  checkpoint: {
    kind: 'value',
    group,
    describe: 'write the search to this file now and then, so that it can be resumed',
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

export function chosenKeeping(given: Given, scenarios: number, strategy: string): Keeping {
  const resume = given.one('resume');
  const checkpoint = given.one('checkpoint') ?? resume;
  const interval = given.seconds('checkpoint-interval');
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
  if (checkpoint !== undefined && given.flag('por')) {
    throw new InputError(`${option} is not for --por, which starts over as it learns: leave one out`);
  }
  return { checkpoint, resume, seconds: interval ?? USUAL_INTERVAL };
}

/** Starts a search, from its checkpoint if there is one to resume, and keeps it as asked. */
export function startKept(
  subject: Subject,
  options: SearchOptions,
  keeping: Keeping | undefined,
  about: About,
  { cwd, now, stderr }: World,
): Search {
  if (keeping?.checkpoint === undefined) return startSearch(subject, options);
  const file = resolve(cwd, keeping.checkpoint);
  let due = now() + 1000 * keeping.seconds;
  const onLevel: SearchOptions['onLevel'] = (snapshot) => {
    if (now() < due) return;
    try {
      writeCheckpoint(file, about, snapshot());
    } catch (error) {
      stderr.write(`vmcheck: ${file} cannot be written: ${(error as Error).message}\n`);
      search.interrupt('disk');
    }
    due = now() + 1000 * keeping.seconds;
  };
  const kept =
    keeping.resume === undefined ? undefined : readCheckpoint(resolve(cwd, keeping.resume), about);
  const search = startSearch(subject, { ...options, onLevel, resume: kept });
  kept?.close();
  return search;
}
