/** The pages of defects: complete, and made from what is saved. `npm run defects` writes them anew. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { load } from '../src/counterexample/load.ts';
import { defectsPage } from '../src/report/defects.ts';
import { systems } from '../src/systems.ts';

const known = systems.flatMap((system) =>
  system.defects?.every(({ search }) => search !== undefined)
    ? [{ system, defects: system.defects }]
    : [],
);

describe.each(known)('$system.name', ({ system, defects }) => {
  const loaded = defects.map((defect) => {
    const path = `counterexamples/${system.name}/${defect.counterexample}.json`;
    return { defect, ...load(path, path, systems) };
  });

  test('the page of its defects is current', () => {
    const written = readFileSync(`docs/defects/${system.name}.md`, 'utf8');
    expect(written, 'run npm run defects').toBe(defectsPage(system, loaded));
  });

  test('each fix mends a defect, and each defect has its fix', () => {
    const fixes = system.fixes.map(({ name }) => name).sort();
    expect([...new Set(defects.map(({ fix }) => fix))].sort()).toEqual(fixes);
    expect(system.fixes.filter(({ diff }) => diff === undefined)).toEqual([]);
  });

  test.each(loaded)('$defect.name is shown by the search that it names', ({ defect, saved }) => {
    expect(saved.scenario.name).toBe(defect.search?.scenario);
    expect(saved.invariant).toBe(defect.search?.invariant);
    expect(saved.fixes.includes(defect.fix)).toBe(false);
    expect(saved.fixes.length > 0).toBe(defect.search?.isolated);
  });
});
