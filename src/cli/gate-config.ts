/**
 * `vmcheck.config.json`: the searches that a gate runs, the verdicts expected of them, and where
 * the saved counterexamples are. Every name in it is checked before the first search starts.
 */

import { dirname, join, relative, resolve } from 'node:path';

import { type Loaded, findFiles, load } from '../counterexample/load.ts';
import { schemaCheck, readJson } from '../core/schema-check.ts';
import { findSystem, resolveSpec } from '../core/spec.ts';
import { quote } from '../core/suggest.ts';
import { InputError } from '../errors.ts';
import type { Reduction } from '../explorer/reduction-names.ts';
import type { Outcome } from '../explorer/verdict.ts';
import type { OptionValue, Spec, System } from '../system.ts';
import { scenarioNamed } from '../core/scenario-file.ts';
import { checkVariantFields } from './options/rules.ts';
import { fixesOf } from './options/spec.ts';

export interface Expected {
  readonly outcome: Outcome;
  readonly invariant?: string;
  readonly steps?: number;
  readonly states?: number;
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
  readonly matrix: readonly Entry[];
  readonly counterexamples?: readonly string[];
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
}

const checkSchema = schemaCheck<Content>('config.schema.json');

/** Reads and validates the file; throws InputError, also if the file is empty. */
export function readConfig(shown: string, cwd: string, systems: readonly System[]): Config {
  const path = resolve(cwd, shown);
  const json = readJson(path, shown);
  const { version } = (json ?? {}) as { version?: unknown };
  if (typeof version === 'number' && version > 1) {
    throw new InputError(
      `${shown} is written for a newer vmcheck: its version is ${version}, but this one reads ` +
        'version 1: update vmcheck',
    );
  }
  const { matrix, counterexamples = [] } = checkSchema(json, shown);
  const folder = dirname(path);
  const planned = matrix.map((entry, index) =>
    plan(entry, systems, folder, `${shown}: matrix[${index}]: `),
  );
  const named = counterexamples.map((name) => relative(cwd, join(folder, name)) || '.');
  const files = named.flatMap((name, index) =>
    filesNamed(name, cwd, `${shown}: counterexamples[${index}]: `),
  );
  const loaded = [...new Set(files)].map((file) => load(resolve(cwd, file), file, systems));
  if (planned.length + loaded.length === 0) {
    throw new InputError(
      `${shown} checks nothing: it has neither an entry in its matrix nor a counterexample, ` +
        'and a gate that checks nothing must not pass',
    );
  }
  return { matrix: planned, counterexamples: loaded };
}

function filesNamed(name: string, cwd: string, where: string): string[] {
  try {
    return findFiles([name], cwd);
  } catch (error) {
    if (error instanceof InputError) throw new InputError(where + error.message);
    throw error;
  }
}

function plan(
  entry: Entry,
  systems: readonly System[],
  folder: string,
  where: string,
): PlannedSearch {
  const { variant = 'as-written', fixes = [], without = [], expected, limits = {} } = entry;
  const { reductions = [] } = entry;
  const system = findSystem(systems, entry.system, where);
  checkVariantFields({ variant, fixes, without }, where);
  const spec = resolveSpec(
    system,
    {
      scenario: scenarioNamed(system, entry.scenario, { systems, cwd: folder }, where),
      fixes: fixesOf(system, variant, fixes, without, where),
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
function checkExpected({ outcome, invariant, steps }: Expected, spec: Spec, where: string): void {
  if (outcome !== 'violated' && (invariant !== undefined || steps !== undefined)) {
    const field = invariant !== undefined ? 'invariant' : 'steps';
    throw new InputError(`${where}expected.${field} makes sense only if violated is expected`);
  }
  if (invariant !== undefined && !spec.invariants.includes(invariant)) {
    const checked = `those checked are ${spec.invariants.join(', ')}`;
    throw new InputError(
      `${where}expected.invariant ${quote(invariant)} is not checked: ${checked}`,
    );
  }
}
