/** Finds the system of a scenario file by its fields, because a file does not name its system. */

import { findScenario } from './spec.ts';
import { readJson, readJsonFile } from './schema-check.ts';
import { InputError } from '../errors.ts';
import { Mistakes } from '../mistakes.ts';
import { resolve } from 'node:path';
import type { Scenario, System } from '../system.ts';

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

/** The system of a scenario file; undefined if it is not a file or fits several systems. */
export function systemOfFile(
  systems: readonly System[],
  name: string | undefined,
  cwd: string,
): System | undefined {
  if (name === undefined || !isPath(name)) return undefined;
  return systemOfScenario(systems, readJson(resolve(cwd, name), name));
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
  try {
    return system.parseScenario(json);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const owner = systemOfScenario(systems, json) ?? system;
    if (owner === system && error instanceof Mistakes) {
      throw error.in({ shown: name, text }, [], where);
    }
    const hint = `by its fields it is a scenario of ${owner.name}, not of ${system.name}: `;
    const whose = owner === system ? '' : `${hint}name the system ${owner.name} (`;
    throw new InputError(`${where}${name}: ${whose}${error.message}${whose === '' ? '' : ')'}`);
  }
}
