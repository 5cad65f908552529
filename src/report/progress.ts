/** The progress line of a running search. */

import type { Progress } from '../explorer/verdict.ts';
import { bytes, duration, short } from './numbers.ts';

/** Cuts the line to `width`; the least important parts come last and are cut first. */
export function progressLine(
  progress: Progress,
  rate: number,
  seconds: number,
  width: number,
): string {
  const parts = [
    `depth ${progress.depth}`,
    `${short(progress.states)} states`,
    duration(seconds),
    `${short(rate)} transitions/s`,
    `frontier ${short(progress.frontier)}`,
    bytes(progress.bytes),
  ];
  let line = parts[0];
  for (const part of parts.slice(1)) {
    const longer = `${line} · ${part}`;
    if (longer.length >= width) break;
    line = longer;
  }
  // The last column stays free, because writing there makes some terminals begin a new line.
  return line.slice(0, Math.max(width - 1, 0));
}
