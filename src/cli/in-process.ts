/**
 * What commands do, as functions of a program: they print nothing, and read no arguments and no
 * signals.
 */

import { resolve } from 'node:path';
import process from 'node:process';

import type { SearchResult } from '../core/run-search.ts';
import { toolVersion } from '../core/version.ts';
import { type Loaded, loadWithModule, readSaved } from '../counterexample/load.ts';
import type { Counterexample } from '../counterexample/file.ts';
import { save } from '../counterexample/save.ts';
import { InputError } from '../errors.ts';
import type { Result, Run } from '../report/run.ts';
import type { System } from '../system.ts';
import { systems as builtIn } from '../systems.ts';
import { gateJobs } from './commands/gate.ts';
import type { Host, Output } from './host.ts';
import { CONFIG } from './known-systems.ts';
import { searchHost } from './node-host.ts';
import { runSeries } from './series.ts';

const silent: Output = { write: () => undefined, isTTY: false, columns: undefined };

/**
 * A host for `runCommand`: this process, without its streams and signals. Output goes nowhere and
 * nothing interrupts, unless `given` says otherwise.
 */
export function commandHost(given: Partial<Host> = {}): Host {
  return {
    ...searchHost(),
    systems: builtIn,
    stdout: silent,
    stderr: silent,
    env: {},
    cwd: process.cwd(),
    interrupted: () => false,
    leaveInterrupts: () => undefined,
    ...given,
  };
}

/**
 * Writes each trace of a search to a file `<system>/<invariant>.<scenario>.json` below a folder, as
 * `--save` does, and returns their paths in the order of the traces. Throws InputError for a file
 * that cannot be written; those before it have been.
 */
export function saveCounterexamples(
  { system, subject, traces }: Pick<SearchResult, 'system' | 'subject' | 'traces'>,
  folder: string,
): readonly string[] {
  const place = resolve(folder);
  const { saved, unsaved } = save(place, place, system, subject, traces, toolVersion);
  if (unsaved !== undefined) throw new InputError(unsaved);
  return saved;
}

/** What is in a file, whether its system is at hand or not. Throws InputError. */
export function readCounterexample(path: string): Counterexample {
  return readSaved(resolve(path), path);
}

/**
 * A saved counterexample with its system: the one of its name, or that of the module that the file
 * names. Throws InputError for a file that is damaged or newer, and for an unknown name in it.
 */
export function loadCounterexample(
  path: string,
  systems: readonly System[] = builtIn,
): Promise<Loaded> {
  return loadWithModule(resolve(path), path, systems);
}

/** How to run a gate; everything has a default. */
export interface GateOptions {
  /** The folder to which paths are relative; that of the process, if left out. */
  readonly cwd?: string;
  /** Besides those that the configuration names; the built-in ones, if left out. */
  readonly systems?: readonly System[];
  /** Called as soon as a result is known, with the number of all results to come. */
  readonly onResult?: (result: Result, planned: number) => void;
  /** Called with what the command would print on standard error. */
  readonly onRemark?: (text: string) => void;
}

/**
 * Runs the searches, counterexamples and citations of a configuration file, as `vmcheck gate` does:
 * `verdictOf` says whether all was as expected. Throws InputError for a configuration that is
 * refused; an error in one of its searches is the result of that search.
 */
export async function runGate(config: string = CONFIG, options: GateOptions = {}): Promise<Run> {
  const { onResult, onRemark, ...given } = options;
  const stderr: Output = { ...silent, write: (text) => onRemark?.(text) };
  const host = commandHost({ ...given, stderr });
  const begin = host.now();
  const jobs = await gateJobs(config, host);
  return runSeries('gate', jobs, (result) => onResult?.(result, jobs.length), host, begin);
}
