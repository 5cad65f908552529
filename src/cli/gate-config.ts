/**
 * `vmcheck.config.json`: the searches that a gate runs, the verdicts expected of them, and where
 * the saved counterexamples are. Every name in it is checked before the first search starts.
 */

import { dirname, join, relative, resolve } from 'node:path';

import { type Loaded, findFiles, loadWithModule } from '../counterexample/load.ts';
import { readJsonFile, schemaCheck } from '../core/schema-check.ts';
import { resolveSpec } from '../core/spec.ts';
import { quote, wayOut } from '../suggest.ts';
import { InputError } from '../errors.ts';
import type { Reduction } from '../explorer/reduction-names.ts';
import type { Outcome } from '../explorer/verdict.ts';
import type { OptionValue, Spec, System } from '../system.ts';
import { scenarioNamed } from '../core/scenario-file.ts';
import { checkVariantFields } from './options/rules.ts';
import { fixesOf } from './options/spec.ts';
import type { Host } from './host.ts';
import { systemGiven, withModules } from './known-systems.ts';

export interface Expected {
  readonly outcome: Outcome;
  readonly invariant?: string;
  readonly steps?: number;
  readonly states?: number;
  /** What part of the statements has to run at least, in percent. */
  readonly coverage?: number;
}

interface Limits {
  readonly depth?: number;
  readonly maxStates?: number;
  readonly timeLimit?: number;
  readonly memoryLimit?: number;
}

interface Entry {
  readonly system: string;
  readonly scenario: string;
  readonly variant?: 'as-written' | 'fixed';
  readonly fixes?: readonly string[];
  readonly without?: readonly string[];
  readonly hardware?: string;
  readonly options?: Readonly<Record<string, OptionValue>>;
  readonly invariants?: readonly string[];
  readonly limits?: Limits;
  readonly reductions?: readonly Reduction[];
  readonly expected: Expected;
}

interface Content {
  readonly version: 1;
  readonly systems?: readonly string[];
  readonly matrix: readonly Entry[];
  readonly counterexamples?: readonly string[];
  readonly citations?: readonly { readonly system: string; readonly source: string }[];
}

/** A system, and the folder of the source that it cites. */
export interface PlannedCitations {
  readonly system: System;
  readonly folder: string;
  /** As it is named in the configuration. */
  readonly source: string;
}

/** One validated search of the matrix. */
export interface PlannedSearch {
  readonly system: System;
  readonly spec: Spec;
  readonly limits: Limits;
  readonly reductions: readonly Reduction[];
  readonly expected: Expected;
}

interface Config {
  readonly matrix: readonly PlannedSearch[];
  readonly counterexamples: readonly Loaded[];
  readonly citations: readonly PlannedCitations[];
}

const checkSchema = schemaCheck<Content>('config.schema.json');

/** Reads and validates the file; throws InputError, also if the file is empty. */
export async function readConfig(shown: string, host: Host): Promise<Config> {
  const { cwd } = host;
  const path = resolve(cwd, shown);
  const file = readJsonFile(path, shown);
  const { version } = (file.json ?? {}) as { version?: unknown };
  if (typeof version === 'number' && version > 1) {
    throw new InputError(
      `${shown} is written for a newer vmcheck: its version is ${version}, but this one reads ` +
        'version 1: update vmcheck',
    );
  }
  const content = checkSchema(file);
  const { systems: modules = [], matrix, counterexamples = [], citations = [] } = content;
  const folder = dirname(path);
  const systems = await withModules(host.systems, modules, folder, shown);
  const there = { ...host, systems, cwd: folder };
  const planned: PlannedSearch[] = [];
  for (const [index, entry] of matrix.entries()) {
    const where = `${shown}: matrix[${index}]: `;
    const { system, host: knowing } = await systemGiven(entry.system, there, where);
    planned.push(plan(entry, system, knowing, where));
  }
  const cited: PlannedCitations[] = [];
  for (const [index, { system: name, source }] of citations.entries()) {
    const { system } = await systemGiven(name, there, `${shown}: citations[${index}]: `);
    cited.push({ system, source, folder: resolve(folder, source) });
  }
  const named = counterexamples.map((name) => relative(cwd, join(folder, name)) || '.');
  const files = named.flatMap((name, index) =>
    filesNamed(name, cwd, `${shown}: counterexamples[${index}]: `),
  );
  const loaded: Loaded[] = [];
  for (const file of new Set(files)) {
    loaded.push(await loadWithModule(resolve(cwd, file), file, systems));
  }
  if (planned.length + loaded.length + cited.length === 0) {
    throw new InputError(
      `${shown} checks nothing: it has no entry in its matrix, no counterexample and no ` +
        'citation, and a gate that checks nothing must not pass',
    );
  }
  return { matrix: planned, counterexamples: loaded, citations: cited };
}

function filesNamed(name: string, cwd: string, where: string): string[] {
  try {
    return findFiles([name], cwd);
  } catch (error) {
    if (error instanceof InputError) throw new InputError(where + error.message);
    throw error;
  }
}

function plan(entry: Entry, system: System, host: Host, where: string): PlannedSearch {
  const { variant = 'as-written', fixes = [], without = [], expected, limits = {} } = entry;
  const { reductions = [] } = entry;
  checkVariantFields({ variant, fixes, without }, where);
  const spec = resolveSpec(
    system,
    {
      scenario: scenarioNamed(system, entry.scenario, host, where),
      fixes: fixesOf(system, variant, fixes, without, where, entry.hardware),
      hardware: entry.hardware,
      options: entry.options,
      // A gate checks all invariants unless an entry names some.
      invariants: entry.invariants ?? ['all'],
    },
    where,
  );
  checkExpected(expected, spec, where);
  return { system, spec, limits, reductions, expected };
}

/**
 * An expectation that cannot be met is a mistake in the configuration, not a failure of the system.
 */
function checkExpected(expected: Expected, spec: Spec, where: string): void {
  const { outcome, invariant, steps, coverage } = expected;
  if (outcome !== 'holds' && coverage !== undefined) {
    throw new InputError(
      `${where}expected.coverage makes sense only if holds is expected: a search that is ` +
        `${outcome} does not explore all states`,
    );
  }
  if (outcome !== 'violated' && (invariant !== undefined || steps !== undefined)) {
    const field = invariant !== undefined ? 'invariant' : 'steps';
    throw new InputError(`${where}expected.${field} makes sense only if violated is expected`);
  }
  if (invariant !== undefined && !spec.invariants.includes(invariant)) {
    const hint = wayOut(invariant, spec.invariants);
    throw new InputError(`${where}expected.invariant ${quote(invariant)} is not checked: ${hint}`);
  }
}
