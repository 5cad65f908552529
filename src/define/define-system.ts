/**
 * A system from what is particular to it: `defineSystem` has a default for everything that can have
 * one, and the answer is a `System` like those that are built in.
 */

import { InputError, ModelError } from '../errors.ts';
import { optionValues } from '../model/spec-checks.ts';
import type { Fields as StateFields } from '../state/record.ts';
import type { InvariantInfo, OperationInfo, Scenario, Spec, Subject, System } from '../system.ts';
import type { CommonDefinition, OperationsDefinition, RulesDefinition } from './definition.ts';
import type { Fields } from '../scenario/field.ts';
import { operationsSubject } from './operations-subject.ts';
import { rulesSubject } from './rules-subject.ts';
import { scenarioForm, type ScenarioOf } from '../scenario/form.ts';

type Definition<F extends Fields, S, T extends StateFields> =
  OperationsDefinition<F, S, T> | RulesDefinition<F, S, T>;

/** Throws ModelError for what cannot be a system. */
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
  const scenarios = definition.scenarios.map((json, i) => parsedOwn(name, form.parse, json, i));
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
    operations: operationInfos(definition),
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
  const { name, options = [] } = definition;
  const scenario = parse(spec.scenario);
  const given = {
    options: optionValues(name, options, spec.options),
    hardware: spec.hardware,
    fixes: new Set(spec.fixes),
  };
  return told(`${name}, scenario ${scenario.name}`, () => {
    const scope = definition.scope(scenario, given);
    const summary = definition.summary?.(scenario) ?? summaryOf(scenario);
    if ('rules' in definition) return rulesSubject(definition, spec, scope, summary);
    return operationsSubject(definition, spec, scope, summary);
  });
}

/** Errors of what the author wrote are the author's. */
function told<T>(who: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof InputError || error instanceof ModelError) throw error;
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new ModelError(`${who}: cannot be put together: ${message}`, { cause: error });
  }
}

function parsedOwn<S extends Scenario>(
  system: string,
  parse: (json: unknown) => S,
  json: unknown,
  index: number,
): S {
  try {
    return parse(json);
  } catch (error) {
    const { name } = (json ?? {}) as { readonly name?: unknown };
    const which = typeof name === 'string' ? name : `${index}`;
    throw new ModelError(`${system}: scenario ${which}: ${(error as Error).message}`);
  }
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
    ({ name, sentence, group = name, when = 'always' }) => ({
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

function operationInfos<F extends Fields, S, T extends StateFields>(
  definition: Definition<F, S, T>,
): OperationInfo[] {
  if ('rules' in definition) return [];
  return definition.operations.map(({ name, file, lines, sentence = '' }) => {
    return { name, file, lines, sentence };
  });
}

/** What is missing is told by its name: JavaScript would say that undefined is no function. */
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
  demand(['scenarios', 'invariants'], 'a list', Array.isArray);
  demand(
    ['scenario'],
    'an object of fields',
    (value) => typeof value === 'object' && value !== null,
  );
  if (!Array.isArray(parts['operations']) && typeof parts['rules'] !== 'function') {
    throw new ModelError(`${name}: it needs operations (a list) or rules (a function)`);
  }
}
