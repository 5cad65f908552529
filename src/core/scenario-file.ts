/** Finds the system of a scenario file by its fields, because a file does not name its system. */

import { findScenario } from './spec.ts';
import { readJson, readJsonFile } from './schema-check.ts';
import { InputError } from '../errors.ts';
import { Mistakes } from '../mistakes.ts';
import { resolve } from 'node:path';
import type { Scenario, System } from '../system.ts';

/** What every scenario may have, whether its system says so or not. */
const COMMON_FIELDS = ['$schema', 'name', 'purpose', 'about'];

/** True if it looks like a file rather than a name. */
function isPath(name: string): boolean {
  return /[/\\]/.test(name) || name.endsWith('.json');
}

/** The system that knows more of the fields than any other system; undefined if there is none. */
export function systemOfScenario(systems: readonly System[], json: unknown): System | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const fields = Object.keys(json);
  const [best, next] = systems
    .map((system) => {
      const known = fields.filter((field) => system.scenarioFields?.includes(field)).length;
      return { system, known };
    })
    .sort((a, b) => b.known - a.known);
  if (best === undefined || best.known === (next?.known ?? 0)) return undefined;
  return best.system;
}

/**
 * The system of a scenario file: that of its fields, or else the only one that can read it. Throws
 * InputError where that does not decide it. Undefined if it is no file, or no system says what its
 * scenarios may hold.
 */
export function systemOfFile(
  systems: readonly System[],
  name: string | undefined,
  cwd: string,
): System | undefined {
  if (name === undefined || !isPath(name)) return undefined;
  const json = readJson(resolve(cwd, name), name);
  const known = systems.filter(({ scenarioFields }) => scenarioFields !== undefined);
  if (known.length === 0) return undefined;
  const best = systemOfScenario(known, json);
  if (best !== undefined) return best;
  const able = known.filter((system) => canRead(system, json));
  if (able.length === 1) return able[0];
  const names = able.map((system) => system.name).join(' or of ');
  const whose =
    able.length === 0
      ? 'by its fields it is a scenario of no system here'
      : `it can be of ${names}`;
  throw new InputError(`${name}: ${whose}: name the system`);
}

function canRead(system: System, json: unknown): boolean {
  try {
    system.parseScenario(json);
    return true;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

/**
 * A scenario of this system by name, or from a JSON file; the error message names the right system.
 */
export function scenarioNamed(
  system: System,
  name: string,
  { systems, cwd }: { readonly systems: readonly System[]; readonly cwd: string },
  where = '',
): Scenario {
  if (!isPath(name)) {
    const owner = systems.find(({ scenarios }) => scenarios.some((one) => one.name === name));
    if (owner === undefined || system.scenarios.some((one) => one.name === name)) {
      return findScenario(system, name, where);
    }
    throw new InputError(
      `${where}scenario ${name} belongs to ${owner.name}, not to ${system.name}: ` +
        `name the system ${owner.name}`,
    );
  }
  const { json, text } = readJsonFile(resolve(cwd, name), `${where}${name}`);
  const owner = systemOfScenario(systems, json) ?? system;
  const ofOther = (more: string): InputError => {
    const whose = `by its fields it is a scenario of ${owner.name}, not of ${system.name}`;
    return new InputError(`${where}${name}: ${whose}: name the system ${owner.name}${more}`);
  };
  let scenario: Scenario;
  try {
    scenario = system.parseScenario(json);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    if (owner !== system) throw ofOther(` (${error.message})`);
    if (error instanceof Mistakes) throw error.in({ shown: name, text }, [], where);
    throw new InputError(`${where}${name}: ${error.message}`);
  }
  // A system that reads anything would take it for its own.
  if (owner !== system && !hasFieldsOf(system, json)) throw ofOther('');
  return scenario;
}

/** True as well if the system does not say what its scenarios may hold. */
function hasFieldsOf({ scenarioFields }: System, json: unknown): boolean {
  if (scenarioFields === undefined) return true;
  return Object.keys(json as object).every(
    (field) => COMMON_FIELDS.includes(field) || scenarioFields.includes(field),
  );
}
