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

export function chosenSettings(args: Args): SearchSettings {
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
    memoryLimit: args.bytes('memory-limit'),
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
