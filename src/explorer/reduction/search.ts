/** A search of a reduced model, told in terms of the model. */

import type { Model } from '../contract.ts';
import type { SearchOptions } from '../options.ts';
import type { Search } from '../search.ts';
import type { Verdict } from '../verdict.ts';
import { concrete } from './concrete.ts';
import { reduced, reducedRecipe } from './reductions.ts';

/** Starts a search by `start`, of the model itself if there is nothing to reduce. */
export function startReduced(
  model: Model,
  options: SearchOptions,
  start: (model: Model, options: SearchOptions) => Search,
): Search {
  const { reductions = [], recipe } = options;
  if (reductions.length === 0) return start(model, options);
  const searched = reduced(model, reductions);
  const again = recipe === undefined ? undefined : reducedRecipe(recipe, reductions);
  const search = start(searched, { ...options, recipe: again });
  let verdict: Verdict | undefined;
  return {
    advance: (expansions) => search.advance(expansions),
    interrupt: (why) => search.interrupt(why),
    progress: () => search.progress(),
    verdict() {
      if (verdict !== undefined) return verdict;
      const found = search.verdict();
      const breaches = found.breaches.map((breach) => {
        return concrete(model, reductions, searched, breach);
      });
      breaches.sort((one, other) => one.trace.length - other.trace.length);
      return (verdict = { ...found, breaches, reductions });
    },
  };
}
