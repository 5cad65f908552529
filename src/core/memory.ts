/**
 * How much memory a search gets for its states, and how many threads, so that the whole
 * process keeps to a limit.
 */

import type { Model } from '../explorer/model.ts';
import { bytesOfBatches } from '../explorer/parallel/worker-pool.ts';
import type { SearchHost } from './host.ts';

/** Share of the memory there is that a search takes by default. */
const MEMORY_SHARE = 0.7;

/** What Node takes for itself during a search, beyond what it held before. */
const SEARCH_BYTES = 24 * 2 ** 20;
/**
 * A worker with the systems, its model and their compiled code; the thread that watches over them.
 */
const WORKER_BYTES = 24 * 2 ** 20;
const FOREMAN_BYTES = 10 * 2 ** 20;
/** What a thread remembers of steps where reductions record them, garbage included. */
const RECORD_BYTES = 72 * 2 ** 20;

/** Share of released memory that the allocator of Node returns. */
const SPILL_SHARE = 0.7;

/**
 * Address space that Node reserves for a thread, used or not; and what it needs to go on at all.
 */
const THREAD_SPACE = 640 * 2 ** 20;
const SPARE_SPACE = 64 * 2 ** 20;

export function defaultMemoryLimit(memory: number): number {
  return Math.floor(memory * MEMORY_SHARE);
}

/** What a search takes besides states. */
export interface Overhead {
  readonly model: Model;
  /** A reduction records what steps read and write. */
  readonly recording: boolean;
  /** States move to the disk, so memory is released. */
  readonly spilling: boolean;
}

/** What a search gets. */
export interface MemoryPlan {
  readonly threads: number;
  /** Bytes for states, parents and the visited set. */
  readonly bytes: number;
  /** Why there are fewer threads than planned; undefined if there are not. */
  readonly shortage: 'the memory limit' | 'the address space (ulimit -v)' | undefined;
}

/** Plans a search with at most so many threads in a process that may take `limit` bytes. */
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
  // Several threads have one more that watches over them.
  const taken = (): number => (some > 1 ? some * THREAD_SPACE : 0) + SPARE_SPACE;
  while (some > 1 && taken() + SEARCH_BYTES > space) some--;
  return { threads: some, limit: Math.min(limit, held + Math.max(0, space - taken())) };
}

/** What a limit for the whole process leaves for states; nothing if Node alone exceeds it. */
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
