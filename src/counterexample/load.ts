/**
 * Loads a counterexample from a file and resolves every name in it. A damaged, foreign or newer
 * file, or one with unknown names, is refused with a sentence that starts with the name of the
 * file.
 */

import { type Dirent, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { InputError } from '../errors.ts';
import type { Spec, System } from '../system.ts';
import { type Counterexample, FORMAT, VERSION } from './file.ts';
import { type JsonFile, readJsonFile, schemaCheck } from '../core/schema-check.ts';
import { Mistakes } from '../mistakes.ts';
import { fileError } from '../files/read.ts';
import { findSystem, resolveSpec } from '../core/spec.ts';
import { quote } from '../suggest.ts';
import { systemsNamed } from '../core/system-module.ts';

/** A saved counterexample whose names have all been found. */
export interface Loaded {
  /** The file as the user named it. */
  readonly shown: string;
  readonly saved: Counterexample;
  readonly system: System;
  /** The recorded variant, with the recorded invariant only. */
  readonly spec: Spec;
}

const checkSchema = schemaCheck<Counterexample>('counterexample.schema.json');

/** The maximum number of files in a folder of counterexamples. */
const MOST_ENTRIES = 100_000;

/** Reads and checks one file of a system that is known here; throws InputError. */
export function load(path: string, shown: string, systems: readonly System[]): Loaded {
  const file = readJsonFile(path, shown);
  const saved = savedIn(file);
  return loadedFrom(saved, file, findSystem(systems, saved.system, `${shown}: `));
}

/** The same where the file may name the module of its system, from the folder that it lies in. */
export async function loadWithModule(
  path: string,
  shown: string,
  systems: readonly System[],
): Promise<Loaded> {
  const file = readJsonFile(path, shown);
  const saved = savedIn(file);
  return loadedFrom(saved, file, await systemOf(saved, path, shown, systems));
}

/** What is in a file, whether its system is known or not; throws InputError. */
export function readSaved(path: string, shown: string): Counterexample {
  return savedIn(readJsonFile(path, shown));
}

function savedIn(file: JsonFile): Counterexample {
  checkFormat(file.json, file.shown);
  return checkSchema(file);
}

async function systemOf(
  { system: name, module }: Counterexample,
  path: string,
  shown: string,
  systems: readonly System[],
): Promise<System> {
  if (module === undefined) return findSystem(systems, name, `${shown}: `);
  const known = systems.find((system) => system.name === name);
  let found: readonly System[] | undefined;
  try {
    found = await systemsNamed(module, dirname(path));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    if (known !== undefined) return known;
    throw new InputError(`${shown}: the system ${name} comes from a module: ${error.message}`);
  }
  if (found !== undefined) return findSystem(found, name, `${shown}: ${module}: `);
  if (known !== undefined) return known;
  throw new InputError(
    `${shown}: the system ${name} comes from ${module}, which is neither a file nor an installed ` +
      'package here',
  );
}

function loadedFrom(saved: Counterexample, file: JsonFile, system: System): Loaded {
  const { shown } = file;
  const where = `${shown}: `;
  let scenario: Spec['scenario'];
  try {
    scenario = system.parseScenario(saved.scenario);
  } catch (error) {
    if (error instanceof Mistakes) throw error.in(file, ['scenario']);
    if (error instanceof InputError) throw new InputError(`${where}scenario: ${error.message}`);
    throw error;
  }
  const { fixes, hardware, options, invariant } = saved;
  const wanted = { scenario, fixes, hardware, options, invariants: [invariant] };
  return { shown, saved, system, spec: resolveSpec(system, wanted, where) };
}

/**
 * Refuses files that are not counterexamples or have a newer version, before anything else is
 * checked.
 */
function checkFormat(json: unknown, shown: string): void {
  const { format, version } = (json ?? {}) as { format?: unknown; version?: unknown };
  if (format !== FORMAT) {
    const found =
      format === undefined ? 'it has no field "format"' : `its format is ${quote(format)}`;
    throw new InputError(`${shown} is not a counterexample of vmcheck: ${found}, not "${FORMAT}"`);
  }
  if (typeof version === 'number' && version > VERSION) {
    throw new InputError(
      `${shown} was written by a newer vmcheck: its format version is ${version}, but this one ` +
        `reads version ${VERSION}: update vmcheck`,
    );
  }
}

/**
 * The counterexample files in files and folders (all .json files below them, sorted), each once, as
 * paths to show. An empty folder is refused, so that the loss of all counterexamples is noticed.
 */
export function findFiles(named: readonly string[], cwd: string, most = MOST_ENTRIES): string[] {
  const byPath = new Map<string, string>();
  for (const name of named) {
    for (const file of filesBelow(name, cwd, most)) {
      const path = resolve(cwd, file);
      if (!byPath.has(path)) byPath.set(path, file);
    }
  }
  return [...byPath.values()];
}

function filesBelow(name: string, cwd: string, most: number): string[] {
  if (name === '') throw new InputError('the name of a counterexample is empty');
  try {
    if (!statSync(resolve(cwd, name)).isDirectory()) return [name];
    const files = [...jsonBelow(name, cwd, { left: most })].sort();
    if (files.length === 0) throw new InputError(`there is no .json file in ${name}`);
    return files;
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(fileError(error, name));
  }
}

function* jsonBelow(folder: string, cwd: string, entries: { left: number }): Generator<string> {
  for (const entry of readdirSync(resolve(cwd, folder), { withFileTypes: true })) {
    const name = join(folder, entry.name);
    if (entries.left-- === 0) {
      throw new InputError(`${folder} contains too many files: name a folder of counterexamples`);
    }
    if (entry.isDirectory()) yield* jsonBelow(name, cwd, entries);
    else if (isFile(entry, resolve(cwd, name)) && name.endsWith('.json')) yield name;
  }
}

/** A symbolic link counts as what it names: what is left out silently would not be replayed. */
function isFile(entry: Dirent, path: string): boolean {
  if (!entry.isSymbolicLink()) return entry.isFile();
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true;
}
