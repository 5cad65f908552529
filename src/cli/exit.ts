/** Exit codes: few, documented in --help, and the same for every command. */

import type { Verdict } from '../explorer/verdict.ts';

export const EXIT = {
  /** Holds; everything as expected. */
  fine: 0,
  /** Violated; something not as expected. */
  broken: 1,
  /** A limit was reached: nothing is proved. */
  limited: 2,
  /** The input is wrong: usage, a file, a name. */
  usage: 64,
  /** vmcheck itself is wrong. */
  internal: 70,
} as const;

/** Of one verdict, or the gravest of several: a breach is a breach even if a limit was reached. */
export function exitCode(verdicts: readonly Verdict[]): number {
  if (verdicts.some(({ breaches }) => breaches.length > 0)) return EXIT.broken;
  return verdicts.every(({ outcome }) => outcome === 'holds') ? EXIT.fine : EXIT.limited;
}
