/**
 * What the threads of a search agree on, in one array of shared words. A level is cut into jobs,
 * numbered through the whole search. Any thread claims the next job and leaves the successors in a
 * ring of batches; the main thread commits the batches in the order of the jobs. So what is stored,
 * and in which order, does not depend on which thread did what when.
 *
 * A worker that is lost (it exits, fails, or never starts) writes nothing any more. Each worker
 * publishes a claim before it makes it, so the main thread can tell which work will never be
 * finished, and does that itself.
 */

import { sharedWords, type SharedRoom } from '../successors/batch.ts';
import type { ModelFactory } from '../model-factory.ts';
import type { Identity } from './identity.ts';

/** States of a job. */
export const JOB_STATES = 128;

/** The next job to claim; the end of the jobs there are; the first one not yet committed. */
export const NEXT = 0;
export const END = 1;
export const COMMITTED = 2;
/** Number of states that workers may rely on; number of chunks and tables sent so far. */
export const KNOWN = 3;
export const SENT = 4;
/** Not 0: the search is over. */
export const STOP = 5;
/** Changes whenever there may be something to claim. */
export const WAKE_COUNTER = 6;
/** First state, end and first job of the level. */
export const LEVEL_FIRST = 7;
export const LEVEL_END = 8;
export const LEVEL_JOB = 9;
/** States to be entered into a new table; how many shares of them are unclaimed, and are done. */
const FILL_COUNT = 10;
const FILL_UNCLAIMED = 11;
const FILL_DONE = 12;
/** States of a share. */
const FILL_STATES = 2 ** 14;
/** How many workers are lost. */
export const LOST = 13;
/** Not 0: a worker's factory makes another model, and this says in what it differs. */
export const DIFFERS = 14;
/** In its place: a worker could not build the model, and its port says why. */
export const NOT_MADE = -1;
/** From here on, for each batch of the ring, 1 + the last job done in it. */
export const DONE = 16;
/**
 * Then, for each worker: is it lost; 1 + the job that it does or is about to
 * claim; does it fill a table.
 */
const GONE = 0;
const JOB = 1;
const FILLS = 2;
const WORKER_CELLS = 3;
/** Milliseconds after which the main thread looks again whether a worker is lost. */
const WAIT = 100;
/** How often it waits for one batch before it lets its caller do something else. */
export const PATIENCE = 10;

/** What all workers of a search have to know. */
export interface JobSetup {
  readonly factory: ModelFactory;
  /**
   * The model that the factory has to make, and how many of its first states have been expanded.
   */
  readonly identity: Identity;
  readonly expanded: number;
  readonly checksDeadlock: boolean;
  readonly keepDuplicates: boolean;
  readonly fingerprints: boolean;
  readonly words: number;
  readonly ring: number;
  /** Threads besides the main thread. */
  readonly workers: number;
  readonly control: SharedArrayBuffer;
  readonly buffer: SharedArrayBuffer;
  readonly successors: number;
  readonly entries: number;
}

/** The memory of a batch of the ring. */
export function roomOf(setup: JobSetup, slot: number): SharedRoom {
  const { buffer, successors, entries } = setup;
  const offset = 4 * slot * sharedWords(setup.words, setup);
  return { buffer, offset, successors, entries };
}

/** How many words `control` has. */
export function controlCells({ ring, workers }: Pick<JobSetup, 'ring' | 'workers'>): number {
  return DONE + ring + WORKER_CELLS * workers;
}

/** Where the words of a worker begin; workers are numbered from 0. */
function cellsOf(ring: number, worker: number): number {
  return DONE + ring + WORKER_CELLS * worker;
}

/** Claims a job; -1 if there is none. `worker` is undefined for the main thread. */
export function claim(control: Int32Array, ring: number, worker?: number): number {
  const mine = worker === undefined ? undefined : cellsOf(ring, worker) + JOB;
  for (;;) {
    const job = Atomics.load(control, NEXT);
    if (job >= Atomics.load(control, END) || job >= Atomics.load(control, COMMITTED) + ring) break;
    if (mine !== undefined) Atomics.store(control, mine, job + 1);
    if (Atomics.compareExchange(control, NEXT, job, job + 1) === job) return job;
  }
  if (mine !== undefined) Atomics.store(control, mine, 0);
  return -1;
}

