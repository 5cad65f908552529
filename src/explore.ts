/**
 * Explores a model: wraps it in the reductions that the options name, and reports violations in
 * steps of the model itself. The search knows nothing of reductions, and reductions know nothing of
 * the search.
 */

import { checkModel, checkOptions } from './explorer/check-options.ts';
import type { SearchOptions } from './explorer/options.ts';
import { StateSearch, type Search } from './explorer/search.ts';
import type { ConfirmableModel } from './explorer/rerun.ts';
import type { Verdict } from './explorer/verdict.ts';
import { inspectorOf } from './laws/inspector.ts';
import type { ReducibleModel } from './reduction/capabilities.ts';
import { startReduced } from './reduction/reduced-search.ts';

export type { SearchOptions } from './explorer/options.ts';
export type { Search } from './explorer/search.ts';

/** A model with its optional members. */
export type AnyModel = ReducibleModel & ConfirmableModel;

/**
 * Finds the initial states; `advance` continues the search. Throws InputError for invalid options.
 */
export function startSearch(model: AnyModel, options: SearchOptions = {}): Search {
  checkModel(model);
  checkOptions(options);
  const inspector = inspectorOf(model, options.checkModel ?? 'first');
  return startReduced(
    model,
    options,
    (searched, wanted) => new StateSearch(searched, wanted, inspector),
  );
}

/** Searches to the end. */
export function explore(model: AnyModel, options: SearchOptions = {}): Verdict {
  const search = startSearch(model, options);
  while (!search.advance(1_000_000));
  return search.verdict();
}
