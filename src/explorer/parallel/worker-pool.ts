/**
 * The workers of a search, as the main thread sees them. They help once they have started; until
 * then, and whenever a batch is not there in time, the main thread does the next job itself. It
 * also does the job of a worker that is lost, so that a search with fewer workers than it began
 * with comes to the same verdict, with the same counts.
 */

import {
  MessageChannel,
  receiveMessageOnPort,
  Worker,
  type MessagePort,
} from 'node:worker_threads';
import { notMade, otherModel } from '../checks/model-errors.ts';
import type { ModelFactory } from '../model-factory.ts';
import type { Model } from '../model.ts';
import { Batch, sharedWords } from '../successors/batch.ts';
import type { Expander } from '../successors/expander.ts';
import type { NewTable } from '../visited/hash-table.ts';
import type { SharedMemory } from '../visited/shared-memory.ts';
import type { VisitedSet } from '../visited/visited-set.ts';
// Started by its name only: this line makes it part of every compilation.
import type { ForemanStart, Loss } from './foreman.ts';
import { differenceName, identityOf } from './identity.ts';
import * as jobs from './jobs.ts';

/** Batches that are under way or wait to be committed, for each thread. */
const BATCHES_PER_THREAD = 8;
/** Successors for which a shared batch has room: sixteen for each state, usually four come. */
const SUCCESSORS = 16 * jobs.JOB_STATES;

/** Bytes of the batches that so many threads share. */
export function bytesOfBatches(model: Model, threads: number): number {
  return 4 * BATCHES_PER_THREAD * threads * sharedWords(model.words, roomFor(model));
}

function roomFor({
  statements,
  stateInvariants,
}: Model): Pick<jobs.JobSetup, 'successors' | 'entries'> {
  const entries = jobs.JOB_STATES + statements.length + stateInvariants.length;
  return { successors: SUCCESSORS, entries };
}

interface PoolOptions {
  /** The main thread counts as one of them. */
  readonly threads: number;
  readonly factory: ModelFactory;
  /** Bytes; undefined leaves it to Node. */
  readonly workerHeap: number | undefined;
  readonly onLost: (why: string) => void;
  /** How many states, from the first on, have been expanded before. */
  readonly expanded: number;
}

export class WorkerPool {
  private readonly visited: VisitedSet;
  private readonly expander: Expander;
  private readonly setup: jobs.JobSetup;
  private readonly ring: number;
  private readonly onLost: (why: string) => void;
  /** Where the foreman reports lost workers. */
  private readonly losses: MessagePort;
  private readonly control: Int32Array;
  private readonly batches: readonly Batch[];
  private readonly ports: MessagePort[] = [];

  /** Starts the workers. */
  constructor(
    model: Model,
    visited: VisitedSet,
    expander: Expander,
    { threads, factory, workerHeap, onLost, expanded }: PoolOptions,
  ) {
    this.onLost = onLost;
    this.visited = visited;
    this.expander = expander;
    this.ring = BATCHES_PER_THREAD * threads;
    const { words } = model;
    const room = roomFor(model);
    const workers = threads - 1;
    const setup: jobs.JobSetup = {
      factory,
      identity: identityOf(model, expanded),
      expanded,
      checksDeadlock: expander.checksDeadlock,
      keepDuplicates: expander.keepDuplicates,
      fingerprints: visited.fingerprints,
      words,
      ring: this.ring,
      workers,
      control: new SharedArrayBuffer(4 * jobs.controlCells({ ring: this.ring, workers })),
      buffer: new SharedArrayBuffer(4 * this.ring * sharedWords(words, room)),
      ...room,
    };
    this.setup = setup;
    this.control = new Int32Array(setup.control);
    this.batches = Array.from({ length: this.ring }, (_, slot) => {
      return new Batch(words, visited.fingerprints, jobs.roomOf(setup, slot));
    });
    visited.shared.fillTablesBy((table, _first, count) => this.fillTable(table, count));
    this.losses = this.start(workerHeap);
  }

  /** Is there a job that has not been committed? */
  get busy(): boolean {
    return Atomics.load(this.control, jobs.COMMITTED) < Atomics.load(this.control, jobs.END);
  }

  /** Offers the states of a level, from `first` up to, not including, `end`. */
  open(first: number, end: number): void {
    const { control } = this;
    const job = Atomics.load(control, jobs.END);
    Atomics.store(control, jobs.LEVEL_FIRST, first);
    Atomics.store(control, jobs.LEVEL_END, end);
    Atomics.store(control, jobs.LEVEL_JOB, job);
    this.share();
    Atomics.store(control, jobs.END, job + Math.ceil((end - first) / jobs.JOB_STATES));
    this.wakeWorkers();
  }

