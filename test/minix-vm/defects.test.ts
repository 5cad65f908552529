/** What is particular to the defects of the MINIX VM server. test/defects.test.ts has the rest. */

import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { defects } from '../../src/model/minix-vm/defects.ts';
import { guardsOff } from '../../src/model/minix-vm/scenario.ts';
import type { MinixScenario } from '../../src/model/minix-vm/scenario.ts';
import { scenarioNamed } from './build.ts';

const searches = defects.flatMap(({ name, needs, shown }) =>
  shown.map((showing) => ({ name, needs, ...showing })),
);

test('every counterexample belongs to a defect', () => {
  const files = readdirSync('counterexamples/minix-vm').map((file) => file.replace(/\.json$/, ''));
  expect(searches.map(({ counterexample }) => counterexample).sort()).toEqual(files.sort());
});

test.each(searches)('$name needs a guard switched off only if it says so', ({ needs, scenario }) => {
  // A map with flag -1 is a request of the kernel itself, though compiled out.
  const off = guardsOff(scenarioNamed(scenario) as MinixScenario);
  const odd = off.filter((name) => name !== 'plainFlags');
  expect(odd.length > 0).toBe(needs === 'an odd caller');
});
