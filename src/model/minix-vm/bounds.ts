/**
 * Bounds of a scenario that VM itself does not have: how many objects of a kind there are, how many
 * pages. Where a bound is reached the search cannot go on, and a larger one is the way out. (VM
 * running out of frames is not of this kind, as VM answers ENOMEM then; at the start it is.)
 */

import { InputError } from '../../errors.ts';
import { most } from './most.ts';
import type { Scope } from './scope.ts';

/** The field of a scenario that is a bound. */
type Bound = 'frames' | 'pages' | 'blocks' | 'physRegions' | 'regions';

/** The bound is too low for what VM does: in a scenario a field says it, in a script its length. */
export function tooFew({ scenario, script }: Scope, bound: Bound): never {
  const found = scenario[bound];
  if (script !== undefined) {
    throw new InputError(
      `${scenario.name}: ${bound}: more than the ${found} that the script has are needed; ` +
        'shorten or split the script',
    );
  }
  const way =
    found < most[bound] ? 'raise it' : 'this is the most there can be, so lower limit or times';
  throw new InputError(`scenario: ${bound}: more than ${found} are needed; ${way}`);
}
