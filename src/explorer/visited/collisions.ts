/** What storage by fingerprints leaves to luck. */

import type { Collisions } from '../verdict.ts';

/**
 * How likely it is that two of so many states had the same fingerprint, and one of them was lost.
 * `partialMatches`: pairs that were found to agree in the first half of their fingerprints.
 */
export function collisionsOf(states: number, partialMatches: number): Collisions {
  const pairs = (states / 2) * (states - 1);
  return {
    bits: 64,
    probability: pairs * 2 ** -64,
    halves: { expected: pairs * 2 ** -32, observed: partialMatches },
    observedProbability: partialMatches * 2 ** -32,
  };
}
