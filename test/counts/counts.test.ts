/**
 * The effect of hardware profiles and option values on searches (`table.ts`): the smallest scenario
 * that each one changes.
 */

import { describe, expect, test } from 'vitest';
import { systems } from '../../src/systems.ts';
import { defaultCounts, hint, readCounts } from './table.ts';
import { countOf, scenarioNamed, variantsOf } from './variants.ts';

describe.each(systems)('$name', (system) => {
  const table = readCounts(system);
  const usual = defaultCounts(system);

  test('the table has every profile and every option value, and no other', () => {
    expect(Object.keys(table), hint).toEqual(variantsOf(system).map(({ name }) => name));
  });

  test('no row is as with the defaults', () => {
    const rows = Object.entries(table).flatMap(([variant, counts]) =>
      Object.entries(counts).map(([name, count]) => ({ variant, name, count })),
    );
    const same = rows.filter(({ name, count }) => String(count) === String(usual.get(name)));
    expect(same, hint).toEqual([]);
  });

  const shown = variantsOf(system).filter(({ name }) => Object.keys(table[name] ?? {}).length > 0);
  test.each(shown)('$name changes a search as the table says', (variant) => {
    const [name, count] = Object.entries(table[variant.name])[0];
    expect(countOf(system, scenarioNamed(system, name), variant), hint).toEqual(count);
  });
});
