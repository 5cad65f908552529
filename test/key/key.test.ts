/**
 * The visited key: a search that leaves a field out of the key finds fewer states than pinned, so a
 * test fails. This file checks a sample of fields with small searches; `key.long.ts` checks all.
 */

import { describe, expect, test } from 'vitest';
import { explore } from '../../src/explore.ts';
import { systems } from '../../src/systems.ts';
import { Forgetful } from './forgetful.ts';
import { distinct, statesOfRow, statesWithout } from './mutant.ts';
import { cellsOf, hint, modelOf, readTold } from './table.ts';

/** The number of fields checked in each system. */
const SAMPLE = 8;
const SMALL = 2_000;

describe.each(systems)('$name', (system) => {
  const { told, determined } = readTold(system);
  const small = Object.entries(told).filter(([, [, , states]]) => states <= SMALL);
  const rows = distinct(small.map(([, row]) => row));
  const stride = Math.ceil(small.length / SAMPLE);

  test.each(rows)('%s, %s: %i states', (...row) => {
    expect(statesOfRow(system, row), hint).toBe(row[2]);
  });

  test.each(small.filter((_, i) => i % stride === 0))('without %s there are fewer', (cell, row) => {
    expect(statesWithout(system, row, cell)).toBeLessThan(row[2]);
  });

  test('nothing left out, the search behind the same mechanism finds what is pinned', () => {
    const row = rows.at(-1)!;
    const nothing = { bits: new Int32Array(), words: [] };
    const model = new Forgetful(modelOf(system, row), () => nothing);
    expect(explore(model, { keepGoing: true }).states).toBe(row[2]);
  });

  test('the table names every cell of the library', () => {
    const named = new Set([...Object.keys(told), ...determined]);
    expect(
      [...cellsOf(system)].filter((cell) => !named.has(cell)),
      hint,
    ).toEqual([]);
  });
});

// Fields that earlier tests did not notice.
test.each([
  ['almos-mkh', 'threads.tlb.frame'],
  ['almos-mkh', 'threads.tlb.writable'],
  ['minix-vm', 'processes.tables'],
])('%s: a pinned search tells %s', (name, cell) => {
  const system = systems.find((one) => one.name === name)!;
  const row = readTold(system).told[cell];
  expect(statesOfRow(system, row), hint).toBe(row[2]);
  expect(statesWithout(system, row, cell)).toBeLessThan(row[2]);
});
