/**
 * What the threads of a search agree on, in one array of shared words. A level is cut into jobs,
 * numbered through the whole search. Any thread claims the next job and leaves the successors in a
 * ring of batches; the thread of the search takes the batches in the order of the jobs. So what is
 * stored, and in which order, does not depend on who did what when.
 */

import { sharedCells, type SharedRoom } from './batch.ts';
import type { Recipe } from './options.ts';

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
export const BELL = 6;
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
/** From here on, for each batch of the ring, 1 + the job that was left in it last. */
export const DONE = 16;

/** What a worker is given at its start. */
export interface Contract {
  readonly recipe: Recipe;
  readonly deadlock: boolean;
  /** Does every successor count, known or not? */
  readonly every: boolean;
  readonly fingerprints: boolean;
  readonly words: number;
  readonly ring: number;
  readonly control: SharedArrayBuffer;
  readonly buffer: SharedArrayBuffer;
  readonly successors: number;
  readonly entries: number;
}

export function roomOf(contract: Contract, slot: number): SharedRoom {
  const { buffer, successors, entries } = contract;
  const offset = 4 * slot * sharedCells(contract.words, contract);
  return { buffer, offset, successors, entries };
}

/** A job to do, or -1. */
export function claim(control: Int32Array, ring: number): number {
  for (;;) {
    const job = Atomics.load(control, NEXT);
    if (job >= Atomics.load(control, END) || job >= Atomics.load(control, TAKEN) + ring) return -1;
    if (Atomics.compareExchange(control, NEXT, job, job + 1) === job) return job;
  }
}

/** First state and end of a job. */
export function statesOf(control: Int32Array, job: number): readonly [number, number] {
  const levelEnd = Atomics.load(control, LEVEL_END);
  const nth = job - Atomics.load(control, LEVEL_JOB);
  const first = Atomics.load(control, LEVEL_FIRST) + nth * JOB_STATES;
  return [first, Math.min(first + JOB_STATES, levelEnd)];
}

/** Tells that the batch of a job is complete. */
export function finish(control: Int32Array, ring: number, job: number): void {
  Atomics.store(control, DONE + (job % ring), job + 1);
  Atomics.notify(control, DONE + (job % ring));
}

/** Offers a table to be filled with so many states. */
export function offerShares(control: Int32Array, count: number): void {
  Atomics.store(control, FILL_COUNT, count);
  Atomics.store(control, FILL_DONE, 0);
  Atomics.store(control, FILL_UNCLAIMED, Math.ceil(count / FILL_STATES));
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

/** Waits until others have filled their shares. */
export function awaitShares(control: Int32Array): void {
  const shares = Math.ceil(Atomics.load(control, FILL_COUNT) / FILL_STATES);
  for (;;) {
    const done = Atomics.load(control, FILL_DONE);
    if (done === shares) return;
    Atomics.wait(control, FILL_DONE, done);
  }
}
