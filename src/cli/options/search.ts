/** The options that say how to search and when to stop. */

import type { SearchSettings } from '../../core/run-search.ts';
import { MOST_WORKERS } from '../../explorer/options.ts';
import { REDUCTIONS } from '../../explorer/reduction-names.ts';
import type { OptionDeclaration } from '../command.ts';
import type { Args } from '../args.ts';

const STRATEGIES = ['bfs', 'dfs', 'random'] as const;
const STORAGES = ['exact', 'fingerprint'] as const;

const group = 'How it is searched:';

export const searchOptions: Readonly<Record<string, OptionDeclaration>> = {
  strategy: {
    kind: 'value',
    group,
    byDefault: 'bfs',
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
  'check-model': {
    kind: 'flag',
    group,
    describe:
      'check the laws of models in every state, not only in some of the first 2000 (one thread)',
  },
  'keep-going': {
    kind: 'flag',
    group,
    describe: 'do not stop at the first violation: find one shortest trace per distinct violation',
  },
};

/** Asked of the searches of a command together, once they have ended. */
export const demandOptions: Readonly<Record<string, OptionDeclaration>> = {
  'require-coverage': {
    kind: 'value',
    group: 'What is checked:',
    describe: 'fail if less than this percentage of the statements ran, in all scenarios together',
  },
};

export function chosenCoverage(args: Args): number | undefined {
  return args.percent('require-coverage');
}

/** The given values; `rules.ts` checks their combinations. */
export function chosenSettings(args: Args): SearchSettings {
  return {
    strategy: args.choice('strategy', STRATEGIES, 'bfs'),
    seed: args.whole('seed', 0, 2 ** 32 - 1),
    walks: args.whole('walks', 1, 1e9),
    workers: args.whole('workers', 1, MOST_WORKERS),
    depth: args.whole('depth', 0, 1e9),
    maxStates: args.whole('max-states', 1, 4e9),
    timeLimit: args.seconds('time-limit'),
    memoryLimit: args.bytes('memory-limit'),
    storage: args.choice('storage', STORAGES, 'exact'),
    keepGoing: args.flag('keep-going'),
    checkModel: args.flag('check-model') ? 'all' : 'first',
    reductions: REDUCTIONS.filter((name) => args.flag(name)),
  };
}
