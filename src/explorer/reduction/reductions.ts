/**
 * Searching fewer states, by a model in front of the model: it answers only some of the successors,
 * or others in their place. The search, the store and the workers need not know. What is found is
 * told as steps of the model itself (`concrete.ts`), so a counterexample replays without any of this.
 *
 * docs/reductions.md says why each is right, and what is asked of a model.
 */

import { InputError } from '../../errors.ts';
import type { Model } from '../contract.ts';
import type { Recipe } from '../options.ts';
import type { Reduction } from './names.ts';
import { Merged } from './merge.ts';
import { Symmetric } from './symmetry.ts';

/** The model that is searched in place of this one; throws InputError where that cannot be. */
export function reduced(model: Model, reductions: readonly Reduction[]): Model {
  let searched = model;
  if (reductions.includes('symmetry')) searched = symmetric(searched);
  // Outside, so that states that are passed through have canonical names, too, and are objected to.
  if (reductions.includes('merge')) searched = new Merged(searched);
  return searched;
}

/** The recipe of the reduced model, given that of the model. */
export function reducedRecipe(recipe: Recipe, reductions: readonly Reduction[]): Recipe {
  return { module: import.meta.url, name: 'reducedAgain', given: [recipe, reductions] };
}

/** What that recipe says. */
export async function reducedAgain(
  { module, name, given }: Recipe,
  reductions: readonly Reduction[],
): Promise<Model> {
  const made = (await import(module)) as Record<string, (...given: readonly unknown[]) => Model>;
  return reduced(made[name]!(...given), reductions);
}

function symmetric(model: Model): Model {
  const { symmetry } = model;
  if (symmetry === undefined) {
    throw new InputError('Symmetry: the model does not say what of it is interchangeable.');
  }
  if (typeof symmetry === 'string') throw new InputError(`Symmetry: ${symmetry}`);
  return new Symmetric(model, symmetry);
}
