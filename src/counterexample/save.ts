/**
 * Writes counterexamples: one file per violation, named after the invariant and the scenario, so
 * that the same search always writes the same files and a diff shows what changed.
 */

import { createHash, randomUUID } from 'node:crypto';
import { dirname, join, relative, resolve, sep } from 'node:path';

import { InputError } from '../errors.ts';
import type { Spec, Subject, System } from '../system.ts';
import { format, toCounterexample } from './file.ts';
import { fileError } from '../files/read.ts';
import { variantOf } from '../core/spec.ts';
import { originOf } from '../core/origin.ts';
import { fileOf } from '../core/system-module.ts';
import type { Trace } from '../core/trace.ts';
import { fileToWrite, makeFolder, writeWhole } from '../files/write.ts';

/** The maximum length of a file name in characters; file systems allow 255 bytes. */
const LONGEST_NAME = 200;

/** The result of saving traces. */
interface Saved {
  /** The paths in the order of the traces, up to the first one that failed. */
  readonly saved: readonly string[];
  /** Why not all were saved, as a sentence. */
  readonly unsaved: string | undefined;
}

/**
 * Writes each trace. A failure is returned, not thrown, because the verdict must be reported
 * anyway.
 */
export function save(
  folder: string,
  cwd: string,
  system: System,
  subject: Subject,
  traces: readonly Trace[],
  toolVersion: string,
): Saved {
  const taken = new Set<string>();
  const saved: string[] = [];
  for (const trace of traces) {
    const path = join(folder, system.name, `${freeName(trace, system, subject.spec, taken)}.json`);
    const module = moduleFrom(dirname(resolve(cwd, path)), system);
    const saves = toCounterexample(subject, system.revision, trace, toolVersion, module);
    const text = format(saves);
    try {
      writeText(resolve(cwd, path), path, text);
    } catch (error) {
      const why = error instanceof InputError ? error.message : fileError(error, path);
      return { saved, unsaved: why };
    }
    saved.push(path);
  }
  return { saved, unsaved: undefined };
}

/** How a file in this folder names the module of a system; undefined for one that is built in. */
function moduleFrom(folder: string, system: System): string | undefined {
  const origin = originOf(system);
  if (origin === undefined) return undefined;
  if (origin.packageName !== undefined) return origin.packageName;
  const path = relative(folder, fileOf(origin)).split(sep).join('/');
  return path.startsWith('.') ? path : `./${path}`;
}

function writeText(path: string, shown: string, text: string): void {
  const folder = dirname(path);
  makeFolder(folder);
  const part = join(folder, `.vmcheck-${randomUUID()}`);
  writeWhole(fileToWrite(path, shown), part, (append) => append(Buffer.from(text)));
}

/**
 * `no-free-frame-mapped.anon-fork-exit`; another violation of the same invariant adds the line
 * where it happens, a variant that is not the default adds what is different.
 */
function freeName(trace: Trace, system: System, spec: Spec, taken: Set<string>): string {
  const line = trace.steps.at(-1)?.statement.line ?? 0;
  const stem = [trace.invariant, spec.scenario.name, ...differences(system, spec)].join('.');
  const candidates = [stem, `${stem}.${line}`];
  for (let count = 2; ; count++) {
    const name = fileName(candidates.shift() ?? `${stem}.${line}-${count}`);
    if (taken.has(name)) continue;
    taken.add(name);
    return name;
  }
}

/** No longer than file systems allow; a hash distinguishes what is cut off. */
function fileName(wanted: string): string {
  const name = wanted.replaceAll(/[^A-Za-z0-9._=+-]+/g, '-');
  if (name.length <= LONGEST_NAME) return name;
  const hash = createHash('sha256').update(wanted).digest('hex').slice(0, 12);
  return `${name.slice(0, LONGEST_NAME - hash.length - 1)}-${hash}`;
}

function differences(system: System, spec: Spec): string[] {
  const parts: string[] = [];
  if (spec.fixes.length > 0) {
    parts.push(variantOf(system, spec).replaceAll(', ', '+').replaceAll(' ', '-'));
  }
  if (spec.hardware !== system.defaultHardware) parts.push(spec.hardware);
  for (const option of system.options) {
    const value = spec.options[option.name];
    if (value !== option.default) parts.push(`${option.name}=${value}`);
  }
  return parts;
}
