/**
 * The sizes of the scenarios of ALMOS-MKH: the states of a whole search as written, from the
 * verdict table.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Scenario } from '../../src/system.ts';

type Table = Readonly<Record<string, { readonly states: number } | undefined>>;

const table = JSON.parse(readFileSync(join(import.meta.dirname, 'verdicts.json'), 'utf8')) as Table;

/** A scenario that has no row yet counts as large. */
export function sizeOf({ name }: Scenario): number {
  return table[name]?.states ?? Infinity;
}

/**
 * Scenarios of up to this many states are searched in `npm cit`, the others in `npm run test:long`.
 */
export function isSmall(scenario: Scenario): boolean {
  return sizeOf(scenario) <= 2_500;
}

export function bySize(a: Scenario, b: Scenario): number {
  return Math.sign(sizeOf(a) - sizeOf(b)) || 0;
}
