/**
 * A system from what is particular to it: `defineSystem` has a default for everything that can have
 * one, and the answer is a `System` like those that are built in.
 */

import { basename } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { InputError, ModelError } from '../errors.ts';
import { jsonFilesIn } from '../files/list.ts';
import { readText } from '../files/read.ts';
import { parseJson } from '../json.ts';
import { Mistakes } from '../mistakes.ts';
import { optionValues } from '../model/spec-checks.ts';
import type { Fields as StateFields } from '../state/record.ts';
import type { InvariantInfo, OperationInfo, Scenario, Spec, Subject, System } from '../system.ts';
import type {
  CommonDefinition,
  Given,
  OperationsDefinition,
  Place,
  RulesDefinition,
} from './definition.ts';
import type { Fields } from '../scenario/field.ts';
import { operationsSubject } from './operations-subject.ts';
import { rulesSubject } from './rules-subject.ts';
import { scenarioForm, type ScenarioOf } from '../scenario/form.ts';

type Definition<F extends Fields, S, T extends StateFields> =
  OperationsDefinition<F, S, T> | RulesDefinition<F, S, T>;

/**
 * A system for all commands and for `explore`: of operations (C functions as statements), or of
 * guarded rules. A module that the command line loads exports it as `default`, or a list of some.
 * Throws ModelError for what cannot be a system.
 */
export function defineSystem<F extends Fields, S, T extends StateFields>(
  definition: OperationsDefinition<F, S, T>,
): System;
export function defineSystem<F extends Fields, S, T extends StateFields>(
  definition: RulesDefinition<F, S, T>,
): System;
export function defineSystem<F extends Fields, S, T extends StateFields>(
  definition: Definition<F, S, T>,
): System {
  demandParts(definition);
  const { name, title = name, revision = '1', sentence } = definition;
  const form = scenarioForm(name, definition.scenario, definition.check);
  const scenarios = ownScenarios(name, definition.scenarios, form.parse);
  const [first] = scenarios;
  if (first === undefined) throw new ModelError(`${name}: it has no scenarios: give it one`);
  const { options = [], hardware = [PLAIN], fixes = [] } = definition;
  return {
    name,
    title,
    revision,
    sentence,
    defaultScenario: first.name,
    scenarios,
    invariants: invariantInfos(definition),
    operations: operationInfos(definition, first),
    fixes: fixes.map((fix) => {
      const { diff } = fix;
      return { name: fix.name, sentence: fix.sentence, ...(diff !== undefined && { diff }) };
    }),
    hardware,
    defaultHardware: (hardware[0] ?? PLAIN).name,
    options,
    scenarioFields: form.names,
    scenarioSchema: form.schema,
    parseScenario: form.parse,
    build: (spec) => built(definition, form.parse, spec),
  };
}

const PLAIN = { name: 'plain', sentence: 'Memory is coherent, and nothing fails.' };

function built<F extends Fields, S, T extends StateFields>(
  definition: Definition<F, S, T>,
  parse: (json: unknown) => ScenarioOf<F>,
  spec: Spec,
): Subject {
  const { name } = definition;
  const scenario = parse(spec.scenario);
  return asModelError(`${name}, scenario ${scenario.name}`, () => {
    const scope = definition.scope(scenario, givenBy(definition, spec));
    const summary = definition.summary?.(scenario) ?? summaryOf(scenario);
    if ('rules' in definition) return rulesSubject(definition, spec, scope, summary);
    return operationsSubject(definition, spec, scope, summary);
  });
}

function givenBy<F extends Fields, S, T extends StateFields>(
  { name, options = [] }: Definition<F, S, T>,
  spec: Pick<Spec, 'options' | 'hardware' | 'fixes'>,
): Given {
  return {
    options: optionValues(name, options, spec.options),
    hardware: spec.hardware,
    fixes: new Set(spec.fixes),
  };
}

/** Errors of what the author wrote are the author's. */
function asModelError<T>(who: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof InputError || error instanceof ModelError) throw error;
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new ModelError(`${who}: cannot be put together: ${message}`, { cause: error });
  }
}

