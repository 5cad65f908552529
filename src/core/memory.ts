/**
 * Plans the memory for states and the number of threads so that the whole process stays within a
 * limit.
 */

import type { Model } from '../explorer/model.ts';
import { bytesOfBatches } from '../explorer/parallel/worker-pool.ts';
import type { SearchHost } from './host.ts';

/** The default share of the machine's memory for a search. */
const MEMORY_SHARE = 0.7;

/** Memory that Node itself needs during a search, beyond its use before. */
const SEARCH_BYTES = 24 * 2 ** 20;
/**
 * Memory of a worker with the systems, its model and compiled code, and of the thread that watches
 * the workers.
 */
const WORKER_BYTES = 24 * 2 ** 20;
const FOREMAN_BYTES = 10 * 2 ** 20;
/** Memory per thread for recorded steps of a reduction, including garbage. */
const RECORD_BYTES = 72 * 2 ** 20;

/**
 * Heap that a worker may use before it is lost: several times what it needs, and not so much that
 * it takes long to fill. A smaller memory limit lowers it.
 */
const WORKER_HEAP = 256 * 2 ** 20;
const LEAST_WORKER_HEAP = 64 * 2 ** 20;

/** Share of released memory that the allocator of Node returns. */
const SPILL_SHARE = 0.7;

/**
 * Address space that Node reserves for a thread, used or not, and the minimum that it needs to
 * continue.
 */
const THREAD_SPACE = 640 * 2 ** 20;
const SPARE_SPACE = 64 * 2 ** 20;

export function defaultMemoryLimit(memory: number): number {
  return Math.floor(memory * MEMORY_SHARE);
}

/** The memory of a search besides states. */
interface Overhead {
  readonly model: Model;
  /** A reduction records what steps read and write. */
  readonly recording: boolean;
  /** States move to disk, so memory is released. */
  readonly spilling: boolean;
}

/** What a search gets. */
interface MemoryPlan {
  readonly threads: number;
  /** Bytes of heap for each further thread. */
  readonly workerHeap: number;
  /** Bytes for states, parents and the visited set. */
  readonly bytes: number;
  /** The reason for fewer threads than planned; undefined otherwise. */
  readonly shortage: 'the memory limit' | 'the address space (ulimit -v)' | undefined;
}

/** Plans a search with at most `threads` threads in a process that may use `limit` bytes. */
export function planMemory(
  most: number,
  limit: number,
  host: Pick<SearchHost, 'memoryInUse' | 'addressSpace'>,
  overhead: Overhead,
): MemoryPlan {
  const held = host.memoryInUse();
  const within = withinAddressSpace(most, limit, held, host.addressSpace());
  const threads = threadsWithin(within.limit, held, within.threads, overhead);
  const cause = threads < within.threads ? 'the memory limit' : 'the address space (ulimit -v)';
  return {
    threads,
    workerHeap: Math.max(LEAST_WORKER_HEAP, Math.min(WORKER_HEAP, within.limit)),
    bytes: leftForStates(within.limit, held, threads, overhead),
    shortage: threads < most ? cause : undefined,
  };
}

/** As many threads and bytes as fit into the address space that is left. */
export function withinAddressSpace(
  threads: number,
  limit: number,
  held: number,
  space: number,
): { readonly threads: number; readonly limit: number } {
  let some = threads;
  // Several threads need one more that watches them.
  const taken = (): number => (some > 1 ? some * THREAD_SPACE : 0) + SPARE_SPACE;
  while (some > 1 && taken() + SEARCH_BYTES > space) some--;
  return { threads: some, limit: Math.min(limit, held + Math.max(0, space - taken())) };
}

/** The bytes that a limit for the whole process leaves for states; 0 if Node alone exceeds it. */
function leftForStates(
  limit: number,
  held: number,
  threads: number,
  { model, recording, spilling }: Overhead,
): number {
  const workers = WORKER_BYTES * (threads - 1) + bytesOfBatches(model, threads) + FOREMAN_BYTES;
  const records = recording ? RECORD_BYTES * threads : 0;
  const left = limit - held - SEARCH_BYTES - (threads > 1 ? workers : 0) - records;
  return Math.floor(Math.max(0, left) * (spilling ? SPILL_SHARE : 1));
}

/** As many threads as leave an eighth of the limit for the states. */
function threadsWithin(limit: number, held: number, threads: number, overhead: Overhead): number {
  let some = threads;
  while (some > 1 && leftForStates(limit, held, some, overhead) < limit / 8) some--;
  return some;
}
