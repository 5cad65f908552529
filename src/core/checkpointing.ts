/**
 * Starts a search that writes checkpoints of itself now and then, or goes on from one. Where they
 * are written is the business of a `CheckpointStorage`; `checkpoint-storage.ts` has one of files.
 */

import type { Checkpoint, CheckpointReader } from '../explorer/checkpoint.ts';
import type { SearchOptions } from '../explorer/options.ts';
import type { Verdict } from '../explorer/verdict.ts';
import { type Search, startSearch } from '../explore.ts';
import type { Spec, Subject, System } from '../system.ts';
import type { SearchHost } from './host.ts';

/** All that decides the states, the checks and the verdict of a search. */
export interface SearchIdentity {
  readonly system: System;
  readonly spec: Spec;
  readonly subject: Subject;
  readonly keepGoing: boolean;
  readonly storage: string;
  readonly reductions: readonly string[];
}

/** Where the checkpoints of one search are written, and that of an earlier one is read. */
export interface CheckpointStorage {
  /** Seconds from one checkpoint to the next. */
  readonly interval: number;
  /** What it is called in sentences, such as the name of a file. */
  readonly name: string;
  /** Takes possession of it, for this search alone; throws InputError. */
  open(identity: SearchIdentity): OpenCheckpoints;
}

export interface OpenCheckpoints {
  /** The checkpoint to resume; undefined to begin at the initial states. Throws InputError. */
  read(): (CheckpointReader & { close(): void }) | undefined;
  /**
   * Takes and writes one; returns why it could not, as a sentence, or undefined if it is written.
   */
  write(take: () => Checkpoint): string | undefined;
  /** Leaves the storage to other searches. */
  close(): void;
}

/** A search together with its checkpoints, if it has any. */
export class Checkpointing {
  private readonly name: string | undefined;
  private readonly interval: number;
  private readonly checkpoints: OpenCheckpoints | undefined;
  private readonly now: SearchHost['now'];
  private readonly remark: (sentence: string) => void;
  private failed = false;
  private written = false;

  constructor(
    storage: CheckpointStorage | undefined,
    identity: SearchIdentity,
    now: SearchHost['now'],
    remark: (sentence: string) => void,
  ) {
    this.name = storage?.name;
    this.interval = 1000 * (storage?.interval ?? Infinity);
    this.checkpoints = storage?.open(identity);
    this.now = now;
    this.remark = remark;
  }

  /** Starts the search, from its checkpoint if there is one to resume. */
  start(subject: Subject, options: SearchOptions): Search {
    const { checkpoints, now, interval } = this;
    if (checkpoints === undefined) return startSearch(subject, options);
    let due = now() + interval;
    const onLevel: SearchOptions['onLevel'] = (take, last) => {
      if (this.failed || (!last && now() < due)) return;
      const failure = checkpoints.write(take);
      if (failure === undefined) this.written = true;
      else {
        this.failed = true;
        this.remark(`${failure}: the search is no longer saved`);
        if (!last) search.interrupt('disk');
      }
      due = now() + interval;
    };
    const resume = checkpoints.read();
    const search = startSearch(subject, { ...options, onLevel, resume });
    resume?.close();
    return search;
  }

  /** Remarks if a limit left nothing to resume, or not even the initial states. */
  remarkLimit({ outcome, limit, states }: Verdict): void {
    if (outcome !== 'limited') return;
    const missing =
      this.checkpoints === undefined || this.written || this.failed
        ? undefined
        : `no checkpoint is written to ${this.name}`;
    if (limit === 'memory' && states === 0) {
      const small = 'the memory limit is too small for even the initial state: raise it';
      this.remark(missing === undefined ? small : `${small}; ${missing}`);
    } else if (missing !== undefined) {
      this.remark(`${missing}: the limit was reached among the initial states`);
    }
  }

  /** Leaves the storage to other searches, whatever way this one ended. */
  close(): void {
    this.checkpoints?.close();
  }
}
