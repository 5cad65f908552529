/** The reductions there are, and where they are refused whatever the model. */

import { InputError } from '../errors.ts';

export const REDUCTIONS = ['symmetry', 'merge', 'por'] as const;
export type Reduction = (typeof REDUCTIONS)[number];

/** Throws InputError for what cannot be asked of any model. */
export function checkReductions(
  reductions: readonly string[],
  strategy: string,
  resumable: boolean,
): void {
  for (const name of reductions) {
    if (!(REDUCTIONS as readonly string[]).includes(name)) {
      throw new InputError(`A reduction must be one of ${REDUCTIONS.join(', ')}, found ${name}.`);
    }
  }
  if (reductions.includes('por') && resumable) {
    throw new InputError(
      'A search with por may start over, so it cannot be resumed: ' +
        'leave out por, or onLevel and resume.',
    );
  }
  if (reductions.length > 0 && strategy === 'random') {
    throw new InputError(
      `Random walks store no states, so there is nothing to reduce: leave out ${reductions[0]}, ` +
        'or use the strategy bfs or dfs.',
    );
  }
}
