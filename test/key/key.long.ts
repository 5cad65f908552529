/** Leaves every kind of field of every system out of the visited key (`table.ts`). */

import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { systems } from '../../src/systems.ts';
import { distinct, statesOfRow, statesWithout } from './mutant.ts';
import { collect, fileOf, hint, print, readTold } from './table.ts';

const update = process.env['UPDATE'];
/** Of this system only, if one is named. */
const only = process.env['SYSTEM'];

describe.each(systems)('$name', (system) => {
  if (update !== undefined && (only === undefined || only === system.name)) {
    const known = update === 'all' ? { told: {}, determined: [] } : readTold(system);
    writeFileSync(fileOf(system), print(collect(system, known)));
  }
  const { told } = readTold(system);

  test.each(distinct(Object.values(told)))('%s, %s: %i states', (...row) => {
    expect(statesOfRow(system, row), hint).toBe(row[2]);
  });

  test.each(Object.entries(told))('without %s there are fewer', (cell, row) => {
    expect(statesWithout(system, row, cell)).toBeLessThan(row[2]);
  });
});
