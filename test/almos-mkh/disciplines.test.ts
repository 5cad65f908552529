/** A scenario of one's own that does not say what it is about: disciplines come last. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { build, resolveSpec } from '../../src/core/spec.ts';
import { explore } from '../../src/explore.ts';
import { almosMkh } from '../../src/systems/almos-mkh.ts';
import { folder } from '../cli/folder.ts';
import { vmcheck } from '../cli/terminal.ts';
import { only } from '../cli/told.ts';

const scenario = {
  name: 'my-question',
  purpose: 'Does a second thread see the page after the first one unmapped it?',
  clusters: 1,
  frames: 2,
  pages: 2,
  processes: [{ name: 'P', clusters: [0] }],
  vsegs: [{ process: 'P', type: 'ANON', page: 0, pages: 1 }],
  threads: [
    {
      process: 'P',
      program: [
        { do: 'write', page: 0 },
        { do: 'munmap', page: 0 },
      ],
    },
    {
      process: 'P',
      program: [
        [
          { do: 'read', page: 0 },
          { do: 'write', page: 0 },
        ],
      ],
    },
  ],
};
const disciplines = almosMkh.invariants
  .filter(({ group }) => group === 'discipline')
  .map(({ name }) => name);

interface Breach {
  readonly invariant: string;
  readonly steps: readonly unknown[];
}

async function explored(about: readonly string[] | undefined, ...words: string[]) {
  const cwd = folder();
  writeFileSync(join(cwd, 'own.json'), JSON.stringify({ ...scenario, about }));
  const all = ['explore', '--scenario', './own.json', '--format', 'json', ...words];
  const { code, stdout } = await vmcheck(all, { systems: [almosMkh], cwd });
  expect(code).toBe(1);
  const { counts, breaches } = only(stdout);
  return { counts, found: (breaches as Breach[]).map((b) => [b.invariant, b.steps.length]) };
}

test('other violations are found first, and the disciplines are reported after them', async () => {
  const { found } = await explored(undefined);
  const names = found.map(([name]) => name as string);
  expect(disciplines).not.toContain(names[0]);
  expect(names.length).toBeGreaterThan(1);
  for (const name of names.slice(1)) expect(disciplines).toContain(name);
  // What is found first is what is found if the disciplines are not checked at all.
  const parsed = almosMkh.parseScenario(scenario);
  const others = almosMkh.invariants.map(({ name }) => name);
  const invariants = others.filter((name) => !disciplines.includes(name));
  const spec = resolveSpec(almosMkh, { scenario: parsed, invariants });
  const [first] = explore(build(almosMkh, spec)).violations;
  expect(found[0]).toEqual([first.invariant, first.trace.length]);
});

test('what is asked for by name, by option or scenario, ends the search as ever', async () => {
  const asked = await explored(undefined, '--invariant', 'all');
  expect(asked.found).toHaveLength(1);
  expect(disciplines).toContain(asked.found[0][0]);
  expect(await explored(almosMkh.invariants.map(({ name }) => name))).toEqual(asked);
  const alone = await explored(['discipline']);
  expect(alone.found).toEqual(asked.found);
});

test('with --keep-going they come last, too', async () => {
  const { found } = await explored(undefined, '--keep-going');
  const late = found.map(([name]) => disciplines.includes(name as string));
  expect(late).toEqual(late.toSorted((one, other) => Number(one) - Number(other)));
  expect(new Set(late).size).toBe(2);
});

test.each(['--merge', '--por', '--symmetry'])('%s finds the same invariants', async (reduction) => {
  const [plain, reduced] = [await explored(undefined), await explored(undefined, reduction)];
  const names = ({ found }: typeof plain) => found.map(([name]) => name);
  expect(new Set(names(reduced).slice(1))).toEqual(new Set(names(plain).slice(1)));
  expect(disciplines).not.toContain(names(reduced)[0]);
});
