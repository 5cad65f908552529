/**
 * Runs a search in slices, so that interrupts are handled and a listener receives progress. The
 * search itself knows nothing of either.
 */

import type { Search } from '../explore.ts';
import type { Progress, Verdict } from '../explorer/verdict.ts';
import type { SearchHost } from './host.ts';

/** The target length of a slice: short enough that an interrupt seems immediate. */
const SLICE_MS = 40;
const SMALLEST = 64;
const LARGEST = 65_536;

/** Is told of a search while it runs. */
export interface SearchListener {
  /** After each slice of the search; `elapsed` is in milliseconds since it started. */
  readonly onProgress?: ((progress: Progress, elapsed: number) => void) | undefined;
  /** Called when the search is over, before its traces are described. */
  readonly onEnd?: (() => void) | undefined;
  /** A remark beside the verdict, such as fewer threads than requested. */
  readonly onRemark?: ((sentence: string) => void) | undefined;
}

interface TimedVerdict {
  readonly verdict: Verdict;
  readonly seconds: number;
}

/** Runs the search that `start` returns to its end; the time of `start` counts. */
export async function runSliced(
  start: () => Search,
  host: SearchHost,
  { onProgress, onEnd }: SearchListener,
): Promise<TimedVerdict> {
  const { now, pause } = host;
  // Handles an interrupt even if the search ends within one slice.
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