/** Notes that a worker is lost, and wakes the main thread, whatever it waits for. */
export function markLost(
  control: Int32Array,
  { ring }: Pick<JobSetup, 'ring'>,
  worker: number,
): void {
  Atomics.store(control, cellsOf(ring, worker) + GONE, 1);
  Atomics.add(control, LOST, 1);
  for (let slot = 0; slot < ring; slot++) Atomics.notify(control, DONE + slot);
  Atomics.notify(control, FILL_DONE);
}

/** Waits until the batch of a job is complete, or may be; false if it will never be. */
export function awaitJob(control: Int32Array, { ring, workers }: JobSetup, job: number): boolean {
  const slot = DONE + (job % ring);
  const done = Atomics.load(control, slot);
  if (done === job + 1) return true;
  if (Atomics.load(control, LOST) > 0 && !anyWorkerHas(control, ring, workers, JOB, job + 1)) {
    // It may have been finished meanwhile.
    return Atomics.load(control, slot) === job + 1;
  }
  Atomics.wait(control, slot, done, WAIT);
  return true;
}

/** Does a worker that is not lost have this value in a word of its own? */
function anyWorkerHas(
  control: Int32Array,
  ring: number,
  workers: number,
  cell: number,
  value: number,
): boolean {
  for (let worker = 0; worker < workers; worker++) {
    const at = cellsOf(ring, worker);
    if (Atomics.load(control, at + cell) !== value) continue;
    if (Atomics.load(control, at + GONE) === 0) return true;
  }
  return false;
}

/** First state and end of a job. */
export function statesOf(control: Int32Array, job: number): readonly [number, number] {
  const levelEnd = Atomics.load(control, LEVEL_END);
  const nth = job - Atomics.load(control, LEVEL_JOB);
  const first = Atomics.load(control, LEVEL_FIRST) + nth * JOB_STATES;
  return [first, Math.min(first + JOB_STATES, levelEnd)];
}

/** Notes that the batch of a job is complete. */
export function finish(control: Int32Array, ring: number, job: number, worker?: number): void {
  Atomics.store(control, DONE + (job % ring), job + 1);
  Atomics.notify(control, DONE + (job % ring));
  if (worker !== undefined) Atomics.store(control, cellsOf(ring, worker) + JOB, 0);
}

/** Offers the shares of a new table for so many states. */
export function offerShares(control: Int32Array, count: number): void {
  Atomics.store(control, FILL_COUNT, count);
  Atomics.store(control, FILL_DONE, 0);
  Atomics.store(control, FILL_UNCLAIMED, Math.ceil(count / FILL_STATES));
}

/** Fills shares of a new table, as a worker. */
export function helpFilling(
  control: Int32Array,
  ring: number,
  worker: number,
  fill: (first: number, end: number) => void,
): void {
  const mine = cellsOf(ring, worker) + FILLS;
  Atomics.store(control, mine, 1);
  fillShares(control, fill);
  Atomics.store(control, mine, 0);
}

/** Fills shares of a new table as long as there are any to claim. */
export function fillShares(control: Int32Array, fill: (first: number, end: number) => void): void {
  for (let share = claimShare(control); share !== undefined; share = claimShare(control)) {
    fill(...share);
    Atomics.add(control, FILL_DONE, 1);
    Atomics.notify(control, FILL_DONE);
  }
}

/** First state and end of a share of the new table; undefined if none is left. */
function claimShare(control: Int32Array): readonly [number, number] | undefined {
  for (;;) {
    const left = Atomics.load(control, FILL_UNCLAIMED);
    if (left === 0) return undefined;
    if (Atomics.compareExchange(control, FILL_UNCLAIMED, left, left - 1) !== left) continue;
    const first = (left - 1) * FILL_STATES;
    return [first, Math.min(first + FILL_STATES, Atomics.load(control, FILL_COUNT))];
  }
}

/** Waits until other threads have filled their shares; false if one will never be filled. */
export function awaitShares(control: Int32Array, { ring, workers }: JobSetup): boolean {
  const shares = Math.ceil(Atomics.load(control, FILL_COUNT) / FILL_STATES);
  for (;;) {
    const done = Atomics.load(control, FILL_DONE);
    if (done === shares) return true;
    if (Atomics.load(control, LOST) > 0 && !anyWorkerHas(control, ring, workers, FILLS, 1)) {
      return Atomics.load(control, FILL_DONE) === shares;
    }
    Atomics.wait(control, FILL_DONE, done, WAIT);
  }
}
