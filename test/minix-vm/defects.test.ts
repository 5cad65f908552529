/** What is particular to the defects of the MINIX VM server. test/defects.test.ts has the rest. */

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { asWritten, minixVm } from '../../src/systems/minix-vm.ts';
import { defects } from '../../src/model/minix-vm/defects.ts';
import { guardNames, guardsOff } from '../../src/model/minix-vm/scenario.ts';
import type { MinixScenario } from '../../src/model/minix-vm/scenario.ts';
import { scenarioNamed } from './build.ts';

const searches = defects.flatMap(({ name, needs, shown }) =>
  shown.map((showing) => ({ name, needs, ...showing })),
);

test('every counterexample belongs to a defect', () => {
  const files = readdirSync('counterexamples/minix-vm').map((file) => file.replace(/\.json$/, ''));
  expect(searches.map(({ counterexample }) => counterexample).sort()).toEqual(files.sort());
});

test.each(searches)(
  '$name needs a guard switched off only if it says so',
  ({ needs, scenario }) => {
    const { actions, ...given } = scenarioNamed(scenario) as MinixScenario;
    const has = (what: string) => actions.some((action) => action.do === what);
    const odd = guardsOff({ actions, ...given }).filter((name) => {
      // A map with flag -1 is a request of the kernel itself, though
      // compiled out; not so a safemap.
      if (name === 'plainFlags') return !has('cowmap');
      // It is the exec that succeeds which leaves a record behind.
      return !(name === 'recordedStay' && has('exec') && needs === 'a failing allocation');
    });
    expect(odd.length > 0).toBe(needs === 'an odd caller');
  },
);

test('docs/minix-vm.md counts defects, fixes and statements right, and has each guard', () => {
  const text = readFileSync('docs/minix-vm.md', 'utf8').replaceAll(/\s+/g, ' ');
  const needing = (need: string): number => defects.filter(({ needs }) => needs === need).length;
  const statements = (file: string): number =>
    asWritten
      .filter((operation) => operation.file === file)
      .reduce((sum, operation) => sum + operation.statements.length, 0);
  expect(text).toContain(`has ${defects.length} defects, each with its trace`);
  expect(text).toContain(`${needing('nothing')} need nothing but`);
  expect(text).toContain(`${needing('a failing allocation')} need an allocation that fails`);
  expect(text).toContain(`${needing('an odd caller')} need a caller that does something unusual`);
  expect(text).toContain(`There are ${minixVm.fixes.length} fixes`);
  expect(text).toContain(`one of ${statements('map_mem.c')} statements`);
  for (const file of ['region.c', 'pagefaults.c', 'fork.c', 'exit.c', 'exec.c', 'mmap.c']) {
    expect(text).toContain(`\`${file}\` (${statements(file)})`);
  }
  for (const name of guardNames) expect(text).toContain(`| \`${name}\` | `);
});
