/** The scenarios of the library are files as users write them, and match the published schema. */

import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';

import { readJson } from '../src/core/schema-check.ts';
import { systems } from '../src/systems.ts';
import { expectToAgree, undescribed } from './schemas.ts';

describe.each(systems)('$name', (system) => {
  const schemaFile = `docs/scenario.${system.name}.schema.json`;
  const schemaText = readFileSync(schemaFile, 'utf8');
  const schema = JSON.parse(schemaText);
  const fits = new Ajv2020({ strictTuples: false }).compile(schema);
  const folder = `scenarios/${system.name}`;
  const index = JSON.parse(readFileSync(`${folder}/index.json`, 'utf8'));
  const names: readonly string[] = [...index.library, ...index.others];
  const read = (name: string): unknown => readJson(`${folder}/${name}.json`, name);

  test('the index names every file', () => {
    const files = readdirSync(folder).filter((file) => file !== 'index.json');
    expect(files).toEqual(names.map((name) => `${name}.json`).sort());
  });

  test('the library has those that the index names, in its order', () => {
    const hint = 'run npm run library';
    expect(
      system.scenarios.map(({ name }) => name),
      hint,
    ).toEqual(index.library);
  });

  test.each(names)('%s fits the schema, and means what the library has', (name) => {
    const json = read(name) as { readonly $schema: string; readonly name: string };
    expect(json.$schema).toBe(`../../${schemaFile}`);
    expect(json.name).toBe(name);
    expect(fits(json), JSON.stringify(fits.errors)).toBe(true);
    const scenario = system.parseScenario(json);
    expect(fits(scenario), JSON.stringify(fits.errors)).toBe(true);
    expect(system.parseScenario(scenario)).toEqual(scenario);
    const known = system.scenarios.filter((one) => one.name === name);
    expect(known).toEqual(index.library.includes(name) ? [scenario] : []);
  });

  test('the schema refuses what the reader refuses, field by field', () => {
    const files = names.map((name) => read(name));
    expectToAgree(files, { read: system.parseScenario, fits });
  });

  test('the schema that is published comes from the fields', () => {
    const hint = 'run npm run schemas';
    expect(schemaText, hint).toBe(`${JSON.stringify(system.scenarioSchema, null, 2)}\n`);
  });

  test('the schema has the fields that a file may have, and describes each', () => {
    expect(Object.keys(schema.properties).sort()).toEqual([...system.scenarioFields!].sort());
    expect(undescribed(schema)).toEqual([]);
  });
});
