/**
 * Searching fewer states, by a model in front of the model: it answers only some of the successors,
 * or others in their place. The search, the store and the workers need not know. What is found is
 * expressed as steps of the model itself (`lift-trace.ts`), so a counterexample replays without any
 * of this.
 *
 * docs/reductions.md says why each is right, and what is asked of a model.
 */

import { InputError } from '../errors.ts';
import type { Model } from '../explorer/model.ts';
import type { Dependencies, ReducibleModel, Visibility } from './capabilities.ts';
import { makeModel, type ModelFactory } from '../explorer/model-factory.ts';
import type { Reduction } from '../explorer/reduction-names.ts';
import { TransitionCache } from './transition-cache.ts';
import { ChainCompression } from './chains.ts';
import { AmpleSets } from './ample-sets.ts';
import { Symmetric } from './symmetry.ts';

/**
 * The model that is searched in place of this one; throws InputError where that cannot be.
 * `visible`: what invariants may read of a state, where threads may run on by what they touch;
 * undefined where that must not be.
 */
export function reduce(
  model: ReducibleModel,
  reductions: readonly Reduction[],
  visible: Visibility | undefined,
): ReducibleModel {
  let searched = model;
  if (visible !== undefined) {
    const { access, attempts } = knownOf(model);
    searched = new AmpleSets(model, access, attempts, visible, !reductions.includes('por'));
  }
  if (reductions.includes('symmetry')) searched = symmetric(model, searched);
  // Outside, so that states that are passed through have canonical names, too, and are objected to.
  if (reductions.includes('merge')) searched = new ChainCompression(searched);
  return searched;
}

/** The factory of the reduced model, from that of the model. */
export function reducedFactory(
  factory: ModelFactory,
  reductions: readonly Reduction[],
  visible: Visibility | undefined,
): ModelFactory {
  const name = 'reduceInWorker' satisfies keyof typeof import('./reduce.ts');
  return { module: import.meta.url, name, args: [factory, reductions, visible] };
}

/** What that factory builds. */
export async function reduceInWorker(
  factory: ModelFactory,
  reductions: readonly Reduction[],
  visible: Visibility | undefined,
): Promise<Model> {
  return reduce(await makeModel(factory), reductions, visible);
}

/**
 * What invariants may read at least, where threads may run on by what they touch: always with por,
 * and with merge where the model says who may touch what and the search need not be resumed.
 */
export function initialVisibility(
  model: ReducibleModel,
  reductions: readonly Reduction[],
  resumable: boolean,
): Visibility | undefined {
  const merges =
    reductions.includes('merge') && typeof model.dependencies === 'function' && !resumable;
  return merges || reductions.includes('por') ? declaredVisibility(model) : undefined;
}

/** What invariants say that they may read, those that do. */
function declaredVisibility({ words, stateInvariants }: Model): Visibility {
  const bits = new Int32Array(words);
  for (const { reads } of stateInvariants) reads?.forEach((word, w) => (bits[w] |= word));
  return { bits, depth: 0 };
}

/** Who may touch what in a model. */
export function dependenciesOf(model: ReducibleModel): Dependencies {
  return knownOf(model).access;
}

interface Known {
  readonly access: Dependencies;
  readonly attempts: TransitionCache;
}

/** What has been found out about a model: it stays known when a search starts over. */
const known = new WeakMap<Model, Known>();

function knownOf(model: ReducibleModel): Known {
  const { dependencies } = model;
  if (dependencies === undefined) {
    throw new InputError(
      'Partial-order reduction: the model does not declare which threads may access which fields.',
    );
  }
  if (typeof dependencies === 'string')
    throw new InputError(`Partial-order reduction: ${dependencies}`);
  let found = known.get(model);
  if (found === undefined) {
    const made = dependencies();
    found = { access: made, attempts: new TransitionCache(made) };
    known.set(model, found);
  }
  return found;
}

function symmetric(model: ReducibleModel, searched: ReducibleModel): ReducibleModel {
  const { symmetry } = model;
  if (symmetry === undefined) {
    throw new InputError('Symmetry: the model does not declare which objects are interchangeable.');
  }
  if (typeof symmetry === 'string') throw new InputError(`Symmetry: ${symmetry}`);
  return new Symmetric(searched, symmetry);
}
