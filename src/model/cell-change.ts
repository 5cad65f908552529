/** What a step made of one cell, in the words of a system: the same shape for every system. */

import type { Change } from '../system.ts';

/** Where a cell is in a state: names of fields and numbers of rows. */
export type Path = readonly (string | number)[];

/** Names a cell, and says of either state what is in it. */
export type Both<K> = (name: string, text: (k: K) => unknown) => Change;

/** Describes cells of the states before and after a step. */
export function bothStates<K>(before: K, after: K): Both<K> {
  return (name, text) => ({ path: name, from: String(text(before)), to: String(text(after)) });
}
