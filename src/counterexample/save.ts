/**
 * Writes counterexamples: one file per breach, named after what is broken and where, so that the
 * same search always writes the same files and a diff shows what changed.
 */

import { accessSync, constants, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { InputError } from '../errors.ts';
import type { Spec, Subject, System } from '../system.ts';
import { format, toCounterexample } from './file.ts';
import { fileError } from './reading.ts';
import { variantOf } from './spec.ts';
import type { ToldTrace } from './trace.ts';

/**
 * Creates the folder that an option names now, so that a long search does not end in a refusal to
 * write.
 */
export function prepareFolder(folder: string, cwd: string, option = '--save'): void {
  try {
    const path = resolve(cwd, folder);
    makeFolder(path);
    accessSync(path, constants.W_OK);
    if (!statSync(path).isDirectory()) throw new InputError(`${option}: ${folder} is not a folder`);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${option}: ${fileError(error, folder)}`);
  }
}

/** Node's own recursive mkdir never returns where the kernel answers ENOENT, as below /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

/** Writes each trace; answers with the paths, as the user would name them. */
export function save(
  folder: string,
  cwd: string,
  system: System,
  subject: Subject,
  traces: readonly ToldTrace[],
  toolVersion: string,
): string[] {
  const taken = new Set<string>();
  return traces.map((trace) => {
    const path = join(folder, system.name, `${freeName(trace, system, subject.spec, taken)}.json`);
    const text = format(toCounterexample(subject, system.revision, trace, toolVersion));
    try {
      makeFolder(dirname(resolve(cwd, path)));
      writeFileSync(resolve(cwd, path), text);
    } catch (error) {
      throw new InputError(`--save: ${fileError(error, path)}`);
    }
    return path;
  });
}

/**
 * `no-free-frame-mapped.anon-fork-exit`; another breach of the same invariant adds the line where
 * it happens, a variant that is not the default adds what is different.
 */
function freeName(trace: ToldTrace, system: System, spec: Spec, taken: Set<string>): string {
  const place = trace.steps.at(-1)?.place;
  const stem = [trace.invariant, spec.scenario.name, ...differences(system, spec)].join('.');
  const candidates = [stem, `${stem}.${place?.line ?? 0}`];
  for (let count = 2; ; count++) {
    const name = (candidates.shift() ?? `${stem}.${place?.line ?? 0}-${count}`).replaceAll(
      /[^A-Za-z0-9._=+-]+/g,
      '-',
    );
    if (taken.has(name)) continue;
    taken.add(name);
    return name;
  }
}

function differences(system: System, spec: Spec): string[] {
  const parts: string[] = [];
  if (spec.fixes.length > 0) {
    parts.push(variantOf(system, spec.fixes).replaceAll(', ', '+').replaceAll(' ', '-'));
  }
  if (spec.hardware !== system.defaultHardware) parts.push(spec.hardware);
  for (const option of system.options) {
    const value = spec.options[option.name];
    if (value !== option.default) parts.push(`${option.name}=${value}`);
  }
  return parts;
}
