/**
 * How much is tested of what takes long: `npm cit` takes a part of it, `npm run test:long` the
 * rest. A file `x.long.ts` imports `x.test.ts`, whose tests ask here what to take.
 */

import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Is this `npm run test:long`? Set in vitest.config.ts and vitest.long.config.ts. */
    readonly long: boolean;
  }
}

export const long: boolean = inject('long');

/** Of all cases, those that are quick, or in the long run the others. */
export function share<T>(
  all: readonly T[],
  quick: (one: T, index: number) => boolean,
): readonly T[] {
  return all.filter((one, index) => quick(one, index) !== long);
}

/** Every `stride`-th case is one of the quick run. */
export function every(stride: number): (one: unknown, index: number) => boolean {
  return (_one, index) => index % stride === 0;
}

/**
 * How many cases of a property fast-check tries: all in the long run, and a quarter of them before.
 */
export function runs(all: number): { readonly numRuns: number } {
  return { numRuns: long ? all : Math.ceil(all / 4) };
}
