/**
 * Validates JSON from outside against the schemas published in `docs/`, and describes each error
 * and its place in one sentence. Ajv is a runtime dependency, so that the published schema is
 * the one that is enforced.
 */

import { readFileSync } from 'node:fs';
import { type ErrorObject, Ajv2020 } from 'ajv/dist/2020.js';

import { InputError } from '../errors.ts';
import { parseJson } from '../json.ts';
import { type Mistake, Mistakes, type Path, pathText, type Source } from '../mistakes.ts';
import { readText } from '../files/read.ts';
import { quote, wayOut } from '../suggest.ts';

/** A file, what is in it, and the text of that, in which mistakes have their places. */
export interface JsonFile extends Source {
  readonly json: unknown;
}

/** Reads a JSON file; every error is a sentence that starts with its name. */
export function readJson(path: string, shown: string): unknown {
  return readJsonFile(path, shown).json;
}

/** The same with the text. */
export function readJsonFile(path: string, shown: string): JsonFile {
  const text = readText(path, shown).replace(/^\uFEFF/, '');
  if (text.trim() === '') throw new InputError(`${shown} is empty: JSON was expected`);
  return { shown, text, json: parseJson(text, shown) };
}

/**
 * Compiles a schema of `docs/`; the check throws InputError. `Content` is the type that the schema
 * describes.
 */
export function schemaCheck<Content>(name: string): (file: JsonFile) => Content {
  let validate: ReturnType<Ajv2020['compile']> | undefined;
  return (file) => {
    const how = { verbose: true, allErrors: true, strictTuples: false, allowUnionTypes: true };
    validate ??= new Ajv2020(how).compile(
      JSON.parse(readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')),
    );
    if (validate(file.json)) return file.json as Content;
    const [first, ...others] = (validate.errors ?? []).map(mistakeOf);
    if (first === undefined) throw new InputError(`${file.shown} does not match its schema`);
    throw new Mistakes([first, ...others]).in(file);
  };
}

function mistakeOf(error: ErrorObject): Mistake {
  const sentence = explain(error);
  const path = pathIn(error.instancePath);
  if (error.keyword !== 'additionalProperties') return { path, sentence, saysPath: true };
  const field = String(error.params['additionalProperty']);
  return { path: [...path, field], sentence, saysPath: true, ofName: true };
}

/** `/steps/3/choice` as its parts. */
function pathIn(pointer: string): Path {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d{1,15}$/.test(part) ? Number(part) : part));
}

function explain(error: ErrorObject): string {
  const { keyword, params, data } = error;
  const path = pathText(pathIn(error.instancePath));
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
