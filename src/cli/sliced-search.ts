/**
 * Runs a search in slices, so that Ctrl-C is heard and the live line moves. The search itself knows
 * of neither.
 */

import type { Search } from '../explore.ts';
import type { Verdict } from '../explorer/verdict.ts';
import { ProgressLine } from './progress-line.ts';
import type { Host } from '../core/host.ts';

/** How long a slice should take: short enough that Ctrl-C seems immediate. */
const SLICE_MS = 40;
const SMALLEST = 64;
const LARGEST = 65_536;

export interface Searched {
  readonly verdict: Verdict;
  readonly seconds: number;
}

/**
 * Lets everything else in the process have its turn. Signals are heard between two turns of
 * `setImmediate`, and not before the first.
 */
export function pause(): Promise<void> {
  return new Promise((resume) => setImmediate(() => setImmediate(resume)));
}

/** Runs what `start` starts; its time counts. */
export async function search(start: () => Search, host: Host): Promise<Searched> {
  const { now, stderr } = host;
  // Even if the search is over within one slice.
  await pause();
  const begin = now();
  const running = start();
  const forget = host.onInterrupt(() => running.interrupt());
  const live = stderr.isTTY ? new ProgressLine(stderr, begin) : undefined;
  try {
    let slice = SMALLEST;
    for (;;) {
      const before = now();
      if (running.advance(slice)) break;
      const after = now();
      if (after - before < SLICE_MS / 2) slice = Math.min(slice * 2, LARGEST);
      else if (after - before > SLICE_MS * 2) slice = Math.max(slice >> 1, SMALLEST);
      live?.update(running.progress(), after);
      await pause();
    }
  } finally {
    live?.erase();
    forget();
  }
  return { verdict: running.verdict(), seconds: (now() - begin) / 1000 };
}
