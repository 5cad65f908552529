/**
 * Selects the cases of slow tests: `npm cit` runs a part of them, `npm run test:long` the rest. A
 * file `x.long.ts` imports `x.test.ts`, whose tests take their cases from here.
 */

import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** True for `npm run test:long`. Set in vitest.config.ts and vitest.long.config.ts. */
    readonly long: boolean;
  }
}

export const long: boolean = inject('long');

/** The quick cases, or in the long run the others. */
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

/** The number of runs of a fast-check property: all in the long run, a quarter in the short run. */
export function runs(all: number): { readonly numRuns: number } {
  return { numRuns: long ? all : Math.ceil(all / 4) };
}
