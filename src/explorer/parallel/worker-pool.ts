/**
 * The workers of a search, seen from its thread. They begin to help once they have started; until
 * then, and whenever a batch is not there in time, that thread does the next job itself. It also does
 * the job of a worker that is lost, so that a search with fewer workers than it began with ends in
 * the same verdict, with the same counts.
 */

import {
  MessageChannel,
  receiveMessageOnPort,
  Worker,
  type MessagePort,
} from 'node:worker_threads';
import { Batch, sharedWords } from '../successors/batch.ts';
import type { Model } from '../model.ts';
import type { Expander } from '../successors/expander.ts';
import { otherModel } from '../checks/model-errors.ts';
import { differenceName, identityOf } from './identity.ts';
import * as jobs from './jobs.ts';
import type { ModelFactory } from '../options.ts';
import type { SharedMemory, VisitedSet } from '../visited/visited-set.ts';
// Started by its name only: this line makes it part of every compilation.
import type { Loss, Watch } from './foreman.ts';

/** Batches that are under way or wait to be taken, for each thread. */
const BATCHES_PER_THREAD = 8;
/** Successors for which a shared batch has room: sixteen for each state, usually four come. */
const ROOM = 16 * jobs.JOB_STATES;

/** Bytes of the batches that so many threads share. */
export function bytesOfBatches(model: Model, threads: number): number {
  return 4 * BATCHES_PER_THREAD * threads * sharedWords(model.words, roomFor(model));
}

function roomFor({
  statements,
  stateInvariants,
}: Model): Pick<jobs.JobSetup, 'successors' | 'entries'> {
  const entries = jobs.JOB_STATES + statements.length + stateInvariants.length;
  return { successors: ROOM, entries };
}

export class WorkerPool {
  private readonly store: VisitedSet;
  private readonly expander: Expander;
  private readonly contract: jobs.JobSetup;
  private readonly ring: number;
  private readonly lost: (why: string) => void;
  /** Where the foreman says which worker is lost, and why. */
  private readonly losses: MessagePort;
  private readonly control: Int32Array;
  private readonly batches: readonly Batch[];
  private readonly ports: MessagePort[] = [];
  private readonly sent = { keys: 0, states: 0, table: undefined };

  /**
   * Starts the workers; the thread of the search counts as one of `threads`, and has expanded so many
   * states, from the first on.
   */
  constructor(
    model: Model,
    store: VisitedSet,
    expander: Expander,
    factory: ModelFactory,
    threads: number,
    expanded: number,
    lost: (why: string) => void,
  ) {
    this.lost = lost;
    this.store = store;
    this.expander = expander;
    this.ring = BATCHES_PER_THREAD * threads;
    const { words } = model;
    const room = roomFor(model);
    const workers = threads - 1;
    const contract: jobs.JobSetup = {
      factory,
      identity: identityOf(model, expanded),
      expanded,
      checksDeadlock: expander.checksDeadlock,
      keepDuplicates: expander.keepDuplicates,
      fingerprints: store.fingerprints,
      words,
      ring: this.ring,
      workers,
      control: new SharedArrayBuffer(4 * jobs.controlCells({ ring: this.ring, workers })),
      buffer: new SharedArrayBuffer(4 * this.ring * sharedWords(words, room)),
      ...room,
    };
    this.contract = contract;
    this.control = new Int32Array(contract.control);
    this.batches = Array.from({ length: this.ring }, (_, slot) => {
      return new Batch(words, store.fingerprints, jobs.roomOf(contract, slot));
    });
    store.fillTable = () => this.fillTable();
    this.losses = this.start();
  }

  /** Is there a job that has not been taken? */
  get busy(): boolean {
    return Atomics.load(this.control, jobs.TAKEN) < Atomics.load(this.control, jobs.END);
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

  /** First state and end of the job whose batch `next` answers. */
  get states(): readonly [number, number] {
    return jobs.statesOf(this.control, Atomics.load(this.control, jobs.TAKEN));
  }

  /** The batch of the next job; it holds until `taken`. */
  next(): Batch {
    this.demandSameModel();
    const { contract, control, ring } = this;
    const job = Atomics.load(control, jobs.TAKEN);
    const slot = jobs.DONE + (job % ring);
    while (Atomics.load(control, slot) !== job + 1) {
      const mine = jobs.claim(control, ring);
      if (mine >= 0) this.perform(mine);
      else if (!jobs.awaitJob(control, contract, job)) this.perform(job);
    }
    const batch = this.batches[job % ring];
    batch.receive();
    return batch;
  }

  /** Throws ModelError once a worker has found that its factory makes another model. */
  demandSameModel(): void {
    const difference = Atomics.load(this.control, jobs.DIFFERS);
    if (difference !== 0) throw otherModel(differenceName(difference));
  }

  /** The batch has been stored. */
  release(): void {
    this.share();
    const taken = Atomics.add(this.control, jobs.TAKEN, 1) + 1;
    // A worker that found the ring full sleeps until half of it is free: waking up costs a part of a job.
    if (taken % (this.ring / 2) === 0) this.wakeWorkers();
  }

  close(): void {
    Atomics.store(this.control, jobs.STOP, 1);
    this.wakeWorkers();
    this.tellLosses();
    for (const port of [...this.ports, this.losses]) port.close();
  }

  private tellLosses(): void {
    for (;;) {
      const message = receiveMessageOnPort(this.losses);
      if (message === undefined) return;
      this.lost((message.message as Loss).why);
    }
  }

  /** Fills a new table together with the workers, who would soon have to wait for it. */
  private fillTable(): void {
    const { control, store } = this;
    this.share();
    this.send({ kind: 'filling', ...store.newTable! });
    jobs.offerShares(control, store.count);
    this.wakeWorkers();
    jobs.fillShares(control, (first, end) => store.fill(first, end, true));
    if (jobs.awaitShares(control, this.contract)) return;
    // A worker that is lost has left a share half done, and no other is at work.
    store.newTable!.table.fill(0);
    store.fill(0, store.count, false);
  }

  private perform(job: number): void {
    const batch = this.batches[job % this.ring];
    const [first, end] = jobs.statesOf(this.control, job);
    batch.clear();
    this.expander.expand(first, end, batch);
    batch.publish();
    jobs.finish(this.control, this.ring, job);
  }

  /** Starts a foreman, who starts the workers; the port where losses are told. */
  private start(): MessagePort {
    const { contract, lost } = this;
    const { port1: losses, port2: told } = new MessageChannel();
    const channels = Array.from({ length: contract.workers }, () => new MessageChannel());
    const ports = channels.map(({ port2 }) => port2);
    this.ports.push(...channels.map(({ port1 }) => port1));
    for (const port of [...this.ports, losses]) port.unref();
    const workerData: Watch = { contract, ports, told };
    try {
      const foreman = new Worker(new URL('./foreman.js', import.meta.url), {
        workerData,
        transferList: [...ports, told],
      });
      foreman.on('error', ({ message }) => lost(message));
      foreman.unref();
    } catch (error) {
      // There are no threads to be had: this one does everything.
      lost((error as Error).message);
    }
    return losses;
  }

  /** Sends what memory the store has got since, and then tells which states lie in it. */
  private share(): void {
    const { store, control } = this;
    for (const memory of store.unsentMemory(this.sent)) this.send(memory);
    Atomics.store(control, jobs.KNOWN, store.count);
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
