/** In what two states differ, in words. */

import { differingPaths, pathText, valueAt } from '../state/differing-paths.ts';
import type { LawfulModel } from './observation.ts';

const MOST = 3;

/** `frames[1].count 2 and 1`, or `word 3` where the model has no values of states. */
export function differenceOf(model: LawfulModel, one: Int32Array, other: Int32Array): string {
  const { replayer } = model;
  const found =
    replayer?.unpack === undefined
      ? []
      : inWords(replayer.unpack(one.slice()), replayer.unpack(other.slice()));
  if (found.length > 0) return listed(found);
  return listed([...one].flatMap((word, w) => (word === other[w] ? [] : [`word ${w}`])));
}

function inWords(one: unknown, other: unknown): string[] {
  return differingPaths(one, other).map((path) => {
    const [before, after] = [one, other].map((value) => String(valueAt(value, path)));
    return `${pathText(path)} ${before} and ${after}`;
  });
}

function listed(found: readonly string[]): string {
  return found.slice(0, MOST).join(', ') + (found.length > MOST ? ', ...' : '');
}
