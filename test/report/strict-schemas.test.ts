/** The schemas of the JSON output allow what there is, and nothing else. */

import { expect, test } from 'vitest';
import { LIMITS, OUTCOME_FORMAT } from '../../src/report/text/phrases.ts';
import { systems } from '../../src/systems.ts';
import { type Ended, vmcheck } from '../cli/terminal.ts';
import { lostFrame } from '../counterexample/saved.ts';
import { results, validators, told, asJson, vector } from './validated.ts';
import type { Name } from './validated.ts';

/** Every object in a value, with its path. */
function* objectsIn(value: unknown, path = ''): Generator<[Record<string, unknown>, string]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [value as Record<string, unknown>, path];
  for (const [key, part] of Object.entries(value)) yield* objectsIn(part, `${path}/${key}`);
}

/** Places where a schema allows any fields in an object. */
const open = /\/(?:scenario|options|scenarios\/\d+)$/;

test('a field that is missing or unknown is an error, in every object', async () => {
  const { cwd, file } = await lostFrame();
  const outputs: [Name, Ended][] = [
    ['explore', await vmcheck(['explore', '--keep-going', ...asJson])],
    ['replay', await vmcheck(['replay', file, ...asJson], { cwd })],
    ['show', await vmcheck(['show', file, ...asJson], { cwd })],
    ['list', await vmcheck(['list', ...asJson])],
    ['compare', await vmcheck(['run', vector, '--compare', ...asJson], { systems })],
  ];
  let tried = 0;
  for (const [name, ended] of outputs) {
    const json = told(name, ended);
    for (const [object, path] of objectsIn(json)) {
      if (open.test(path)) continue;
      object['unknown'] = 1;
      expect(validators[name](json), `${name}${path}: unknown`).toBe(false);
      delete object['unknown'];
      for (const [key, value] of Object.entries(object)) {
        delete object[key];
        expect(validators[name](json), `${name}${path}: without ${key}`).toBe(false);
        object[key] = value;
        tried++;
      }
    }
  }
  expect(tried).toBeGreaterThan(500);
});

test('limits and outcomes are those that there are', () => {
  const { limit, outcome } = results['$defs'];
  const limits = limit.enum.filter((one: unknown) => one !== null);
  expect(limits.sort()).toEqual(Object.keys(LIMITS).sort());
  expect(outcome.enum.sort()).toEqual(Object.keys(OUTCOME_FORMAT).sort());
});
