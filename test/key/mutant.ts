/** Searches whose visited set does not see one kind of field, and searches that see all. */

import { explore } from '../../src/explore.ts';
import type { System } from '../../src/system.ts';
import { Forgetful } from './forgetful.ts';
import { kindsOf } from './kinds.ts';
import { modelOf } from './table.ts';
import type { Row } from './table.ts';

export function statesWithout(system: System, row: Row, cell: string): number {
  const machine = modelOf(system, row);
  const kind = kindsOf(machine).get(cell);
  if (kind === undefined) throw new Error(`${row[1]} has no cell ${cell}`);
  return explore(new Forgetful(machine, kind), { keepGoing: true }).states;
}

export function statesOfRow(system: System, row: Row): number {
  return explore(modelOf(system, row), { keepGoing: true }).states;
}

/** Each row once. */
export function distinct(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}
