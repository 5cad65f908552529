/**
 * Starts a search that writes checkpoints periodically, or resumes from one. A `CheckpointStorage`
 * determines where they are written; `checkpoint-storage.ts` writes them to files.
 */

import type { Checkpoint, CheckpointReader } from '../explorer/checkpoint.ts';
import type { SearchOptions } from '../explorer/options.ts';
import type { Verdict } from '../explorer/verdict.ts';
import { type Search, startSearch } from '../explore.ts';
import type { Spec, Subject, System } from '../system.ts';
import type { SearchHost } from './host.ts';

/** Everything that determines the states, the checks and the verdict of a search. */
export interface SearchIdentity {
  readonly system: System;
  readonly spec: Spec;
  readonly subject: Subject;
  readonly keepGoing: boolean;
  readonly deferred: readonly string[];
  readonly storage: string;
  readonly reductions: readonly string[];
}

/** Writes the checkpoints of one search, and reads the checkpoint of an earlier one. */
export interface CheckpointStorage {
  /** Seconds from one checkpoint to the next. */
  readonly interval: number;
  /** Its name in messages, such as the name of a file. */
  readonly name: string;
  /** Locks it for this search; throws InputError. */
  open(identity: SearchIdentity): OpenCheckpoints;
}

/** The checkpoints of one search, locked for it. */
export interface OpenCheckpoints {
  /** The checkpoint to resume; undefined to start at the initial states. Throws InputError. */
  read(): (CheckpointReader & { close(): void }) | undefined;
  /** Takes a checkpoint and writes it. Returns undefined, or the error as a sentence. */
  write(take: () => Checkpoint): string | undefined;
  /** Unlocks the storage. */
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

  /** Emits a remark if a limit left nothing to resume, or not even the initial states. */
  remarkLimit({ outcome, limit, states }: Verdict): void {
    if (outcome !== 'limited') return;
    const missing =
      this.checkpoints === undefined || this.written || this.failed
        ? undefined
        : `no checkpoint was written to ${this.name}`;
    if (limit === 'memory' && states === 0) {
      const small = 'the memory limit is too small for even the initial state: raise it';
      this.remark(missing === undefined ? small : `${small}; ${missing}`);
    } else if (missing !== undefined) {
      this.remark(`${missing}: the limit was reached among the initial states`);
    }
  }

  /** Unlocks the storage, however the search ended. */
  close(): void {
    this.checkpoints?.close();
  }
}
