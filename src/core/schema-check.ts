/**
 * Validates JSON from outside against the schemas published in `docs/`, and describes the first
 * error and its place in one sentence. Ajv is a runtime dependency, so that the published schema is
 * the one that is enforced.
 */

import { readFileSync } from 'node:fs';
import { type ErrorObject, Ajv2020 } from 'ajv/dist/2020.js';

import { InputError } from '../errors.ts';
import { parseJson } from '../json.ts';
import { shortName } from '../safe-text.ts';
import { readText } from '../files/read.ts';
import { quote, wayOut } from '../suggest.ts';

/** Reads a JSON file; every error is a sentence that starts with its name. */
export function readJson(path: string, shown: string): unknown {
  const text = readText(path, shown).replace(/^\uFEFF/, '');
  if (text.trim() === '') throw new InputError(`${shown} is empty: JSON was expected`);
  return parseJson(text, shown);
}

/**
 * Compiles a schema of `docs/`; the check throws InputError. `Content` is the type that the schema
 * describes.
 */
export function schemaCheck<Content>(name: string): (json: unknown, shown: string) => Content {
  let validate: ReturnType<Ajv2020['compile']> | undefined;
  return (json, shown) => {
    validate ??= new Ajv2020({ verbose: true, strictTuples: false, allowUnionTypes: true }).compile(
      JSON.parse(readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')),
    );
    if (!validate(json)) throw new InputError(`${shown}: ${explain(validate.errors?.[0])}`);
    return json as Content;
  };
}

/** `/steps/3/choice` as `steps[3].choice`. */
function pathIn(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? `[${shortName(part)}]` : `.${shortName(part)}`))
    .join('')
    .replace(/^\./, '');
}

function explain(error: ErrorObject | undefined): string {
  if (error === undefined) return 'does not match the published schema';
  const { keyword, params, data } = error;
  const path = pathIn(error.instancePath);
  const at = path === '' ? '' : `${path} `;
  switch (keyword) {
    case 'required':
      return `${at}has no field ${quote(params['missingProperty'])}`;
    case 'additionalProperties': {
      const field = String(params['additionalProperty']);
      const known = Object.keys((error.parentSchema?.['properties'] as object | undefined) ?? {});
      return `${at}has an unknown field ${quote(field)}: ${wayOut(field, known)}`;
    }
    case 'type':
      return `${path || 'the content'} must be ${article(params['type'])}, but is ${quote(data)}`;
    case 'const':
      return `${path} must be ${quote(params['allowedValue'])}, but is ${quote(data)}`;
    case 'enum':
      return `${path} must be one of ${params['allowedValues'].join(', ')}, but is ${quote(data)}`;
    case 'pattern':
      return `${path} must have the form ${params['pattern']}, but is ${quote(data)}`;
    default:
      return (
        `${path} ${error.message ?? 'does not match the published schema'}, ` +
        `but is ${quote(data)}`
      );
  }
}

function article(type: unknown): string {
  const names = [type].flat().map(String);
  return names.map((name) => (/^[aeio]/.test(name) ? `an ${name}` : `a ${name}`)).join(' or ');
}
