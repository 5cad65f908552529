/**
 * Runs a search in slices, so that an interrupt is heard and a listener sees progress. The search
 * itself knows of neither.
 */

import type { Search } from '../explore.ts';
import type { Progress, Verdict } from '../explorer/verdict.ts';
import type { SearchHost } from './host.ts';

/** How long a slice should take: short enough that an interrupt seems immediate. */
const SLICE_MS = 40;
const SMALLEST = 64;
const LARGEST = 65_536;

export interface SearchListener {
  /** After each slice of the search; `elapsed` is in milliseconds since it started. */
  readonly onProgress?: ((progress: Progress, elapsed: number) => void) | undefined;
  /** The search is over, whatever way; its traces are not described yet. */
  readonly onEnd?: (() => void) | undefined;
  /** Something to know beside the verdict, such as fewer threads than asked for. */
  readonly onRemark?: ((sentence: string) => void) | undefined;
}

export interface TimedVerdict {
  readonly verdict: Verdict;
  readonly seconds: number;
}

/** Runs what `start` starts to its end; the time that `start` takes counts. */
export async function runSliced(
  start: () => Search,
  host: SearchHost,
  { onProgress, onEnd }: SearchListener,
): Promise<TimedVerdict> {
  const { now, pause } = host;
  // An interrupt is heard even if the search is over within one slice.
  await pause();
  const begin = now();
  const search = start();
  const stopListening = host.onInterrupt(() => search.interrupt());
  try {
    let slice = SMALLEST;
    for (;;) {
      const before = now();
      if (search.advance(slice)) break;
      const after = now();
      if (after - before < SLICE_MS / 2) slice = Math.min(slice * 2, LARGEST);
      else if (after - before > SLICE_MS * 2) slice = Math.max(slice >> 1, SMALLEST);
      onProgress?.(search.progress(), after - begin);
      await pause();
    }
  } finally {
    onEnd?.();
    stopListening();
  }
  return { verdict: search.verdict(), seconds: (now() - begin) / 1000 };
}