/** Scenarios of the system itself: objects, or files at URLs. */
function ownScenarios<S extends Scenario>(
  system: string,
  given: readonly unknown[] | Place,
  parse: (json: unknown) => S,
): S[] {
  const all: readonly unknown[] =
    'href' in given
      ? asModelError(system, () =>
          jsonFilesIn(fileURLToPath(given.href)).map((path) => pathToFileURL(path)),
        )
      : given;
  return all.map((one, index) => {
    const path = one instanceof URL ? fileURLToPath(one) : undefined;
    const { name } = (one ?? {}) as { readonly name?: unknown };
    const which = path ?? (typeof name === 'string' ? name : `${index}`);
    const text = path === undefined ? undefined : readText(path, path);
    try {
      return parse(text === undefined ? one : parseJson(text, basename(which)));
    } catch (error) {
      // The mistakes of a file have their places in it.
      const isInFile = text !== undefined && error instanceof Mistakes;
      if (isInFile) throw error.in({ shown: which, text });
      throw new ModelError(`${system}: scenario ${which}: ${(error as Error).message}`);
    }
  });
}

/** Fields of the scenario in a few words: `3 frames, 2 processes`. */
function summaryOf(scenario: Scenario): string {
  const { name: _, purpose: __, about: ___, ...fields } = scenario;
  return Object.entries(fields)
    .map(([field, value]) => {
      if (Array.isArray(value)) return `${value.length} ${field}`;
      return typeof value === 'object' ? field : `${field} ${String(value)}`;
    })
    .join(', ');
}

function invariantInfos<F extends Fields, S, T extends StateFields>(
  definition: Definition<F, S, T>,
): InvariantInfo[] {
  const steps = 'rules' in definition ? [] : (definition.stepInvariants ?? []);
  const ofStates = definition.invariants.map(
    ({ name, sentence, group = name, asked = 'always', when = asked }) => ({
      name,
      sentence,
      group,
      when,
    }),
  );
  const ofSteps = steps.map(({ name, sentence, group = name, when = 'at a step' }) => ({
    name,
    sentence,
    group,
    when,
  }));
  return [...ofStates, ...ofSteps];
}

/** Of the source as written: what the default scenario runs. */
function operationInfos<F extends Fields, S, T extends StateFields>(
  definition: Definition<F, S, T>,
  scenario: ScenarioOf<F>,
): OperationInfo[] {
  if ('rules' in definition) return [];
  const { name, operations, hardware = [PLAIN] } = definition;
  const plain = { options: {}, hardware: (hardware[0] ?? PLAIN).name, fixes: [] };
  const written =
    typeof operations === 'function'
      ? asModelError(name, () => operations(definition.scope(scenario, givenBy(definition, plain))))
      : operations;
  return written.map(({ name: own, file, lines, sentence = '' }) => {
    return { name: own, file, lines, sentence };
  });
}

/** What is missing is named: JavaScript would say that undefined is no function. */
function demandParts<F extends Fields, S, T extends StateFields>(
  definition: CommonDefinition<F, S, T> & { readonly threads?: unknown },
): void {
  if (typeof definition !== 'object' || definition === null) {
    throw new ModelError('defineSystem: needs an object that describes the system');
  }
  const { name = 'defineSystem' } = definition;
  const parts = definition as unknown as Readonly<Record<string, unknown>>;
  const demand = (keys: readonly string[], kind: string, is: (value: unknown) => boolean): void => {
    for (const key of keys) {
      if (is(parts[key])) continue;
      throw new ModelError(
        `${name}: ${key} must be ${kind}${parts[key] === undefined ? ', and is missing' : ''}`,
      );
    }
  };
  demand(['name', 'sentence'], 'a text', (value) => typeof value === 'string');
  demand(['scope', 'state', 'threads'], 'a function', (value) => typeof value === 'function');
  demand(['invariants'], 'a list', Array.isArray);
  demand(['scenarios'], 'a list, or the URL of a folder', (value) => {
    return Array.isArray(value) || value instanceof URL;
  });
  demand(
    ['scenario'],
    'an object of fields',
    (value) => typeof value === 'object' && value !== null,
  );
  const { operations, rules } = parts;
  if (Array.isArray(operations) || typeof operations === 'function') return;
  if (typeof rules === 'function') return;
  throw new ModelError(`${name}: it needs operations (a list or a function) or rules (a function)`);
}
