/**
 * A thread that starts the workers of a search and watches over them. The thread of the search cannot:
 * it waits for batches, and a thread that waits is not told that another one has ended.
 */

import { Worker, workerData, type MessagePort } from 'node:worker_threads';
import { DIFFERS, lose, STOP, type JobSetup } from './jobs.ts';
// Started by its name only: this line makes it part of every compilation.
import type { Start } from './worker.ts';

/** What a foreman is given at its start. */
export interface Watch {
  readonly contract: JobSetup;
  /** One for each worker, to be passed on. */
  readonly ports: readonly MessagePort[];
  /** Where losses are told. */
  readonly told: MessagePort;
}

/** What is told of a worker that is lost. */
export interface Loss {
  readonly worker: number;
  readonly why: string;
}

const { contract, ports, told } = workerData as Watch;
const control = new Int32Array(contract.control);

function start(worker: number, port: MessagePort): void {
  let why = 'it exited';
  const given: Start = { contract, worker, port };
  const thread = new Worker(new URL('./worker.js', import.meta.url), {
    workerData: given,
    transferList: [port],
  });
  thread.on('error', ({ message }) => (why = message));
  thread.on('exit', () => lost(worker, why));
}

/** Tells why first, so that it is known where the loss is seen. At the end all workers exit. */
function lost(worker: number, why: string): void {
  if (Atomics.load(control, STOP) !== 0) return;
  // A worker that has found itself with another model ends the search: that is no loss to tell of.
  if (Atomics.load(control, DIFFERS) === 0) told.postMessage({ worker, why } satisfies Loss);
  lose(control, contract, worker);
}

for (const [worker, port] of ports.entries()) {
  try {
    start(worker, port);
  } catch (error) {
    lost(worker, (error as Error).message);
  }
}
