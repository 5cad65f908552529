/** Shared by the tests of explored C: finds clang, or prints a clear message that it is missing. */

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { test } from 'vitest';
import { build, resolveSpec } from '../../src/core/spec.ts';
import { loadSource } from '../../src/csource/system/load.ts';
import { findCompiler } from '../../src/csource/clang/toolchain.ts';
import { explore } from '../../src/explore.ts';
import type { SearchOptions } from '../../src/explorer/options.ts';
import type { Verdict } from '../../src/explorer/verdict.ts';
import type { OptionValue, Subject, System } from '../../src/system.ts';

/** Not in the home folder of the user. */
process.env['VMCHECK_CACHE'] ??= join(tmpdir(), 'vmcheck-test-cache');

function clangThere(): boolean {
  try {
    findCompiler();
    return true;
  } catch (error) {
    console.warn(`NOT TESTED, for want of a compiler: ${(error as Error).message}`);
    return false;
  }
}

export const withClang = test.skipIf(!clangThere());

export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Asked {
  readonly scenario?: string;
  readonly fixes?: readonly string[];
  readonly hardware?: string;
  readonly options?: Readonly<Record<string, OptionValue>>;
  readonly invariants?: readonly string[];
}

/** The subject of a search, whatever its first searches have learnt. */
export async function searched(
  system: System,
  asked: Asked = {},
  options: SearchOptions = {},
): Promise<{ readonly subject: Subject; readonly verdict: Verdict }> {
  const scenario = system.scenarios.find(({ name }) => name === asked.scenario);
  const spec = resolveSpec(system, { ...asked, scenario });
  for (;;) {
    try {
      const subject = build(system, spec);
      return { subject, verdict: explore(subject, options) };
    } catch (error) {
      if (system.learns?.(error, spec) !== true) throw error;
    }
  }
}

export function example(name: string): Promise<System> {
  return loadSource(`examples/${name}`, root);
}
