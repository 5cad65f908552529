/**
 * A thread that starts the workers of a search and watches over them. The main thread cannot: it
 * waits for batches, and a thread that waits is not notified when another one ends.
 */

import { Worker, workerData, type MessagePort } from 'node:worker_threads';
import { DIFFERS, markLost, STOP, type JobSetup } from './jobs.ts';
// Started by its name only: this line makes it part of every compilation.
import type { WorkerStart } from './worker.ts';

/** What a foreman is started with. */
export interface ForemanStart {
  readonly setup: JobSetup;
  /** One for each worker, to be passed on. */
  readonly ports: readonly MessagePort[];
  /** Where losses are reported. */
  readonly losses: MessagePort;
  /** Bytes of heap for each worker; undefined leaves it to Node. */
  readonly workerHeap: number | undefined;
}

/** The report that a worker is lost. */
export interface Loss {
  readonly worker: number;
  readonly why: string;
}

/**
 * Megabytes for new objects: a search makes few of them, and each worker would keep what it took to
 * load the systems.
 */
const YOUNG_MB = 8;

const { setup, ports, losses, workerHeap } = workerData as ForemanStart;
const control = new Int32Array(setup.control);

function start(worker: number, port: MessagePort): void {
  let why = 'it exited';
  const thread = new Worker(new URL('./worker.js', import.meta.url), {
    workerData: { setup, worker, port } satisfies WorkerStart,
    transferList: [port],
    // Node allows each thread gigabytes, and takes a minute to find that they are used up.
    ...(workerHeap !== undefined && {
      resourceLimits: {
        maxOldGenerationSizeMb: Math.ceil(workerHeap / 2 ** 20),
        maxYoungGenerationSizeMb: YOUNG_MB,
      },
    }),
  });
  thread.on('error', ({ message }) => (why = message));
  thread.on('exit', () => reportLost(worker, why));
}

/**
 * Reports the reason first, so that it is known once the loss is seen. At the end all workers exit.
 */
function reportLost(worker: number, why: string): void {
  if (Atomics.load(control, STOP) !== 0) return;
  // A worker that has found itself with another model ends the search: that
  // is not reported as a loss.
  if (Atomics.load(control, DIFFERS) === 0) losses.postMessage({ worker, why } satisfies Loss);
  markLost(control, setup, worker);
}

for (const [worker, port] of ports.entries()) {
  try {
    start(worker, port);
  } catch (error) {
    reportLost(worker, (error as Error).message);
  }
}
