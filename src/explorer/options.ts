/** What a search is asked to do. Every bound is here, and each ends a search as *limited*. */

import { InputError } from '../errors.ts';
import { quote } from '../safe-text.ts';
import { checkKinds } from './option-kinds.ts';
import { brokenRule, refusalOf } from './option-rules.ts';
import { checkReductionNames, type Reduction } from './reduction-names.ts';
import type { Spill } from './visited/spill.ts';
import type { CheckpointReader, Checkpoint } from './checkpoint.ts';
import type { Progress, Verdict } from './verdict.ts';

export interface SearchOptions {
  /** Breadth first unless said otherwise: the only strategy whose traces are the shortest. */
  readonly strategy?: Verdict['strategy'] | undefined;
  /** Steps from an initial state; for random walks the length of each (1,000 unless said). */
  readonly depth?: number | undefined;
  /** Distinct states, the initial ones included. */
  readonly maxStates?: number | undefined;
  /** Seconds by `now`. */
  readonly timeLimit?: number | undefined;
  /** Bytes of states, parents and visited set, with both tables while it grows. */
  readonly memoryLimit?: number | undefined;
  /**
   * How states are distinguished: word for word (exact, unless said otherwise), or by 64 bits of hash,
   * at less than 20 bytes for a state that was expanded. Fingerprints are for breadth first.
   */
  readonly storage?: 'exact' | 'fingerprint' | undefined;
  /** Where everything goes that the memory limit leaves no room for. Breadth first, one worker. */
  readonly spill?: Spill | undefined;
  /** Collects garbage, so that released memory is free at once; left to Node if left out. */
  readonly collect?: (() => void) | undefined;
  /** Explore everything and collect one trace per distinct violation, not only the first. */
  readonly keepGoing?: boolean | undefined;
  /** Is a state that nothing can leave a violation, unless it is finished? Yes by default. */
  readonly deadlock?: boolean | undefined;
  /** Of the random walks; the same seed takes the same walks. 1 unless said. */
  readonly seed?: number | undefined;
  /** How many random walks; 1,000 unless said, Infinity leaves it to the other limits. */
  readonly walks?: number | undefined;
  /** The clock, in milliseconds; the search reads no other. */
  readonly now?: (() => number) | undefined;
  /** Called at each level of a breadth-first search and every 16,384 expanded states. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /**
   * Called between the levels of a breadth-first search, and a last time if a limit ends it, wherever
   * that is; `checkpoint` returns what `resume` takes, and costs next to nothing until it is called.
   */
  readonly onLevel?: ((checkpoint: () => Checkpoint, last: boolean) => void) | undefined;
  /** A checkpoint of a search of the same model, with the same keepGoing, deadlock and checks. */
  readonly resume?: CheckpointReader | undefined;
  /** Threads that expand states, this one included; 1 unless said. Breadth first only. */
  readonly workers?: number | undefined;
  /** How another thread makes the model; needed for more than one. */
  readonly factory?: ModelFactory | undefined;
  /**
   * Called for each worker that is lost: it exits, fails, runs out of memory or never starts. Others
   * take over its work, so the verdict is the same; this may come as late as the end of the search.
   */
  readonly onWorkerLost?: ((why: string) => void) | undefined;
  /** Ways to search fewer states; none unless said. Not for random walks. */
  readonly reductions?: readonly Reduction[] | undefined;
}

/** A function that makes, or promises, the same model every time, in whatever thread it is called. */
export interface ModelFactory {
  /** URL of a compiled module, such as its `import.meta.url`. */
  readonly module: string;
  /** Name under which the module exports the function. */
  readonly name: string;
  /** What the function is given: plain values, as they have to travel. */
  readonly args: readonly unknown[];
}

/** Beyond this, threads wait for the one that stores. */
export const MOST_WORKERS = 64;

/** Refuses what makes no sense, before anything runs: each value, and then what does not go together. */
export function checkOptions(options: SearchOptions): void {
  checkKinds(options);
  const { strategy = 'bfs', workers = 1, storage = 'exact', reductions = [], factory } = options;
  if (strategy !== 'bfs' && strategy !== 'dfs' && strategy !== 'random') {
    throw new InputError(`The strategy must be bfs, dfs or random, found ${quote(strategy)}.`);
  }
  if (!Number.isInteger(workers) || workers < 1 || workers > MOST_WORKERS) {
    throw new InputError(
      `workers must be a whole number from 1 to ${MOST_WORKERS}, found ${workers}.`,
    );
  }
  if (storage !== 'exact' && storage !== 'fingerprint') {
    throw new InputError(`storage must be exact or fingerprint, found ${quote(storage)}.`);
  }
  checkReductionNames(reductions);
  const combination = {
    ...options,
    strategy,
    spills: options.spill !== undefined,
    resumable: (options.resume ?? options.onLevel) !== undefined,
    hasFactory: factory?.module.endsWith('.js') === true,
    hasClock: options.now !== undefined,
  };
  const rule = brokenRule(combination);
  if (rule !== undefined) throw new InputError(refusalOf(rule, combination));
}
