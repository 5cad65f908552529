/**
 * Systems made from the user's own C. The code that explores C is loaded only if a command names
 * such a system or a file saved from one.
 */

import { existsSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';

import { readJson } from '../../core/schema-check.ts';
import { findFiles } from '../../counterexample/load.ts';
import { InputError } from '../../errors.ts';
import type { System } from '../../system.ts';
import type { Args } from '../args.ts';
import type { OptionDeclaration } from '../command.ts';
import type { Host } from '../host.ts';
import { checkSource } from './rules.ts';

export const sourceOption: Readonly<Record<string, OptionDeclaration>> = {
  source: {
    kind: 'value',
    group: 'What is checked:',
    describe: 'a harness file (.vmcheck.json or .js) that names C of your own to check',
  },
};

/** The host, with the system that `--source` names. */
export async function withSource(args: Args, host: Host): Promise<Host> {
  const file = args.one('source');
  if (file === undefined) return host;
  checkSource(args.positional('system'));
  return withSystems(host, [file]);
}

/** The host, with the C systems from which counterexamples were saved. */
export async function withSourcesOf(files: readonly string[], host: Host): Promise<Host> {
  const harnesses = files.flatMap((file) => {
    const { scenario } = objectIn(file, host.cwd) as { scenario?: { harness?: unknown } };
    const harness = scenario?.harness;
    if (typeof harness !== 'string') return [];
    // The file may have been saved in another folder.
    const near = relative(host.cwd, resolve(host.cwd, dirname(file), harness));
    return [existsSync(resolve(host.cwd, harness)) ? harness : near];
  });
  return withSystems(host, harnesses);
}

/** The host, with the C systems that a gate configuration names. */
export async function withSourcesOfConfig(file: string, host: Host): Promise<Host> {
  const { matrix, counterexamples } = objectIn(file, host.cwd) as {
    matrix?: unknown;
    counterexamples?: unknown;
  };
  const folder = dirname(file);
  const named = (Array.isArray(matrix) ? (matrix as { system?: unknown }[]) : [])
    .map((entry) => entry?.system)
    .filter((name): name is string => typeof name === 'string' && isHarness(name));
  const saved = (Array.isArray(counterexamples) ? counterexamples : [])
    .filter((name): name is string => typeof name === 'string')
    .map((name) => relative(host.cwd, resolve(host.cwd, folder, name)) || '.')
    .filter((name) => existsSync(resolve(host.cwd, name)))
    .flatMap((name) => filesIn(name, host.cwd));
  const own = await withSystems(host, named, folder);
  return withSourcesOf(saved, own);
}

function filesIn(name: string, cwd: string): string[] {
  try {
    return findFiles([name], cwd);
  } catch {
    // The command refuses it, in its own words.
    return [];
  }
}

function isHarness(name: string): boolean {
  return /\.vmcheck\.(json|[cm]?js)$/.test(name) || name.endsWith('.json');
}

/** The object in a JSON file; an empty one if there is none, which the command then refuses. */
function objectIn(file: string, cwd: string): object {
  try {
    const json = readJson(resolve(cwd, file), file);
    return typeof json === 'object' && json !== null ? json : {};
  } catch {
    return {};
  }
}

/** `folder`: where the names begin; systems are known by them as they are given. */
async function withSystems(host: Host, files: readonly string[], folder = '.'): Promise<Host> {
  if (files.length === 0) return host;
  const { loadSource } = await import('../../csource/system/load.ts');
  const systems: System[] = [...host.systems];
  for (const file of new Set(files)) {
    const path = folder === '.' ? file : relative(host.cwd, resolve(host.cwd, folder, file));
    const known = systems.find(({ source }) => source === path || source === file);
    if (known !== undefined) continue;
    const system = await loadSource(path, host.cwd);
    const same = systems.find(({ name }) => name === system.name);
    if (same !== undefined) {
      const other = same.source ?? `the system ${same.name} that is built in`;
      throw new InputError(`${path} has the name ${system.name}, and so has ${other}`);
    }
    systems.push(path === file ? system : Object.assign(system, { source: file }));
  }
  return { ...host, systems };
}
