/**
 * A further thread of a breadth-first search: builds the model with its factory, claims
 * jobs, expands their states, and leaves out successors that it finds known. It only reads
 * the visited set of the main thread, and only states with ids below `KNOWN`: these are
 * complete and never change.
 */

import { receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads';
import { makeModel } from '../model-factory.ts';
import type { Model } from '../model.ts';
import { Batch } from '../successors/batch.ts';
import { Deduplicator } from '../successors/deduplicator.ts';
import { Expander } from '../successors/expander.ts';
import type { SharedMemory } from '../visited/shared-memory.ts';
import { VisitedSet } from '../visited/visited-set.ts';
import { differenceOf, identityOf } from './identity.ts';
import { WAKE_COUNTER, claim, DIFFERS, finish, helpFilling, KNOWN, NOT_MADE } from './jobs.ts';
import { roomOf, SENT, statesOf, STOP, type JobSetup } from './jobs.ts';

/** What a worker is started with; `worker`: its number among the workers. */
export interface WorkerStart {
  readonly setup: JobSetup;
  readonly worker: number;
  readonly port: MessagePort;
}

const { setup, worker, port } = workerData as WorkerStart;
const { ring } = setup;
const control = new Int32Array(setup.control);
const batches = Array.from({ length: ring }, (_, slot) => {
  return new Batch(setup.words, setup.fingerprints, roomOf(setup, slot));
});
const deduplicator = new Deduplicator(setup.words, setup.successors);
let received = 0;

function receive(visited: VisitedSet): void {
  while (received < Atomics.load(control, SENT)) {
    visited.shared.adopt(receiveMessageOnPort(port)!.message as SharedMemory);
    received++;
  }
}

function perform(job: number, visited: VisitedSet, expander: Expander): void {
  const known = Atomics.load(control, KNOWN);
  receive(visited);
  const [first, end] = statesOf(control, job);
  const batch = batches[job % ring];
  batch.clear();
  try {
    expander.expand(first, end, batch);
    visited.lookUp(batch, known);
    batch.lookedUp = true;
    deduplicator.dedupe(batch);
    expander.check(batch);
  } catch {
    // The main thread does the job again, and reports the error when it meets it there.
    batch.clear();
    batch.end = first;
  }
  batch.publish();
  finish(control, ring, job, worker);
}

/** Takes part in filling a new table, if there is one. */
function fill(visited: VisitedSet): void {
  helpFilling(control, ring, worker, (first, end) => {
    receive(visited);
    visited.shared.enterAdopted(first, end);
  });
}

/** Does jobs until the search is over. */
function work(model: Model): void {
  const storage = setup.fingerprints ? 'fingerprint' : 'exact';
  const visited = new VisitedSet(model.scratch, { storage });
  const expander = new Expander(model, visited, setup.checksDeadlock, setup.keepDuplicates);
  for (;;) {
    const wakes = Atomics.load(control, WAKE_COUNTER);
    if (Atomics.load(control, STOP) !== 0) break;
    fill(visited);
    const job = claim(control, ring, worker);
    if (job < 0) Atomics.wait(control, WAKE_COUNTER, wakes);
    else perform(job, visited, expander);
  }
}

/** Undefined if that is not possible; then the main thread receives the reason. */
async function modelOfSearch(): Promise<Model | undefined> {
  try {
    return await makeModel(setup.factory);
  } catch (error) {
    port.postMessage(error instanceof Error ? error.message : String(error));
    end(NOT_MADE);
    return undefined;
  }
}

/** The main thread ends the search; until it has seen this, it does everything itself. */
function end(why: number): void {
  Atomics.compareExchange(control, DIFFERS, 0, why);
}

const model = await modelOfSearch();
if (model !== undefined) {
  const difference = differenceOf(setup.identity, identityOf(model, setup.expanded));
  if (difference === 0) work(model);
  else end(difference);
}
port.close();