  /** First state and end of the job whose batch `next` returns. */
  get states(): readonly [number, number] {
    return jobs.statesOf(this.control, Atomics.load(this.control, jobs.COMMITTED));
  }

  /**
   * The batch of the next job; it is valid until `release`. Undefined if a worker has not finished
   * it for about a second, perhaps because a statement of the model never returns.
   */
  next(): Batch | undefined {
    this.demandSameModel();
    const { setup, control, ring } = this;
    const job = Atomics.load(control, jobs.COMMITTED);
    const slot = jobs.DONE + (job % ring);
    let waits = 0;
    while (Atomics.load(control, slot) !== job + 1) {
      const mine = jobs.claim(control, ring);
      if (mine >= 0) this.perform(mine);
      else if (++waits > jobs.PATIENCE) return undefined;
      else if (!jobs.awaitJob(control, setup, job)) this.perform(job);
    }
    const batch = this.batches[job % ring];
    batch.receive();
    return batch;
  }

  /** Throws ModelError once a worker has found that its factory makes another model, or none. */
  demandSameModel(): void {
    const difference = Atomics.load(this.control, jobs.DIFFERS);
    if (difference === 0) return;
    if (difference !== jobs.NOT_MADE) throw otherModel(differenceName(difference));
    const reason = this.ports.map(receiveMessageOnPort).find((message) => message !== undefined);
    throw notMade(String(reason?.message));
  }

  /** The batch has been committed. */
  release(): void {
    this.share();
    const committed = Atomics.add(this.control, jobs.COMMITTED, 1) + 1;
    // A worker that found the ring full sleeps until half of it is free: waking
    // up costs a part of a job.
    if (committed % (this.ring / 2) === 0) this.wakeWorkers();
  }

  close(): void {
    Atomics.store(this.control, jobs.STOP, 1);
    this.wakeWorkers();
    this.reportLosses();
    for (const port of [...this.ports, this.losses]) port.close();
  }

  private reportLosses(): void {
    for (;;) {
      const message = receiveMessageOnPort(this.losses);
      if (message === undefined) return;
      this.onLost((message.message as Loss).why);
    }
  }

  /** Fills a new table together with the workers, who would soon have to wait for it. */
  private fillTable(table: NewTable, count: number): void {
    const { control, setup } = this;
    this.share();
    this.send({ kind: 'newTable', slots: table.slots, parts: table.parts });
    jobs.offerShares(control, count);
    this.wakeWorkers();
    jobs.fillShares(control, (first, end) => table.enter(first, end, true));
    if (jobs.awaitShares(control, setup)) return;
    // A worker that is lost has left a share half done, and no other is at work.
    table.slots.fill(0);
    table.enter(0, count, false);
  }

  private perform(job: number): void {
    const batch = this.batches[job % this.ring];
    const [first, end] = jobs.statesOf(this.control, job);
    batch.clear();
    this.expander.expand(first, end, batch);
    batch.publish();
    jobs.finish(this.control, this.ring, job);
  }

  /** Starts a foreman, who starts the workers; the port where it reports losses. */
  private start(workerHeap: number | undefined): MessagePort {
    const { setup, onLost } = this;
    const { port1: received, port2: losses } = new MessageChannel();
    const channels = Array.from({ length: setup.workers }, () => new MessageChannel());
    const ports = channels.map(({ port2 }) => port2);
    this.ports.push(...channels.map(({ port1 }) => port1));
    for (const port of [...this.ports, received]) port.unref();
    try {
      const foreman = new Worker(new URL('./foreman.js', import.meta.url), {
        workerData: { setup, ports, losses, workerHeap } satisfies ForemanStart,
        transferList: [...ports, losses],
      });
      foreman.on('error', ({ message }) => onLost(message));
      foreman.unref();
    } catch (error) {
      // No thread can be started: the main thread does everything.
      onLost((error as Error).message);
    }
    return received;
  }

  /** Sends new memory of the visited set, and then says which states lie in it. */
  private share(): void {
    const { visited, control } = this;
    for (const memory of visited.shared.unsentMemory()) this.send(memory);
    Atomics.store(control, jobs.KNOWN, visited.count);
  }

  private send(memory: SharedMemory): void {
    for (const port of this.ports) port.postMessage(memory);
    Atomics.add(this.control, jobs.SENT, 1);
  }

  private wakeWorkers(): void {
    Atomics.add(this.control, jobs.WAKE_COUNTER, 1);
    Atomics.notify(this.control, jobs.WAKE_COUNTER);
  }
}
