/**
 * Expands the next states of the frontier and commits their successors: together with a worker pool
 * where a level is worth sharing, otherwise a batch of this thread.
 */

import type { Frontier } from './frontier/frontier.ts';
import type { ConfirmableModel } from './rerun.ts';
import type { SearchOptions } from './options.ts';
import { WorkerPool } from './parallel/worker-pool.ts';
import { Batch } from './successors/batch.ts';
import type { Committer } from './successors/committer.ts';
import type { Expander } from './successors/expander.ts';
import type { VisitedSet } from './visited/visited-set.ts';

/** Most states that are expanded before their successors are stored. */
const BATCH_STATES = 64;
/** Levels of fewer states are not worth sharing. */
const POOL_STATES = 1024;
/** A worker takes long: nothing can be expanded now, and the search is not over. */
export const WAITING = -1;

export class Expansion {
  private readonly model: ConfirmableModel;
  private readonly options: SearchOptions;
  private readonly visited: VisitedSet;
  private readonly frontier: Frontier;
  private readonly expander: Expander;
  private readonly committer: Committer;
  /** What this thread expands itself. */
  private readonly own: Batch;
  private pool: WorkerPool | undefined;

  constructor(
    model: ConfirmableModel,
    options: SearchOptions,
    visited: VisitedSet,
    frontier: Frontier,
    expander: Expander,
    committer: Committer,
  ) {
    this.model = model;
    this.options = options;
    this.visited = visited;
    this.frontier = frontier;
    this.expander = expander;
    this.committer = committer;
    this.own = new Batch(model.words, visited.fingerprints);
  }

  /**
   * How many states were expanded from `first` on, which the frontier named last: at most `most`,
   * unless a pool expands them; or WAITING.
   */
  expand(first: number, most: number): number {
    return this.expandTogether(first) || this.expandAlone(first, most);
  }

  /** Ends the worker pool; with `sound`, its workers must have had the same model. */
  close(sound: boolean): void {
    if (sound) this.pool?.demandSameModel();
    this.pool?.close();
  }

  private expandAlone(first: number, most: number): number {
    const end = first + 1 + this.frontier.popRange(Math.min(BATCH_STATES, most) - 1);
    this.expandRange(first, end);
    return end - first;
  }

  private expandRange(first: number, end: number): void {
    this.own.clear();
    this.expander.expand(first, end, this.own);
    this.committer.commit(this.own);
  }

  /** Expands a job of the pool; 0 if there is none, or too little to do for one; or WAITING. */
  private expandTogether(first: number): number {
    const pool = this.poolFor(first);
    if (pool === undefined) return 0;
    const end = pool.states[1];
    const batch = pool.next();
    if (batch === undefined) return WAITING;
    this.frontier.popRange(end - first - 1);
    this.committer.commit(batch);
    pool.release();
    if (batch.end < end && this.committer.limitHit === undefined) this.expandRange(batch.end, end);
    return end - first;
  }

  private poolFor(first: number): WorkerPool | undefined {
    const { workers = 1, factory, workerHeap, onWorkerLost = () => {} } = this.options;
    const { remainingInLevel } = this.frontier;
    if (this.pool?.busy === true) return this.pool;
    if (workers === 1 || factory === undefined || remainingInLevel < POOL_STATES) return undefined;
    const { model, visited, expander } = this;
    expander.inspector = undefined;
    this.pool ??= new WorkerPool(model, visited, expander, {
      threads: workers,
      factory,
      workerHeap,
      onLost: onWorkerLost,
      expanded: first,
    });
    this.pool.open(first, first + 1 + remainingInLevel);
    return this.pool;
  }
}
