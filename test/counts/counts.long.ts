/** Searches every row of the tables of counts (`table.ts`) again. */

import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { systems } from '../../src/systems.ts';
import { collect, fileOf, hint, print, readCounts } from './table.ts';
import { countOf, scenarioNamed, variantsOf } from './variants.ts';

const update = process.env['UPDATE'];
/** Of this system only, if one is named. */
const only = process.env['SYSTEM'];

describe.each(systems)('$name', (system) => {
  if (update !== undefined && (only === undefined || only === system.name)) {
    const known = update === 'all' ? {} : readCounts(system);
    writeFileSync(fileOf(system), print(collect(system, known)));
  }
  const table = readCounts(system);

  test.each(variantsOf(system))('$name gives the counts of the table', (variant) => {
    const rows = table[variant.name] ?? {};
    const found = Object.keys(rows).map(
      (name) => [name, countOf(system, scenarioNamed(system, name), variant)] as const,
    );
    expect(Object.fromEntries(found), hint).toEqual(rows);
  });
});
