/**
 * The table of counts: for each option value, the smallest scenarios whose search it changes, with
 * the results; for each hardware profile, all small ones. `npm run test:long` checks all rows, `npm
 * cit` the first one of each. After a deliberate change, rewrite the table:
 *
 *     UPDATE=1 npm run test:long -- counts
 *
 * `UPDATE=all` also searches for other scenarios than those of the table.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../src/errors.ts';
import type { System } from '../../src/system.ts';
import { countOf, scenarioNamed, variantsOf } from './variants.ts';
import type { Count, Variant } from './variants.ts';

export const hint = 'if the change is meant: UPDATE=1 npm run test:long -- counts';

/** By variant and scenario. */
export type Counts = Readonly<Record<string, Readonly<Record<string, Count>>>>;

/** Scenarios with more states are left out, and so are searches of more. */
const MOST_STATES = 60_000;
/**
 * The number of rows for one option value. A hardware profile has all scenarios of up to this many
 * states.
 */
const MOST_ROWS = 3;
const SMALL = 3_000;

export const fileOf = ({ name }: System): string => join(import.meta.dirname, `${name}.json`);

export function readCounts(system: System): Counts {
  const file = fileOf(system);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Counts) : {};
}

interface Entry {
  readonly outcome: string;
  readonly states: number;
  readonly transitions: number;
}

/** Of each scenario as written, with defaults: the table of verdicts of the system. */
export function defaultCounts({ name, scenarios, options }: System): Map<string, Count> {
  const file = join(import.meta.dirname, '..', name, 'verdicts.json');
  const all = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  const profile = options.find((option) => option.name === 'profile')?.default;
  const table = (profile === undefined ? all : all[String(profile)]) as Record<string, Entry>;
  return new Map(
    scenarios.map((scenario) => {
      const entry = table[scenario.name] ?? table[`${scenario.name}, as written`];
      return [scenario.name, [entry.outcome, entry.states, entry.transitions]];
    }),
  );
}

export function bySize(counts: ReadonlyMap<string, Count>): string[] {
  return [...counts.keys()].sort((a, b) => counts.get(a)![1] - counts.get(b)![1]);
}

/**
 * The rows of all variants of a system, searched again for the scenarios in `known`. A variant
 * without rows changes no scenario of that size.
 */
export function collect(system: System, known: Counts): Counts {
  const usual = defaultCounts(system);
  const small = bySize(usual).filter((name) => usual.get(name)![1] <= MOST_STATES);
  const isSmall = (name: string): boolean => usual.get(name)![1] <= SMALL;
  const table: Record<string, Record<string, Count>> = {};
  for (const variant of variantsOf(system)) {
    const rows: Record<string, Count> = {};
    const before = known[variant.name];
    const tried = variant.options === undefined ? small.filter(isSmall) : small;
    const again = variant.options !== undefined && before !== undefined;
    const names = again ? Object.keys(before) : tried;
    for (const name of names) {
      if (!usual.has(name)) continue;
      if (variant.options !== undefined && Object.keys(rows).length === MOST_ROWS) break;
      const count = tryCount(system, name, variant);
      if (count === undefined || count[1] >= MOST_STATES) continue;
      if (String(count) === String(usual.get(name))) continue;
      rows[name] = count;
    }
    table[variant.name] = rows;
  }
  return table;
}

/**
 * Undefined if the scenario refuses the variant, for example because it lacks a cluster that an
 * option names.
 */
function tryCount(system: System, scenario: string, variant: Variant): Count | undefined {
  try {
    return countOf(system, scenarioNamed(system, scenario), variant, MOST_STATES);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/** JSON with one scenario per line. */
export function print(table: Counts): string {
  const variants = Object.entries(table).map(([name, rows]) => {
    const lines = Object.entries(rows).map(
      ([scenario, count]) => `\n    ${JSON.stringify(scenario)}: ${JSON.stringify(count)}`,
    );
    const end = lines.length === 0 ? '' : '\n  ';
    return `  ${JSON.stringify(name)}: {${lines.join(',')}${end}}`;
  });
  return `{\n${variants.join(',\n')}\n}\n`;
}
