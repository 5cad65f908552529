/**
 * What the threads of a search agree on, in one array of shared words. A level is cut into jobs,
 * numbered through the whole search. Any thread claims the next job and leaves the successors in a
 * ring of batches; the thread of the search takes the batches in the order of the jobs. So what is
 * stored, and in which order, does not depend on who did what when.
 *
 * A worker that is lost (it exits, fails, or never starts) writes nothing any more. Each says before
 * it claims something what that would be, so that the thread of the search can tell which work
 * nobody will finish, and does it itself.
 */

import { sharedWords, type SharedRoom } from '../successors/batch.ts';
import type { ModelFactory } from '../options.ts';
import type { Identity } from './identity.ts';

/** States of a job. */
export const JOB_STATES = 128;

/** The next job to claim; the end of the jobs there are; the first one not yet taken. */
export const NEXT = 0;
export const END = 1;
export const TAKEN = 2;
/** States that other threads may rely on; chunks and tables sent so far. */
export const KNOWN = 3;
export const SENT = 4;
/** Not 0: the search is over. */
export const STOP = 5;
/** Changes when there may be something to claim. */
export const WAKE_COUNTER = 6;
/** First state, end and first job of the level. */
export const LEVEL_FIRST = 7;
export const LEVEL_END = 8;
export const LEVEL_JOB = 9;
/** States to be entered into a new table, and how many shares of them nobody has claimed, and are done. */
const FILL_COUNT = 10;
const FILL_UNCLAIMED = 11;
const FILL_DONE = 12;
/** States of a share. */
const FILL_STATES = 2 ** 14;
/** How many workers are lost. */
export const LOST = 13;
/** Not 0: a worker's factory makes another model; in what it differs. */
export const DIFFERS = 14;
/** From here on, for each batch of the ring, 1 + the job that was left in it last. */
export const DONE = 16;
/** Then, for each worker: is it lost, 1 + the job that it does or may claim, does it fill a table? */
const GONE = 0;
const JOB = 1;
const FILLS = 2;
const WORKER_CELLS = 3;
/** Milliseconds after which the thread of the search looks again whether a worker is lost. */
const PATIENCE = 100;

/** What a worker is given at its start. */
export interface JobSetup {
  readonly factory: ModelFactory;
  /** What the factory has to make, and how many of its first states have been expanded. */
  readonly identity: Identity;
  readonly expanded: number;
  readonly checksDeadlock: boolean;
  /** Does every successor count, known or not? */
  readonly keepDuplicates: boolean;
  readonly fingerprints: boolean;
  readonly words: number;
  readonly ring: number;
  /** How many threads besides that of the search. */
  readonly workers: number;
  readonly control: SharedArrayBuffer;
  readonly buffer: SharedArrayBuffer;
  readonly successors: number;
  readonly entries: number;
}

export function roomOf(contract: JobSetup, slot: number): SharedRoom {
  const { buffer, successors, entries } = contract;
  const offset = 4 * slot * sharedWords(contract.words, contract);
  return { buffer, offset, successors, entries };
}

/** Cells that the threads share. */
export function controlCells({ ring, workers }: Pick<JobSetup, 'ring' | 'workers'>): number {
  return DONE + ring + WORKER_CELLS * workers;
}

/** The cells of a worker, which are counted from 0. */
function cellsOf(ring: number, worker: number): number {
  return DONE + ring + WORKER_CELLS * worker;
}

/** A job to do, or -1; `worker` is undefined for the thread of the search. */
export function claim(control: Int32Array, ring: number, worker?: number): number {
  const mine = worker === undefined ? undefined : cellsOf(ring, worker) + JOB;
  for (;;) {
    const job = Atomics.load(control, NEXT);
    if (job >= Atomics.load(control, END) || job >= Atomics.load(control, TAKEN) + ring) break;
    if (mine !== undefined) Atomics.store(control, mine, job + 1);
    if (Atomics.compareExchange(control, NEXT, job, job + 1) === job) return job;
  }
  if (mine !== undefined) Atomics.store(control, mine, 0);
  return -1;
}

/** Tells that a worker is lost, and wakes the thread of the search, whatever it waits for. */
export function lose(control: Int32Array, { ring }: Pick<JobSetup, 'ring'>, worker: number): void {
  Atomics.store(control, cellsOf(ring, worker) + GONE, 1);
  Atomics.add(control, LOST, 1);
  for (let slot = 0; slot < ring; slot++) Atomics.notify(control, DONE + slot);
  Atomics.notify(control, FILL_DONE);
}

/** Waits until the batch of a job is complete, or may be; false if nobody will ever complete it. */
export function awaitJob(control: Int32Array, { ring, workers }: JobSetup, job: number): boolean {
  const slot = DONE + (job % ring);
  const done = Atomics.load(control, slot);
  if (done === job + 1) return true;
  if (Atomics.load(control, LOST) > 0 && !anybody(control, ring, workers, JOB, job + 1)) {
    // What was finished meanwhile is there.
    return Atomics.load(control, slot) === job + 1;
  }
  Atomics.wait(control, slot, done, PATIENCE);
  return true;
}

/** Has a worker that is not lost this value in a cell of its own? */
function anybody(control: Int32Array, ring: number, workers: number, cell: number, value: number) {
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

/** Tells that the batch of a job is complete. */
export function finish(control: Int32Array, ring: number, job: number, worker?: number): void {
  Atomics.store(control, DONE + (job % ring), job + 1);
  Atomics.notify(control, DONE + (job % ring));
  if (worker !== undefined) Atomics.store(control, cellsOf(ring, worker) + JOB, 0);
}

/** Offers a table to be filled with so many states. */
export function offerShares(control: Int32Array, count: number): void {
  Atomics.store(control, FILL_COUNT, count);
  Atomics.store(control, FILL_DONE, 0);
  Atomics.store(control, FILL_UNCLAIMED, Math.ceil(count / FILL_STATES));
}

/** Fills shares of a new table, as a worker does. */
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

/** Fills shares of a new table as long as there are some to claim. */
export function fillShares(control: Int32Array, fill: (first: number, end: number) => void): void {
  for (let share = claimShare(control); share !== undefined; share = claimShare(control)) {
    fill(...share);
    Atomics.add(control, FILL_DONE, 1);
    Atomics.notify(control, FILL_DONE);
  }
}

/** First state and end of a share of the table that is being filled; undefined if none is left. */
function claimShare(control: Int32Array): readonly [number, number] | undefined {
  for (;;) {
    const left = Atomics.load(control, FILL_UNCLAIMED);
    if (left === 0) return undefined;
    if (Atomics.compareExchange(control, FILL_UNCLAIMED, left, left - 1) !== left) continue;
    const first = (left - 1) * FILL_STATES;
    return [first, Math.min(first + FILL_STATES, Atomics.load(control, FILL_COUNT))];
  }
}

/** Waits until others have filled their shares; false if nobody will ever fill one of them. */
export function awaitShares(control: Int32Array, { ring, workers }: JobSetup): boolean {
  const shares = Math.ceil(Atomics.load(control, FILL_COUNT) / FILL_STATES);
  for (;;) {
    const done = Atomics.load(control, FILL_DONE);
    if (done === shares) return true;
    if (Atomics.load(control, LOST) > 0 && !anybody(control, ring, workers, FILLS, 1)) {
      return Atomics.load(control, FILL_DONE) === shares;
    }
    Atomics.wait(control, FILL_DONE, done, PATIENCE);
  }
}
