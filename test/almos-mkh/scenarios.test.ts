/** Scenarios as files: the published schema says what `parseScenario` takes. */

import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';

import { operations } from '../../src/model/almos-mkh/library-operations.ts';
import { races } from '../../src/model/almos-mkh/library-races.ts';
import { almosMkh } from '../../src/systems/almos-mkh.ts';

const schema = JSON.parse(readFileSync('docs/scenario.almos-mkh.schema.json', 'utf8'));
const valid = new Ajv2020({ strictTuples: false }).compile(schema);
const folder = 'scenarios/almos-mkh';
const files = readdirSync(folder).map((name) => [name, readFileSync(`${folder}/${name}`, 'utf8')]);

test.each(files)('%s fits the schema and is read', (_name, text) => {
  const scenario = JSON.parse(text as string);
  expect(valid(scenario), JSON.stringify(valid.errors)).toBe(true);
  expect(() => almosMkh.parseScenario(scenario)).not.toThrow();
});

test('what the library is written in fits the schema, and so does what becomes of it', () => {
  for (const scenario of [...operations, ...races, ...almosMkh.scenarios]) {
    expect(valid(scenario), JSON.stringify([scenario, valid.errors])).toBe(true);
  }
});

const one = {
  name: 'one',
  clusters: 1,
  frames: 1,
  pages: 2,
  processes: [{ name: 'P', clusters: [0] }],
  threads: [{ process: 'P', program: [] }],
};

test.each([
  ['a cluster too many', { ...one, clusters: 5 }],
  ['a field that is unknown', { ...one, colour: 'red' }],
  ['a step that is unknown', { ...one, threads: [{ process: 'P', program: [{ do: 'sleep' }] }] }],
  ['no threads', { ...one, threads: [] }],
])('%s is refused by both', (_mistake, scenario) => {
  expect(valid(one)).toBe(true);
  expect(valid(scenario)).toBe(false);
  expect(() => almosMkh.parseScenario(scenario)).toThrow(/^scenario: /);
});

test.each([
  ['a created thread that nobody creates', { created: true }, 'a step that creates it'],
  ['a slot outside of the stack zone', { slot: 3 }, 'a slot inside of the stack zone'],
])('%s is refused', (_mistake, thread, sentence) => {
  const threads = [{ process: 'P', program: [], ...thread }];
  expect(() => almosMkh.parseScenario({ ...one, threads })).toThrow(sentence);
});
