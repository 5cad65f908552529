/**
 * Which options of a search are at odds with each other. This is the one table of it: the command
 * line, which has options of its own names, asks it as well and refuses in its own words.
 */

import type { Reduction } from './reduction-names.ts';
import type { Verdict } from './verdict.ts';

/**
 * What decides whether options go together, as in `SearchOptions`; those
 * left out have their default.
 */
interface OptionCombination {
  readonly strategy?: Verdict['strategy'] | undefined;
  readonly workers?: number | undefined;
  readonly reductions?: readonly Reduction[] | undefined;
  readonly storage?: 'exact' | 'fingerprint' | undefined;
  readonly seed?: number | undefined;
  readonly walks?: number | undefined;
  readonly timeLimit?: number | undefined;
  readonly checkModel?: 'first' | 'all' | 'none' | undefined;
  /** States may move to the disk. */
  readonly spills: boolean;
  /** Checkpoints are taken, or the search comes from one. */
  readonly resumable: boolean;
  /** Another thread can make the model. */
  readonly hasFactory: boolean;
  readonly hasClock: boolean;
}

interface Rule {
  isBroken(options: OptionCombination): boolean;
  /** Refuses in the words of `SearchOptions`. */
  refusal(options: OptionCombination): string;
}

const hasSeveralWorkers = ({ workers = 1 }: OptionCombination): boolean => workers > 1;
const isBreadthFirst = ({ strategy = 'bfs' }: OptionCombination): boolean => strategy === 'bfs';

const RULES = {
  'walks are random': {
    isBroken: ({ strategy = 'bfs', seed, walks }) =>
      strategy !== 'random' && (seed ?? walks) !== undefined,
    refusal: ({ strategy = 'bfs' }) =>
      `seed and walks need the strategy random, found ${strategy}.`,
  },
  'workers search breadth first': {
    isBroken: (options) => hasSeveralWorkers(options) && !isBreadthFirst(options),
    refusal: ({ strategy = 'bfs' }) => `Several workers need the strategy bfs, found ${strategy}.`,
  },
  'reductions keep states': {
    isBroken: ({ strategy, reductions = [] }) => strategy === 'random' && reductions.length > 0,
    refusal: ({ reductions = [] }) =>
      `Random walks store no states, so there is nothing to reduce: leave out ${reductions[0]}, ` +
      'or use the strategy bfs or dfs.',
  },
  'fingerprints are for breadth first': {
    isBroken: (options) => options.storage === 'fingerprint' && !isBreadthFirst(options),
    refusal: ({ strategy = 'bfs' }) =>
      'Fingerprints need the strategy bfs: other strategies return to expanded states; found ' +
      `${strategy}.`,
  },
  'spilling is for breadth first': {
    isBroken: (options) => options.spills && !isBreadthFirst(options),
    refusal: ({ strategy = 'bfs' }) =>
      `Spilling needs one worker and the strategy bfs, found ${strategy}.`,
  },
  'spilling is for one worker': {
    isBroken: (options) => options.spills && hasSeveralWorkers(options),
    refusal: ({ workers }) =>
      `Spilling needs one worker and the strategy bfs, found ${workers} workers.`,
  },
  'checkpoints are between levels': {
    isBroken: (options) => options.resumable && !isBreadthFirst(options),
    refusal: ({ strategy = 'bfs' }) =>
      `Only a breadth-first search has levels to resume at, found ${strategy}.`,
  },
  'por starts over': {
    isBroken: ({ resumable, reductions = [] }) => resumable && reductions.includes('por'),
    refusal: () =>
      'A search with por may start over, so it cannot be resumed: ' +
      'leave out por, or onLevel and resume.',
  },
  'workers make the model again': {
    isBroken: (options) => hasSeveralWorkers(options) && !options.hasFactory,
    refusal: () =>
      'Several workers need a factory: the URL of a compiled module (.js) and the name of a ' +
      'function that builds the model.',
  },
  'models are checked in one thread': {
    isBroken: (options) => options.checkModel === 'all' && hasSeveralWorkers(options),
    refusal: () => 'A model is checked in all states by one thread: leave out workers.',
  },
  'a time limit needs a clock': {
    isBroken: ({ timeLimit, hasClock }) => timeLimit !== undefined && !hasClock,
    refusal: () => 'A time limit needs a clock: pass now, for instance performance.now.',
  },
} as const satisfies Readonly<Record<string, Rule>>;

export type OptionRule = keyof typeof RULES;

/** The first rule that these options break. */
export function brokenRule(options: OptionCombination): OptionRule | undefined {
  return (Object.keys(RULES) as OptionRule[]).find((name) => RULES[name].isBroken(options));
}

/** Says why options are refused that break a rule. */
export function refusalOf(rule: OptionRule, options: OptionCombination): string {
  return RULES[rule].refusal(options);
}
