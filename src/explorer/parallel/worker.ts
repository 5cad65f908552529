/**
 * A further thread of a breadth-first search: builds the model with its factory, claims jobs,
 * expands them, and leaves out what it can tell is known already. It only reads the store, and only
 * states with ids below a number that it was given: they are complete and never change.
 */

import { receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads';
import { Batch } from '../successors/batch.ts';
import type { Model } from '../model.ts';
import { Expander } from '../successors/expander.ts';
import { differenceOf, identityOf } from './identity.ts';
import { WAKE_COUNTER, claim, DIFFERS, finish, helpFilling, KNOWN, roomOf } from './jobs.ts';
import { SENT, statesOf, STOP, type JobSetup } from './jobs.ts';
import { Deduplicator } from '../successors/deduplicator.ts';
import { VisitedSet, type SharedMemory } from '../visited/visited-set.ts';

type Maker = (...given: readonly unknown[]) => Model | Promise<Model>;

/** What a worker is given at its start; `worker`: its number among the workers. */
export interface Start {
  readonly contract: JobSetup;
  readonly worker: number;
  readonly port: MessagePort;
}

const { contract, worker, port } = workerData as Start;
const { ring } = contract;
const control = new Int32Array(contract.control);
const batches = Array.from({ length: ring }, (_, i) => {
  return new Batch(contract.words, contract.fingerprints, roomOf(contract, i));
});
const repeats = new Deduplicator(contract.words, contract.successors);
let received = 0;

function receive(store: VisitedSet): void {
  while (received < Atomics.load(control, SENT)) {
    store.adopt(receiveMessageOnPort(port)!.message as SharedMemory);
    received++;
  }
}

function perform(job: number, store: VisitedSet, expander: Expander): void {
  const known = Atomics.load(control, KNOWN);
  receive(store);
  const [first, end] = statesOf(control, job);
  const batch = batches[job % ring];
  batch.clear();
  try {
    expander.expand(first, end, batch);
    store.lookUp(batch, known);
    repeats.dedupe(batch);
    expander.check(batch);
  } catch {
    // The thread of the search does the job again, and meets the same error where it can be told.
    batch.clear();
    batch.end = first;
  }
  batch.publish();
  finish(control, ring, job, worker);
}

/** Takes part in filling a new table, if there is one. */
function fill(store: VisitedSet): void {
  helpFilling(control, ring, worker, (first, end) => {
    receive(store);
    store.fill(first, end, true);
  });
}

/** Does jobs until the search is over. */
function work(model: Model): void {
  const storage = contract.fingerprints ? 'fingerprint' : 'exact';
  const store = new VisitedSet(model.scratch, { storage });
  const expander = new Expander(model, store, contract.checksDeadlock, contract.keepDuplicates);
  for (;;) {
    const bell = Atomics.load(control, WAKE_COUNTER);
    if (Atomics.load(control, STOP) !== 0) break;
    fill(store);
    const job = claim(control, ring, worker);
    if (job < 0) Atomics.wait(control, WAKE_COUNTER, bell);
    else perform(job, store, expander);
  }
}

const { module, name, args } = contract.factory;
const made = (await import(module)) as Record<string, Maker>;
const model = await made[name](...args);
const difference = differenceOf(contract.identity, identityOf(model, contract.expanded));
if (difference === 0) work(model);
// The thread of the search ends it; until it has seen this, it does everything itself.
else Atomics.store(control, DIFFERS, difference);
port.close();
