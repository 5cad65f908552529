/**
 * "Did you mean ...?" for every name that a user can mistype: systems, scenarios, invariants,
 * fixes, options, commands. All such messages are made here, so that they read alike.
 */

import { shortName } from './safe-text.ts';

export { quote } from './safe-text.ts';

/** The number of letters to insert, remove, replace or swap with a neighbour. */
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + same);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) row[j] = Math.min(row[j], rows[i - 2][j - 2] + 1);
    }
    rows.push(row);
  }
  return rows[a.length][b.length];
}

/**
 * The name that the user probably meant: few letters differ, or one name is a prefix of the other.
 */
function nearest(word: string, names: readonly string[]): string | undefined {
  // Words longer than any known name are not compared letter by letter.
  if (word.length > 80) return undefined;
  const wanted = word.toLowerCase();
  const ranked = names
    .map((name) => ({ name, far: distance(wanted, name.toLowerCase()) }))
    .sort((x, y) => x.far - y.far);
  const best = ranked[0];
  if (best === undefined) return undefined;
  if (best.far <= Math.floor(best.name.length / 3)) return best.name;
  return wanted.length < 3
    ? undefined
    : names.find((name) => name.toLowerCase().startsWith(wanted));
}

/** Lists at most `limit` names and the number of the others. */
export function enumerate(names: readonly string[], limit = 12): string {
  const shown = names.slice(0, limit).map(shortName).join(', ');
  return names.length > limit ? `${shown} and ${names.length - limit} more` : shown;
}

/** The end of an error message: `did you mean x?`, or the existing names. */
export function wayOut(word: string, names: readonly string[]): string {
  const near = nearest(word, names);
  if (near !== undefined) return `did you mean ${shortName(near)}?`;
  if (names.length === 0) return 'there is none';
  return names.length === 1
    ? `there is only ${shortName(names[0])}`
    : `choose one of ${enumerate(names)}`;
}
