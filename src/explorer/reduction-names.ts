/** The reductions there are. */

import { InputError } from '../errors.ts';

/** The names of all reductions: `docs/reductions.md` says what each leaves out. */
export const REDUCTIONS = ['symmetry', 'merge', 'por'] as const;
/** The name of a reduction. */
export type Reduction = (typeof REDUCTIONS)[number];

/** Throws InputError for a name that no reduction has. */
export function checkReductionNames(reductions: readonly string[]): void {
  for (const name of reductions) {
    if ((REDUCTIONS as readonly string[]).includes(name)) continue;
    throw new InputError(`A reduction must be one of ${REDUCTIONS.join(', ')}, found ${name}.`);
  }
}
