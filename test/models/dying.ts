/**
 * Counters whose copy in a worker soon ends the worker, and whose copy in the main thread waits
 * until then, so that a worker dies while it has work, even on a busy machine.
 */

import { isMainThread } from 'node:worker_threads';
import type { Model } from '../../src/explorer/model.ts';
import { counters } from './counters.ts';

/** How a worker ends. */
export type Death =
  | 'is not made'
  | 'at its start'
  | 'exits'
  | 'throws'
  | 'runs out of memory'
  | 'fills a table'
  | 'never returns';

/** By then there are workers. */
const EXPANDED = 10_000;
/** Slots of a table that is filled in several shares. */
const SLOTS = 100_000;
const MOST_MS = 60_000;

/**
 * `after`: the number of states that it expands, or inserts into a table, before; `sign`: it is
 * about to end, and how many megabytes it holds that runs out of memory.
 */
export function dying(death: Death, after: number, sign: Int32Array): Model {
  const model = counters(6, 6);
  const ends = (): void => (isMainThread ? awaitDeath(sign) : die(death, sign));
  if (death === 'fills a table') {
    inTables(isMainThread ? 0 : after, ends);
    return model;
  }
  if (death === 'at its start' && !isMainThread) ends();
  if (death === 'is not made' && !isMainThread) {
    Atomics.store(sign, 0, 1);
    Atomics.notify(sign, 0);
    throw new Error('there is no model here');
  }
  let left = isMainThread ? EXPANDED : after;
  const { successors } = model;
  return {
    ...model,
    successors(visit) {
      if (--left < 0) ends();
      successors.call(this, visit);
    },
  };
}

function awaitDeath(sign: Int32Array): void {
  if (Atomics.wait(sign, 0, 0, MOST_MS) === 'timed-out') throw new Error('no worker has died');
}

function die(death: Death, sign: Int32Array): void {
  Atomics.store(sign, 0, 1);
  Atomics.notify(sign, 0);
  if (death === 'throws') throw new Error('the model cannot be asked any more');
  while (death === 'never returns');
  const held: unknown[] = [];
  while (death === 'runs out of memory') held.push(new Array(1e6).fill({}));
  process.exit(0);
}

/** Calls `ends` in the middle of a share: so many words have been exchanged in a large table. */
function inTables(after: number, ends: () => void): void {
  const { compareExchange } = Atomics;
  let left = after;
  Atomics.compareExchange = ((table: Int32Array, ...given: [number, number, number]) => {
    if (table.length > SLOTS && --left < 0) ends();
    return compareExchange(table, ...given);
  }) as typeof compareExchange;
}
