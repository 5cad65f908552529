/** Refuses search options that make no sense, before anything runs. */

import { InputError, ModelError } from '../errors.ts';
import { quote } from '../safe-text.ts';
import type { Model } from './model.ts';
import { checkKinds } from './option-kinds.ts';
import { brokenRule, refusalOf } from './option-rules.ts';
import { MOST_WORKERS, type SearchOptions } from './options.ts';
import { checkReductionNames } from './reduction-names.ts';

/** First each value, and then what does not go together. */
export function checkOptions(options: SearchOptions): void {
  checkKinds(options);
  const { strategy = 'bfs', workers = 1, storage = 'exact', reductions = [], factory } = options;
  const { checkModel = 'first' } = options;
  if (strategy !== 'bfs' && strategy !== 'dfs' && strategy !== 'random') {
    throw new InputError(`The strategy must be bfs, dfs or random, found ${quote(strategy)}.`);
  }
  if (!Number.isInteger(workers) || workers < 1 || workers > MOST_WORKERS) {
    throw new InputError(
      `workers must be a whole number from 1 to ${MOST_WORKERS}, found ${workers}.`,
    );
  }
  if (storage !== 'exact' && storage !== 'fingerprint') {
    throw new InputError(`storage must be exact or fingerprint, found ${quote(storage)}.`);
  }
  if (!['first', 'all', 'none'].includes(checkModel)) {
    throw new InputError(`checkModel must be first, all or none, found ${quote(checkModel)}.`);
  }
  checkReductionNames(reductions);
  const combination = {
    ...options,
    strategy,
    spills: options.spill !== undefined,
    resumable: (options.resume ?? options.onLevel) !== undefined,
    hasFactory: factory?.module.endsWith('.js') === true,
    hasClock: options.now !== undefined,
  };
  const rule = brokenRule(combination);
  if (rule !== undefined) throw new InputError(refusalOf(rule, combination));
}

const NEEDED = [
  'words',
  'scratch',
  'threads',
  'statements',
  'stateInvariants',
  'stepInvariants',
  'initialStates',
  'successors',
  'isFinal',
  'step',
] as const satisfies readonly (keyof Model)[];

/** Throws ModelError for what is no model at all, and for threads that have one name. */
export function checkModel(model: Model): void {
  const is = typeof model === 'object' && model !== null;
  const missing = NEEDED.filter((name) => !is || model[name] === undefined);
  if (missing.length === 0) {
    const { threads } = model;
    const twice = threads.find((name, i) => threads.indexOf(name) !== i);
    if (twice === undefined) return;
    throw new ModelError(
      `two threads are named ${quote(twice)}: a saved trace could not distinguish them`,
    );
  }
  throw new ModelError(
    is
      ? `explore: this is no model: it has no ${missing.join(', ')}`
      : `explore: expected a model, found ${quote(model)}`,
  );
}
