/**
 * For each kind of field, the search that fails if the field is left out of the visited key: two of
 * its states differ only in that field, so without it there are fewer states than pinned. If no
 * search of the tables of verdicts and counts fails, the field is determined by the other fields in
 * all of them, so leaving it out is no mistake that these searches could show. Rows are kept as
 * long as they are right; `UPDATE=all` searches for the smallest ones again:
 *
 *     UPDATE=1 npm run test:long -- key
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../src/errors.ts';
import type { System } from '../../src/system.ts';
import { bySize, defaultCounts, readCounts } from '../counts/table.ts';
import { scenarioNamed, standard, subjectOf, variantsOf } from '../counts/variants.ts';
import type { Variant } from '../counts/variants.ts';
import { kindsOf } from './kinds.ts';
import type { AnyMachine } from './kinds.ts';
import type { Rows } from './rows.ts';
import { statesOf, Twins } from './twins.ts';

export const hint = 'if the change is meant: UPDATE=1 npm run test:long -- key';

/** A search whose number of states is pinned, in the table or in those of verdicts and counts. */
export type Row = readonly [variant: string, scenario: string, states: number];

/** For each kind of field, the search that fails; and the fields for which none fails. */
export interface Told {
  readonly told: Readonly<Record<string, Row>>;
  readonly determined: readonly string[];
}

/** Larger searches are left out. */
const MOST_STATES = 20_000;

function variantNamed(system: System, name: string): Variant {
  const found = [standard, ...variantsOf(system)].find((variant) => variant.name === name);
  if (found === undefined) throw new Error(`${system.name} has no variant ${name}: ${hint}`);
  return found;
}

/**
 * Undefined if the scenario refuses the variant, for example because it lacks a cluster that an
 * option names.
 */
function machineOf(system: System, variant: string, scenario: string): AnyMachine | undefined {
  try {
    const subject = subjectOf(
      system,
      scenarioNamed(system, scenario),
      variantNamed(system, variant),
    );
    return subject as unknown as AnyMachine;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/** The model of a row. */
export function modelOf(system: System, [variant, scenario]: Row): AnyMachine {
  const machine = machineOf(system, variant, scenario);
  if (machine === undefined) throw new Error(`${scenario} refuses ${variant}: ${hint}`);
  return machine;
}

export const fileOf = ({ name }: System): string => join(import.meta.dirname, `${name}.json`);

export function readTold(system: System): Told {
  const file = fileOf(system);
  if (!existsSync(file)) return { told: {}, determined: [] };
  return JSON.parse(readFileSync(file, 'utf8')) as Told;
}

/**
 * Every kind of cell of the scenarios, with defaults and in the variants of the table of counts.
 */
export function cellsOf(system: System): Set<string> {
  const pairs = [...defaultCounts(system).keys()].map((scenario) => [standard.name, scenario]);
  for (const [variant, rows] of Object.entries(readCounts(system))) {
    for (const scenario of Object.keys(rows).slice(0, 1)) pairs.push([variant, scenario]);
  }
  const cells = new Set<string>();
  for (const [variant, scenario] of pairs) {
    for (const name of kindsOf(machineOf(system, variant!, scenario!)!).keys()) cells.add(name);
  }
  return cells;
}

/** The searches to look into: with defaults, and those of the table of counts. */
function pairsOf(system: System): (readonly [variant: string, scenario: string])[] {
  const usual = defaultCounts(system);
  const pairs = bySize(usual)
    .filter((name) => usual.get(name)![1] <= MOST_STATES)
    .map((scenario): readonly [string, string] => [standard.name, scenario]);
  for (const [variant, rows] of Object.entries(readCounts(system))) {
    for (const [scenario, [, states]] of Object.entries(rows)) {
      if (states <= MOST_STATES) pairs.push([variant, scenario]);
    }
  }
  return pairs;
}

/**
 * The search that fails, for each kind of field of the system: that of `known` if it still does;
 * fields that are known to have none are skipped.
 */
export function collect(system: System, { told: known, determined }: Told): Told {
  const idle = new Set(determined);
  const told: Record<string, Row> = {};
  const seen = new Set<string>();
  const look = (variant: string, scenario: string, wanted?: ReadonlySet<string>): void => {
    const machine = machineOf(system, variant, scenario);
    if (machine === undefined) return;
    const kinds = kindsOf(machine);
    for (const name of kinds.keys()) seen.add(name);
    const open = [...kinds].filter(
      ([name]) => told[name] === undefined && !idle.has(name) && wanted?.has(name) !== false,
    );
    const states = open.length === 0 ? undefined : statesOf(machine, MOST_STATES);
    if (states === undefined) return;
    const twins = new Twins(states as Rows);
    for (const [name, kind] of open) {
      if (twins.in(kind)) told[name] = [variant, scenario, states.count];
    }
  };
  const before = new Map<string, Set<string>>();
  for (const [name, [variant, scenario]] of Object.entries(known)) {
    const key = JSON.stringify([variant, scenario]);
    before.set(key, (before.get(key) ?? new Set()).add(name));
  }
  for (const [key, names] of before) {
    const [variant, scenario] = JSON.parse(key) as [string, string];
    const exists = system.scenarios.some(({ name }) => name === scenario);
    if (exists) look(variant, scenario, names);
  }
  for (const [variant, scenario] of pairsOf(system)) look(variant, scenario);
  const names = [...seen].sort();
  return {
    told: Object.fromEntries(names.flatMap((name) => (told[name] ? [[name, told[name]]] : []))),
    determined: names.filter((name) => told[name] === undefined),
  };
}

/** JSON with one field per line. */
export function print({ told, determined }: Told): string {
  const lines = Object.entries(told).map(
    ([name, row]) => `\n    ${JSON.stringify(name)}: ${JSON.stringify(row)}`,
  );
  const rest = determined.map((name) => `\n    ${JSON.stringify(name)}`);
  return `{\n  "told": {${lines.join(',')}\n  },\n  "determined": [${rest.join(',')}\n  ]\n}\n`;
}
