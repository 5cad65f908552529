/** What a search is asked to do. Every bound is here, and each ends a search as *limited*. */

import type { ModelFactory } from './model-factory.ts';
import type { Reduction } from './reduction-names.ts';
import type { Spill } from './visited/spill.ts';
import type { CheckpointReader, Checkpoint } from './checkpoint.ts';
import type { Progress, Verdict } from './verdict.ts';

/** How to search, and the bounds that end a search as *limited*; everything has a default. */
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
   * How states are distinguished: word for word (exact, unless said otherwise), or by 64 bits of
   * hash, at less than 20 bytes for a state that was expanded. Fingerprints are for breadth first.
   */
  readonly storage?: 'exact' | 'fingerprint' | undefined;
  /** Where everything goes that the memory limit leaves no room for. Breadth first, one worker. */
  readonly spill?: Spill | undefined;
  /** Collects garbage, so that released memory is free at once; left to Node if left out. */
  readonly collect?: (() => void) | undefined;
  /** Explore everything and collect one trace per distinct violation, not only the first. */
  readonly keepGoing?: boolean | undefined;
  /**
   * Invariants whose violations do not end the search: the first violation of each is reported,
   * after those of all others. None of them is deferred if no others are checked.
   */
  readonly defer?: readonly string[] | undefined;
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
   * Called between the levels of a breadth-first search, and a last time if a limit ends
   * it, wherever that is; `checkpoint` returns what `resume` takes, and costs next to
   * nothing until it is called.
   */
  readonly onLevel?: ((checkpoint: () => Checkpoint, last: boolean) => void) | undefined;
  /** A checkpoint of the same model, with the same keepGoing, defer, deadlock and checks. */
  readonly resume?: CheckpointReader | undefined;
  /** Threads that expand states, this one included; 1 unless said. Breadth first only. */
  readonly workers?: number | undefined;
  /** How another thread makes the model; needed for more than one. */
  readonly factory?: ModelFactory | undefined;
  /** Bytes of heap that a worker may use, or else it is lost; what Node allows unless said. */
  readonly workerHeap?: number | undefined;
  /**
   * Called for each worker that is lost: it exits, fails, runs out of memory or never
   * starts. Others take over its work, so the verdict is the same; this may come as late
   * as the end of the search.
   */
  readonly onWorkerLost?: ((why: string) => void) | undefined;
  /**
   * In which states the laws of models (src/laws) are checked: in a sample of the first 2,000 that
   * are expanded (the default; with several threads, before they start), in all of them (one
   * thread), or in none.
   */
  readonly checkModel?: 'first' | 'all' | 'none' | undefined;
  /** Reductions of the search, none by default. Not for random walks. */
  readonly reductions?: readonly Reduction[] | undefined;
}

/** Beyond this, threads wait for the one that stores. */
export const MOST_WORKERS = 64;
