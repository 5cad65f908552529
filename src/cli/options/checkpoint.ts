/** The options that keep a search in a file, and the search that does it. */

import { resolve } from 'node:path';

import { fileError } from '../../files/read.ts';
import { InputError } from '../../errors.ts';
import type { SearchOptions } from '../../explorer/options.ts';
import { type Search, startSearch } from '../../explore.ts';
import type { Verdict } from '../../explorer/verdict.ts';
import type { Subject } from '../../system.ts';
import { type CheckpointIdentity, readCheckpoint } from '../../core/checkpoint-file.ts';
import type { OptionDeclaration } from '../command.ts';
import type { Args } from '../args.ts';
import { openPlace } from '../../core/checkpoint-place.ts';
import type { Host } from '../../core/host.ts';

const group = 'How it is searched:';

/** How often a checkpoint is due unless said otherwise, in seconds. */
const USUAL_INTERVAL = 60;

/** What the user asked for. */
export interface CheckpointOptions {
  /** Where to write; undefined not to. */
  readonly checkpoint: string | undefined;
  readonly resume: string | undefined;
  readonly seconds: number;
}

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

export function chosenCheckpoint(
  args: Args,
  scenarios: number,
  strategy: string,
): CheckpointOptions {
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
  return { checkpoint, resume, seconds: interval ?? USUAL_INTERVAL };
}

/** Keeps one search. */
export interface Keeper {
  /** Starts it, from its checkpoint if there is one to resume. */
  start(subject: Subject, options: SearchOptions): Search;
  /** Says if a limit left the search with nothing that could be kept, or with no state at all. */
  remark(verdict: Verdict): void;
  /** It has ended, whatever way. */
  close(): void;
}

/** Takes possession of the place where a search is kept, if it is. */
export function keeperOf(
  keeping: CheckpointOptions | undefined,
  about: CheckpointIdentity,
  host: Host,
): Keeper {
  const { cwd, now, stderr } = host;
  const remark = (verdict: Verdict, unwritten?: string): void => {
    const said = limitRemark(verdict, unwritten);
    if (said !== undefined) stderr.write(`vmcheck: ${said}\n`);
  };
  if (keeping?.checkpoint === undefined) {
    return { start: startSearch, remark, close: () => undefined };
  }
  const { checkpoint, resume, seconds } = keeping;
  const place = openPlace(resolve(cwd, checkpoint), checkpoint);
  let failed = false;
  let written = false;
  const start = (subject: Subject, options: SearchOptions): Search => {
    let due = now() + 1000 * seconds;
    const onLevel: SearchOptions['onLevel'] = (take, last) => {
      if (failed || (!last && now() < due)) return;
      try {
        place.write(about, take());
        written = true;
      } catch (error) {
        failed = true;
        stderr.write(`vmcheck: ${fileError(error, checkpoint)}: the search is not kept\n`);
        if (!last) search.interrupt('disk');
      }
      due = now() + 1000 * seconds;
    };
    const kept = resume === undefined ? undefined : readCheckpoint(resolve(cwd, resume), about);
    const search = startSearch(subject, { ...options, onLevel, resume: kept });
    kept?.close();
    return search;
  };
  return {
    start,
    remark: (verdict) => remark(verdict, written || failed ? undefined : checkpoint),
    close: () => place.close(),
  };
}

/** What a limited verdict does not say: that not even the initial states were stored. */
function limitRemark({ outcome, limit, states }: Verdict, unwritten?: string): string | undefined {
  if (outcome !== 'limited') return undefined;
  const kept = unwritten === undefined ? '' : `no checkpoint is written to ${unwritten}`;
  const small = 'the memory limit is too small for even the initial state: raise it';
  if (limit === 'memory' && states === 0) return kept === '' ? small : `${small}; ${kept}`;
  return kept === '' ? undefined : `${kept}: the limit was reached among the initial states`;
}
