/** The JSON output of a command, after validation by its schema. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ValidateFunction, Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { type Ended } from '../cli/terminal.ts';

export const docs = join(import.meta.dirname, '../../docs');
export const schemaOf = (name: string) =>
  JSON.parse(readFileSync(join(docs, `${name}.schema.json`), 'utf8'));
export const results = schemaOf('results');
export const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, strictTuples: false });
ajv.addSchema(results);
export const commands = [
  'explore',
  'gate',
  'replay',
  'show',
  'list',
  'compare',
  'script',
  'doctor',
  'cite',
] as const;
export type Name = (typeof commands)[number];
export const validators = Object.fromEntries(
  commands.map((name) => [name, ajv.compile(schemaOf(name))]),
) as Record<Name, ValidateFunction>;

/** The object that a command printed, after validation. */
export function told(name: Name, { stdout, stderr }: Ended): Record<string, unknown> {
  expect(stdout, stderr).not.toBe('');
  const json = JSON.parse(stdout);
  const validate = validators[name];
  validate(json);
  expect(validate.errors ?? []).toEqual([]);
  return json;
}

export const asJson = ['--format', 'json'];

export const vector = 'test/conformance/almos-mkh/53_easy_read_write.json';
