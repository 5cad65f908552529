/**
 * Explores a model: the reductions that the options name stand in front of it, and what is found is
 * told in steps of the model itself. The search knows no reductions, and they know no search.
 */

import { checkOptions } from './explorer/check-options.ts';
import type { SearchOptions } from './explorer/options.ts';
import { StateSearch, type Search } from './explorer/search.ts';
import type { ConfirmableModel } from './explorer/rerun.ts';
import type { Verdict } from './explorer/verdict.ts';
import type { ReducibleModel } from './reduction/capabilities.ts';
import { startReduced } from './reduction/reduced-search.ts';

export type { SearchOptions } from './explorer/options.ts';
export type { Search } from './explorer/search.ts';

/** A model, and what it supplies besides its contract. */
type AnyModel = ReducibleModel & ConfirmableModel;

/**
 * Finds the initial states; the rest is up to `advance`. Throws InputError for senseless options.
 */
export function startSearch(model: AnyModel, options: SearchOptions = {}): Search {
  checkOptions(options);
  return startReduced(model, options, (searched, wanted) => new StateSearch(searched, wanted));
}

/** Searches to the end. */
export function explore(model: AnyModel, options: SearchOptions = {}): Verdict {
  const search = startSearch(model, options);
  while (!search.advance(1_000_000));
  return search.verdict();
}
