/**
 * The systems that a command knows: those built in, those that the configuration of the folder
 * names, and the one that is given as a module in place of a name.
 */

import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import { readJson } from '../core/schema-check.ts';
import { findSystem } from '../core/spec.ts';
import { quote } from '../suggest.ts';
import { checkNames, systemsNamed } from '../core/system-module.ts';
import { InputError } from '../errors.ts';
import type { System } from '../system.ts';
import type { Host } from './host.ts';

export const CONFIG = 'vmcheck.config.json';

/** The host with the systems that the configuration of its folder names, if there is one. */
export async function inFolder(host: Host, config = CONFIG): Promise<Host> {
  const path = resolve(host.cwd, config);
  if (!existsSync(path)) return host;
  const { systems: names } = (readJson(path, config) ?? {}) as { systems?: unknown };
  if (names === undefined) return host;
  if (!Array.isArray(names) || names.some((name) => typeof name !== 'string')) {
    throw new InputError(`${config}: systems must be a list of modules, and is ${quote(names)}`);
  }
  const systems = await withModules(host.systems, names, dirname(path), config);
  const configured = systems.filter((system) => !host.systems.includes(system));
  return { ...host, systems, configured };
}

/** These systems and those of some modules, which `folder` sees by these names. */
export async function withModules(
  systems: readonly System[],
  names: readonly string[],
  folder: string,
  shown: string,
): Promise<readonly System[]> {
  const all = [...systems];
  for (const [i, name] of names.entries()) {
    const where = `${shown}: systems[${i}]: `;
    const found = await systemsNamed(name, folder, where);
    if (found === undefined) {
      throw new InputError(`${where}${quote(name)} is neither a file nor an installed package`);
    }
    all.push(...found.filter((system) => !all.includes(system)));
    checkNames(all, `${shown}: ${name}`);
  }
  return all;
}

/** What a word for a system means, with the host that knows it. */
interface Given {
  readonly systems: readonly [System, ...System[]];
  readonly host: Host;
}

/**
 * The system of a name, or those of a module given in its place. `option` is where it was given.
 */
export async function systemsGiven(name: string, host: Host, option = ''): Promise<Given> {
  const known = host.systems.find((system) => system.name === name || system.source === name);
  if (known !== undefined) return { systems: [known], host };
  const [first, ...others] = (await systemsNamed(name, host.cwd, option)) ?? [];
  if (first === undefined) return { systems: [findSystem(host.systems, name, option)], host };
  const systems = [first, ...others] as const;
  const all = [...host.systems, ...systems.filter((one) => !host.systems.includes(one))];
  checkNames(all, option + name);
  return { systems, host: { ...host, systems: all } };
}

/** The same where it has to be one system. */
export async function systemGiven(
  name: string,
  host: Host,
  option = '',
): Promise<{ readonly system: System; readonly host: Host }> {
  const { systems, host: knowing } = await systemsGiven(name, host, option);
  if (systems.length === 1) return { system: systems[0], host: knowing };
  const names = systems.map((system) => system.name).join(', ');
  throw new InputError(
    `${option}${name} has ${systems.length} systems (${names}): list it under "systems" of ` +
      `${CONFIG}, and choose one by its name`,
  );
}
