/** The pages of defects are complete and up to date. `npm run defects` rewrites them. */

import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';

import { load } from '../src/counterexample/load.ts';
import { fileOf, specOf } from '../src/docs/evidence.ts';
import { defectsPage } from '../src/docs/defects.ts';
import { readDefects } from '../src/model/read-defects.ts';
import { systems } from '../src/systems.ts';
import { expectToAgree, undescribed } from './schemas.ts';

const schema = JSON.parse(readFileSync('docs/defects.schema.json', 'utf8'));
const fits = new Ajv2020({ allowUnionTypes: true }).compile(schema);

test('the schema describes each of its fields', () => {
  expect(undescribed(schema)).toEqual([]);
});

const known = systems.map((system) => ({ system, defects: system.defects ?? [] }));

describe.each(known)('$system.name', ({ system, defects }) => {
  const loaded = defects.map((defect) => {
    const files = defect.shown.map((showing) => fileOf(system, showing));
    return { defect, saved: files.map((file) => load(file, file, systems).saved) };
  });

  test('its file fits the published schema, and its reader refuses what the schema refuses', () => {
    const file: unknown = JSON.parse(readFileSync(`defects/${system.name}.json`, 'utf8'));
    expect(fits(file), JSON.stringify(fits.errors)).toBe(true);
    expectToAgree([file], { read: (json) => readDefects(system.name, json), fits });
  });

  test('has defects, with names of their own', () => {
    expect(defects.length).toBeGreaterThan(0);
    expect(new Set(defects.map(({ name }) => name)).size).toBe(defects.length);
  });

  test('the page of its defects is current', () => {
    const written = readFileSync(`docs/defects/${system.name}.md`, 'utf8');
    expect(written, 'run npm run defects').toBe(defectsPage(system, loaded));
  });

  test('each fix mends a defect, and each defect has its fix', () => {
    const fixes = system.fixes.map(({ name }) => name).sort();
    expect([...new Set(defects.map(({ fix }) => fix))].sort()).toEqual(fixes);
    const diffs = system.fixes.filter(({ diff }) => diff !== undefined).length;
    expect([0, fixes.length], 'all fixes have a diff, or none has').toContain(diffs);
  });

  test.each(loaded)('$defect.name is shown by the searches that it names', ({ defect, saved }) => {
    for (const [i, { scenario, invariant, hardware, fixes, options }] of saved.entries()) {
      const { invariants, ...spec } = specOf(system, defect, defect.shown[i]);
      expect(invariants).toEqual([invariant]);
      expect({ system: system.name, scenario, fixes, hardware, options }).toEqual(spec);
      expect(fixes.includes(defect.fix)).toBe(false);
    }
  });

  test.each(loaded)('$defect.name is violated where it says', ({ defect, saved }) => {
    for (const [i, { steps }] of saved.entries()) {
      const { at } = defect.shown[i];
      if (at === undefined) continue;
      const last = steps.at(-1)!;
      expect(`${last.operation}:${last.at.slice(last.at.lastIndexOf(':') + 1)}`).toBe(at);
    }
  });

  test.each(loaded)('$defect.name needs what it says', ({ defect, saved }) => {
    for (const { steps } of saved) {
      const failed = steps.some(({ notes }) => notes?.some((note) => /\bfails?\b/.test(note)));
      expect(failed).toBe(defect.needs === 'a failing allocation');
    }
  });
});
