/**
 * Runs one search, from its spec to a verdict with described traces. It uses no terminal, files or
 * process: a `SearchHost` supplies what it needs, and a listener receives progress and remarks.
 */

import { authorsErrorIn } from '../author-errors.ts';
import type { SearchOptions } from '../explorer/options.ts';
import type { Verdict } from '../explorer/verdict.ts';
import type { Search } from '../explore.ts';
import { sentence } from '../safe-text.ts';
import type { Spec, Subject, System } from '../system.ts';
import { Checkpointing, type CheckpointStorage } from './checkpointing.ts';
import type { SearchHost } from './host.ts';
import { defaultMemoryLimit, planMemory } from './memory.ts';
import { runSliced, type SearchListener } from './sliced-search.ts';
import { DEADLOCK, build } from './spec.ts';
import type { OpenSpill, SpillStorage } from './spill-files.ts';
import { describeTrace, type Trace } from './trace.ts';
import { workersFor } from './worker-model.ts';

export type { SearchListener } from './sliced-search.ts';

/**
 * How to search and when to stop, as plain values. The memory limit is that of the whole process.
 */
export type SearchSettings = Pick<
  SearchOptions,
  | 'strategy'
  | 'seed'
  | 'walks'
  | 'depth'
  | 'maxStates'
  | 'timeLimit'
  | 'memoryLimit'
  | 'workers'
  | 'reductions'
  | 'storage'
  | 'keepGoing'
  | 'defer'
  | 'checkModel'
>;

/** A search to run: what to search, and how. */
export interface SearchRequest {
  readonly system: System;
  readonly spec: Spec;
  readonly settings?: SearchSettings | undefined;
  /** Where to write checkpoints, and which one to resume. */
  readonly checkpoints?: CheckpointStorage | undefined;
  /** Where to spill states. */
  readonly spill?: SpillStorage | undefined;
}

/** One finished search. */
export interface SearchResult {
  readonly system: System;
  readonly spec: Spec;
  readonly subject: Subject;
  readonly verdict: Verdict;
  /** `verdict.violations`, described; same order. */
  readonly traces: readonly Trace[];
  readonly seconds: number;
  /** True if the search continued after the first violation. */
  readonly keepGoing: boolean;
  /** Invariants whose violations did not end it, and come last. */
  readonly deferred: readonly string[];
}

/** Throws InputError for a search that is not possible, and ModelError for a wrong model. */
export async function runSearch(
  request: SearchRequest,
  host: SearchHost,
  listener: SearchListener = {},
): Promise<SearchResult> {
  for (let again = request; ;) {
    try {
      return await searchOnce(again, host, listener);
    } catch (thrown) {
      const error = authorsErrorIn(request.system.name, thrown);
      if (request.system.learns?.(error, request.spec) !== true) throw error;
      again = { ...request, checkpoints: withoutResuming(request.checkpoints) };
    }
  }
}

/** The checkpoints belong to the model that was too small. */
function withoutResuming(
  checkpoints: CheckpointStorage | undefined,
): CheckpointStorage | undefined {
  if (checkpoints === undefined) return undefined;
  return {
    ...checkpoints,
    open: (identity) => {
      const opened = checkpoints.open(identity);
      return { read: () => undefined, write: opened.write, close: () => opened.close() };
    },
  };
}

async function searchOnce(
  request: SearchRequest,
  host: SearchHost,
  listener: SearchListener,
): Promise<SearchResult> {
  const { system, spec, settings = {}, spill } = request;
  const { keepGoing = false, storage = 'exact', reductions = [] } = settings;
  const remark = (text: string): void => listener.onRemark?.(text);
  const subject = build(system, spec);
  const options = searchOptions(request, subject, host, remark);
  const { defer: deferred = [] } = options;
  const identity = { system, spec, subject, keepGoing, deferred, storage, reductions };
  const checkpointing = new Checkpointing(request.checkpoints, identity, host.now, remark);
  let files: OpenSpill | undefined;
  const start = (): Search => {
    files = spill?.open(remark);
    return checkpointing.start(subject, { ...options, spill: files });
  };
  const { verdict, seconds } = await runSliced(start, host, listener).finally(() => {
    files?.close();
    checkpointing.close();
  });
  checkpointing.remarkLimit(verdict);
  const traces = verdict.violations.map((violation) => describeTrace(subject, violation));
  return { system, spec, subject, verdict, traces, seconds, keepGoing, deferred };
}

/** The settings with the memory, threads and clock of this host. */
function searchOptions(
  { system, spec, settings = {}, spill }: SearchRequest,
  subject: Subject,
  host: SearchHost,
  remark: (sentence: string) => void,
): SearchOptions {
  const { reductions = [], memoryLimit = defaultMemoryLimit(host.memory) } = settings;
  const spilling = spill !== undefined;
  const wanted = spilling ? { ...settings, workers: 1 } : settings;
  const pool = workersFor(system, spec, wanted, host.cores);
  // Chain compression records, too, where it can.
  const recording =
    typeof subject.dependencies === 'function' && reductions.some((name) => name !== 'symmetry');
  const overhead = { model: subject, recording, spilling };
  const plan = planMemory(pool.workers, memoryLimit, host, overhead);
  const { workers } = wanted;
  if (workers !== undefined && plan.threads < workers) {
    const room = `has room for ${plan.threads} of ${workers} threads`;
    remark(`${plan.shortage} ${room}: the search uses ${plan.threads}`);
  }
  return {
    ...settings,
    ...pool,
    workers: plan.threads,
    workerHeap: plan.workerHeap,
    memoryLimit: plan.bytes,
    collect: host.collectGarbage,
    defer: settings.defer?.filter((name) => isChecked(subject, name)),
    deadlock: spec.invariants.includes(DEADLOCK),
    now: host.now,
    onWorkerLost: (why) =>
      remark(`a worker thread was lost, and other threads do its work: ${sentence(why)}`),
  };
}

/** Is it one of the subject's invariants? What a scenario has no use for may be left out of it. */
function isChecked({ stateInvariants, stepInvariants }: Subject, invariant: string): boolean {
  return [...stateInvariants, ...stepInvariants].some(({ name }) => name === invariant);
}
