/**
 * Systems of a user's own: what a module exports that the command line, a configuration or a
 * counterexample names. It is named by a file, or by the package that it is.
 */

import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { InputError } from '../errors.ts';
import { Mistakes } from '../mistakes.ts';
import type { System } from '../system.ts';
import { demandSystem } from './demand-system.ts';
import { type Origin, setOrigin } from './origin.ts';
import { readJson } from './schema-check.ts';
import { quote } from '../suggest.ts';

/** By URL, what has been loaded. */
const loaded = new Map<string, readonly System[]>();

/** The path of the module that a system comes from. */
export function fileOf({ url }: Origin): string {
  return fileURLToPath(url);
}

/** Is it the name of a file, and not that of a system or a package? */
export function isModulePath(name: string): boolean {
  return /^\.{0,2}[/\\]/.test(name) || /^\.\.?$/.test(name) || /\.[cm]?[jt]s$/.test(name);
}

/**
 * The systems that a file, or else an installed package, exports; undefined if it is the name of
 * neither. Names are those that `folder` sees. Throws InputError for a module that is of no use.
 */
export async function systemsNamed(
  name: string,
  folder: string,
  where = '',
): Promise<readonly System[] | undefined> {
  if (isModulePath(name)) {
    const path = resolve(folder, name);
    if (!existsSync(path)) throw new InputError(`${where}${name}: there is no such file`);
    if (!statSync(path).isFile()) throw new InputError(`${where}${name} is not a file`);
    return systemsOf({ url: pathToFileURL(path).href, packageName: undefined }, where + name);
  }
  const entry = entryOf(name, folder);
  if (entry === undefined) return undefined;
  return systemsOf({ url: pathToFileURL(entry).href, packageName: name }, where + name);
}

/** The systems of a module, by its URL: what another thread does. */
export async function systemsAt(url: string): Promise<readonly System[]> {
  return systemsOf({ url, packageName: undefined }, fileURLToPath(url));
}

async function systemsOf(origin: Origin, shown: string): Promise<readonly System[]> {
  const known = loaded.get(origin.url);
  if (known !== undefined) return known;
  const { default: exported } = await imported(origin.url, shown);
  if (exported === undefined || exported === null) {
    throw new InputError(
      `${shown} exports no system: export what defineSystem answers, or a list of that, as default`,
    );
  }
  const systems: unknown[] = Array.isArray(exported) ? exported : [exported];
  if (systems.length === 0) throw new InputError(`${shown} exports an empty list of systems`);
  const checked = systems.map((system) => demandSystem(system, shown));
  for (const system of checked) setOrigin(system, origin);
  checkNames(checked, shown);
  loaded.set(origin.url, checked);
  return checked;
}

async function imported(url: string, shown: string): Promise<Record<string, unknown>> {
  try {
    return (await import(/* @vite-ignore */ url)) as Record<string, unknown>;
  } catch (error) {
    // They are those of a scenario file, and say so.
    if (error instanceof Mistakes) throw error;
    throw new InputError(`${shown} ${failure(error)}`);
  }
}

/** Why a module cannot be loaded. */
function failure(error: unknown): string {
  const { code, message = String(error) } = (error ?? {}) as { code?: unknown; message?: string };
  const name = error instanceof Error ? error.name : '';
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION') {
    return (
      'is TypeScript, which this version of Node does not run: compile it to JavaScript, or use ' +
      'Node 22.18 or later'
    );
  }
  if (code === 'ERR_MODULE_NOT_FOUND') return `imports what is not there: ${message}`;
  if (name === 'SyntaxError') return `is no module that Node can read: ${message}`;
  const what = name === 'InputError' || name === 'ModelError' || name === '' ? '' : `${name}: `;
  return `throws while it is loaded: ${what}${message}`;
}

/** Several systems under one name could not be distinguished. */
export function checkNames(systems: readonly System[], shown: string): void {
  const names = systems.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return;
  throw new InputError(`${shown}: there are two systems named ${twice}: give one another name`);
}

/**
 * The file that `import` of a package would load, seen from a folder; undefined if there is none.
 */
function entryOf(name: string, folder: string): string | undefined {
  if (!/^(@[\w.-]+\/)?[\w.-]+$/.test(name)) return undefined;
  for (let at = resolve(folder); ; at = dirname(at)) {
    const home = join(at, 'node_modules', name);
    const about = join(home, 'package.json');
    if (existsSync(about)) return entryIn(home, readJson(about, about), name);
    if (dirname(at) === at) return undefined;
  }
}

function entryIn(home: string, about: unknown, name: string): string {
  const { exports, main } = (about ?? {}) as { exports?: unknown; main?: unknown };
  const own = exports === undefined ? (main ?? 'index.js') : conditional(mainOf(exports));
  if (typeof own === 'string' && existsSync(join(home, own))) return join(home, own);
  throw new InputError(`the package ${name} has no module to import: ${quote(own)}`);
}

/** Of the exports of a package, those of its main module. */
function mainOf(exports: unknown): unknown {
  const isMap = typeof exports === 'object' && exports !== null && Object.hasOwn(exports, '.');
  return isMap ? (exports as Record<string, unknown>)['.'] : exports;
}

/** The first target whose condition is one of an import by Node. */
function conditional(target: unknown): unknown {
  if (Array.isArray(target)) return target.map(conditional).find((one) => one !== undefined);
  if (typeof target !== 'object' || target === null) return target;
  for (const [condition, value] of Object.entries(target)) {
    if (!['node', 'import', 'module-sync', 'default'].includes(condition)) continue;
    const found = conditional(value);
    if (found !== undefined) return found;
  }
  return undefined;
}
