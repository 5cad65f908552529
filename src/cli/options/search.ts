/** The options that say how to search and when to stop. */

import type { SearchSettings } from '../../core/run-search.ts';
import { InputError } from '../../errors.ts';
import { MOST_WORKERS } from '../../explorer/options.ts';
import { REDUCTIONS, type Reduction } from '../../explorer/reduction-names.ts';
import type { OptionDeclaration } from '../command.ts';
import type { Args } from '../args.ts';

const group = 'How it is searched:';

export const searchOptions: Readonly<Record<string, OptionDeclaration>> = {
  strategy: {
    kind: 'value',
    group,
    usual: 'bfs',
    describe: 'bfs (shortest traces), dfs, or random (random walks, which prove nothing)',
  },
  seed: {
    kind: 'value',
    group,
    describe: 'seed of the random walks; the same seed gives the same walks',
  },
  walks: { kind: 'value', group, describe: 'number of random walks' },
  depth: {
    kind: 'value',
    group,
    describe: 'explore at most this many steps from an initial state',
  },
  'max-states': { kind: 'value', group, describe: 'stop after this many distinct states' },
  'time-limit': {
    kind: 'value',
    group,
    describe: 'stop after this many seconds, for each scenario',
  },
  'memory-limit': {
    kind: 'value',
    group,
    describe: 'stop at this much memory, such as 512M or 4G (default: about 70 % of this machine)',
  },
  workers: {
    kind: 'value',
    group,
    describe: 'number of threads that search (default: one per core with bfs, otherwise 1)',
  },
  symmetry: {
    kind: 'flag',
    group,
    describe: 'explore only one of the states that differ in interchangeable names',
  },
  merge: {
    kind: 'flag',
    group,
    describe:
      'chain compression: check states with a single relevant successor, but do not store them',
  },
  por: {
    kind: 'flag',
    group,
    describe: 'partial-order reduction: leave out interleavings that no invariant can distinguish',
  },
  'keep-going': {
    kind: 'flag',
    group,
    describe: 'do not stop at the first violation: find one shortest trace per distinct violation',
  },
};

export function chosenSettings(args: Args): SearchSettings {
  const strategy = args.choice('strategy', ['bfs', 'dfs', 'random'], 'bfs');
  const seed = args.whole('seed', 0, 2 ** 32 - 1);
  const walks = args.whole('walks', 1, 1e9);
  for (const [name, value] of Object.entries({ seed, walks })) {
    if (value === undefined || strategy === 'random') continue;
    throw new InputError(`--${name} needs random walks: add --strategy random, or leave it out`);
  }
  const workers = args.whole('workers', 1, MOST_WORKERS);
  if (workers !== undefined && workers > 1 && strategy !== 'bfs') {
    throw new InputError('--workers needs --strategy bfs: other strategies use one thread');
  }
  return {
    strategy,
    workers,
    ...(seed !== undefined && { seed }),
    ...(walks !== undefined && { walks }),
    depth: args.whole('depth', 0, 1e9),
    maxStates: args.whole('max-states', 1, 4e9),
    timeLimit: args.seconds('time-limit'),
    memoryLimit: args.bytes('memory-limit'),
    keepGoing: args.flag('keep-going'),
    reductions: chosenReductions(args, strategy),
  };
}

function chosenReductions(args: Args, strategy: string): Reduction[] {
  const chosen = REDUCTIONS.filter((name) => args.flag(name));
  if (chosen.length > 0 && strategy === 'random') {
    throw new InputError(`--${chosen[0]} needs bfs or dfs: random walks store no states`);
  }
  return chosen;
}
