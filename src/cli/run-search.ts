/** One search, for `explore` and `gate`: built from its spec, run, told step by step, saved. */

import { save } from '../counterexample/save.ts';
import { DEADLOCK, build } from '../core/spec.ts';
import { describeTrace } from '../core/trace.ts';
import type { SearchOptions } from '../explorer/options.ts';
import type { Search } from '../explore.ts';
import type { Exploration } from '../report/reporter.ts';
import { sentence } from '../safe-text.ts';
import type { Spec, System } from '../system.ts';
import { aboutOf } from '../core/checkpoint-identity.ts';
import { workersFor } from '../core/worker-model.ts';
import { type CheckpointOptions, keeperOf } from './options/checkpoint.ts';
import { leftForStates, threadsWithin, withinAddressSpace } from './options/search.ts';
import { search } from './sliced-search.ts';
import { openSpill, type Spilling, type StorageOptions } from './options/storage.ts';
import { toolVersion } from '../core/version.ts';
import type { Host } from '../core/host.ts';

export interface Saving {
  /** Folder for the counterexamples; undefined to save none. */
  readonly folder: string | undefined;
  /** The command that would save them. */
  readonly command: string | undefined;
}

export async function runExploration(
  system: System,
  spec: Spec,
  options: SearchOptions,
  host: Host,
  saving: Saving,
  keeping?: CheckpointOptions,
  storing: StorageOptions = { storage: 'exact', spill: undefined },
): Promise<Exploration> {
  const subject = build(system, spec);
  const deadlock = spec.invariants.includes(DEADLOCK);
  const { storage } = storing;
  const spilling = storing.spill !== undefined;
  const asked = spilling ? { ...options, workers: 1 } : options;
  const { reductions = [] } = options;
  // Merging records, too, where it can.
  const recording =
    typeof subject.dependencies === 'function' && reductions.some((name) => name !== 'symmetry');
  const overhead = { model: subject, recording, spilling };
  const held = host.memoryInUse();
  const whole = workersFor(system, spec, asked, host.cores);
  const { memoryLimit = Infinity } = options;
  const space = host.addressSpace();
  const { threads, limit } = withinAddressSpace(whole.workers, memoryLimit, held, space);
  const workers = threadsWithin(limit, held, threads, overhead);
  if (workers < (asked.workers ?? 1)) {
    const what = workers < threads ? 'the memory limit' : 'the address space (ulimit -v)';
    const told = `${what} has room for ${workers} of ${asked.workers} threads`;
    host.stderr.write(`vmcheck: ${told}, and those search\n`);
  }
  const pool = { ...whole, workers };
  const left = leftForStates(limit, held, workers, overhead);
  const { collectGarbage, now } = host;
  const onWorkerLost = (why: string): void => {
    const told = `a thread of the search is lost, and others do its work: ${sentence(why)}`;
    host.stderr.write(`vmcheck: ${told}\n`);
  };
  const searchOptions = {
    ...options,
    ...pool,
    storage,
    memoryLimit: left,
    collect: collectGarbage,
    deadlock,
    now,
    onWorkerLost,
  };
  const keepGoing = options.keepGoing === true;
  const about = aboutOf(system, spec, subject, { keepGoing, storage, reductions });
  const keeper = keeperOf(keeping, about, host);
  let spill: Spilling | undefined;
  const start = (): Search => {
    spill = storing.spill === undefined ? undefined : openSpill(storing.spill, host);
    return keeper.start(subject, { ...searchOptions, spill });
  };
  const { verdict, seconds } = await search(start, host).finally(() => {
    spill?.close();
    keeper.close();
  });
  keeper.remark(verdict);
  const traces = verdict.violations.map((violation) => describeTrace(subject, violation));
  const files =
    saving.folder === undefined
      ? { saved: [] }
      : save(saving.folder, host.cwd, system, subject, traces, toolVersion);
  return {
    toolVersion,
    system,
    spec,
    subject,
    verdict,
    traces,
    seconds,
    keepGoing,
    ...files,
    saveWith: saving.command,
  };
}
