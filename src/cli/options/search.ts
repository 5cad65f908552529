/** The options that say how to search and when to stop. */

import { InputError } from '../../errors.ts';
import type { Model } from '../../explorer/model.ts';
import { bytesOfBatches } from '../../explorer/parallel/worker-pool.ts';
import { MOST_WORKERS, type SearchOptions } from '../../explorer/options.ts';
import { REDUCTIONS, type Reduction } from '../../explorer/reduction-names.ts';
import type { OptionDeclaration } from '../command.ts';
import type { Args } from '../args.ts';

const group = 'How it is searched:';

/** Of the memory there is, how much a search takes unless told otherwise. */
const MEMORY_SHARE = 0.7;

export const searchOptions: Readonly<Record<string, OptionDeclaration>> = {
  strategy: {
    kind: 'value',
    group,
    usual: 'bfs',
    describe: 'bfs (the shortest traces), dfs, or random (walks, proving nothing)',
  },
  seed: {
    kind: 'value',
    group,
    describe: 'of the random walks; the same seed takes the same walks',
  },
  walks: { kind: 'value', group, describe: 'how many random walks' },
  depth: { kind: 'value', group, describe: 'stop after so many steps from the initial state' },
  'max-states': { kind: 'value', group, describe: 'stop after so many distinct states' },
  'time-limit': { kind: 'value', group, describe: 'stop after so many seconds, for each scenario' },
  'memory-limit': {
    kind: 'value',
    group,
    describe: 'stop at so much memory, such as 512M or 4G; about 70 % of this machine by default',
  },
  workers: {
    kind: 'value',
    group,
    describe: 'threads that search; the cores there are by default, 1 except for bfs',
  },
  symmetry: {
    kind: 'flag',
    group,
    describe: 'search one of all states that differ only by names, where names are interchangeable',
  },
  merge: {
    kind: 'flag',
    group,
    describe:
      'pass through states with a single way on that matters: judge them, and do not keep them',
  },
  por: {
    kind: 'flag',
    group,
    describe: 'partial-order reduction: leave out orders of steps that cannot be told apart',
  },
  'keep-going': {
    kind: 'flag',
    group,
    describe: 'do not stop at the first breach: collect one shortest trace per distinct violation',
  },
};

export function chosenLimits(args: Args, memory: number): SearchOptions {
  const strategy = args.choice('strategy', ['bfs', 'dfs', 'random'], 'bfs');
  const seed = args.whole('seed', 0, 2 ** 32 - 1);
  const walks = args.whole('walks', 1, 1e9);
  for (const [name, value] of Object.entries({ seed, walks })) {
    if (value === undefined || strategy === 'random') continue;
    throw new InputError(`--${name} is for random walks: add --strategy random, or leave it out`);
  }
  const workers = args.whole('workers', 1, MOST_WORKERS);
  if (workers !== undefined && workers > 1 && strategy !== 'bfs') {
    throw new InputError('--workers is for --strategy bfs: the others are searched by one thread');
  }
  return {
    strategy,
    workers,
    ...(seed !== undefined && { seed }),
    ...(walks !== undefined && { walks }),
    depth: args.whole('depth', 0, 1e9),
    maxStates: args.whole('max-states', 1, 4e9),
    timeLimit: args.seconds('time-limit'),
    memoryLimit: args.bytes('memory-limit') ?? defaultMemoryLimit(memory),
    keepGoing: args.flag('keep-going'),
    reductions: chosenReductions(args, strategy),
  };
}

function chosenReductions(args: Args, strategy: string): Reduction[] {
  const chosen = REDUCTIONS.filter((name) => args.flag(name));
  if (chosen.length > 0 && strategy === 'random') {
    throw new InputError(`--${chosen[0]} is for bfs and dfs: random walks keep no states`);
  }
  return chosen;
}

export function defaultMemoryLimit(memory: number): number {
  return Math.floor(memory * MEMORY_SHARE);
}

/** What Node takes for itself during a search, beyond what it held before. */
const SEARCH_BYTES = 24 * 2 ** 20;
/** A worker with the systems, its model and their compiled code; the thread that watches over them. */
const WORKER_BYTES = 24 * 2 ** 20;
const FOREMAN_BYTES = 10 * 2 ** 20;
/** What a thread remembers of steps, with what is left over of it, where reductions record them. */
const RECORD_BYTES = 72 * 2 ** 20;

/** Of memory that was let go of to make room, the allocator of Node keeps a part. */
const SPILL_SHARE = 0.7;

/** What Node reserves for a thread, whether it is used or not; and what it needs to go on at all. */
const THREAD_SPACE = 640 * 2 ** 20;
const SPARE_SPACE = 64 * 2 ** 20;

/** Of so many threads and bytes, as many as fit into the address space that is left. */
export function withinAddressSpace(
  threads: number,
  limit: number,
  held: number,
  space: number,
): { readonly threads: number; readonly limit: number } {
  let some = threads;
  // A thread watches over the further ones.
  const taken = (): number => (some > 1 ? some * THREAD_SPACE : 0) + SPARE_SPACE;
  while (some > 1 && taken() + SEARCH_BYTES > space) some--;
  return { threads: some, limit: Math.min(limit, held + Math.max(0, space - taken())) };
}

/** What a search takes besides states. */
export interface Overhead {
  readonly model: Model;
  /** A reduction records what steps read and write. */
  readonly recording: boolean;
  /** Memory is let go of. */
  readonly spilling: boolean;
}

/** Of a limit for the whole process, what is left for the states; nothing if Node alone passes it. */
export function leftForStates(
  limit: number,
  held: number,
  threads: number,
  { model, recording, spilling }: Overhead,
): number {
  const workers = WORKER_BYTES * (threads - 1) + bytesOfBatches(model, threads) + FOREMAN_BYTES;
  const records = recording ? RECORD_BYTES * threads : 0;
  const left = limit - held - SEARCH_BYTES - (threads > 1 ? workers : 0) - records;
  return Math.floor(Math.max(0, left) * (spilling ? SPILL_SHARE : 1));
}

/** Of so many threads, as many as leave an eighth of the limit for the states. */
export function threadsWithin(
  limit: number,
  held: number,
  threads: number,
  overhead: Overhead,
): number {
  let some = threads;
  while (some > 1 && leftForStates(limit, held, some, overhead) < limit / 8) some--;
  return some;
}
