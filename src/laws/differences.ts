/** In what two states differ, in words. */

import type { LawfulModel } from './observation.ts';

const MOST = 3;

/** `frames[1].count 2 and 1`, or `word 3` where the model has no values of states. */
export function differenceOf(model: LawfulModel, one: Int32Array, other: Int32Array): string {
  const { replayer } = model;
  const found =
    replayer?.unpack === undefined
      ? []
      : differencesIn(replayer.unpack(one.slice()), replayer.unpack(other.slice()), '');
  if (found.length > 0) return listed(found);
  return listed([...one].flatMap((word, w) => (word === other[w] ? [] : [`word ${w}`])));
}

function listed(found: readonly string[]): string {
  return found.slice(0, MOST).join(', ') + (found.length > MOST ? ', ...' : '');
}

function differencesIn(one: unknown, other: unknown, path: string): string[] {
  if (Object.is(one, other)) return [];
  if (!isComposite(one) || !isComposite(other)) {
    return [`${path} ${String(one)} and ${String(other)}`];
  }
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].flatMap((key) => {
    const inside = Array.isArray(one) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
    return differencesIn(one[key], other[key], inside);
  });
}

function isComposite(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
