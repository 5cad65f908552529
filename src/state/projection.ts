/**
 * A part of a state: some of its fields, at the places they have in the whole. Code that is given
 * the view of a part cannot read anything else, so its result depends only on the bits of the part.
 */

import { ModelError } from '../errors.ts';

/** Fields by name, and of each what is chosen below it; ALL for the whole of it. */
export type Chosen = ReadonlyMap<string, Chosen | 'all'>;
export const ALL = 'all';

/** From paths such as `frames` or `slots.entries.mapped`; rows of tables are passed through. */
export function chosenBy(paths: readonly string[]): Chosen {
  const chosen = new Map<string, Chosen | 'all'>();
  for (const path of paths) add(chosen, path.split('.'));
  return chosen;
}

function add(chosen: Map<string, Chosen | 'all'>, [key, ...rest]: readonly string[]): void {
  if (key === undefined || chosen.get(key) === ALL) return;
  if (rest.length === 0) {
    chosen.set(key, ALL);
    return;
  }
  const below = new Map(chosen.get(key) as Chosen | undefined);
  add(below, rest);
  chosen.set(key, below);
}

/** Makes reading a field that was not chosen an error, and not an undefined value. */
export function forbid(prototype: object, key: string, chosen: readonly string[]): void {
  const fail = (): never => {
    throw new ModelError(
      `The field ${key} is read, but only ${chosen.join(', ')} of its record were declared to be.`,
    );
  };
  Object.defineProperty(prototype, key, { enumerable: true, get: fail, set: fail });
}

export function unknownField(key: string, known: readonly string[]): ModelError {
  return new ModelError(`There is no field ${key} to read: there are ${known.join(', ')}.`);
}
