/** Plans of programs: found once, kept between runs, and replaced when a search outgrows them. */

import { join } from 'node:path';

import type { Built } from './builds.ts';
import { cacheFolder, hashOf, readKept, writeKept } from '../clang/cache.ts';
import { discover } from '../machine/discover.ts';
import type { Machine } from '../machine/machine.ts';
import type { ProgramModelOptions } from '../model/model-options.ts';
import { emptyPlan, type Plan } from '../machine/plan.ts';
import { hasFailed } from '../machine/thread-head.ts';
import { findCompiler } from '../clang/toolchain.ts';

export class Plans {
  private readonly plans = new Map<string, Plan>();

  of(built: Built, options: ProgramModelOptions): Plan {
    const key = keyOf(built, options);
    const known = this.plans.get(key) ?? keptPlan(key);
    const plan = known ?? discovered(built, options, emptyPlan);
    this.plans.set(key, plan);
    if (known === undefined) keepPlan(key, plan);
    return plan;
  }

  /** Looks further, from what a search knew when it met something new. */
  extend(built: Built, options: ProgramModelOptions, known: Plan): void {
    const key = keyOf(built, options);
    const plan = discovered(built, options, known);
    this.plans.set(key, plan);
    keepPlan(key, plan);
  }
}

/** What a plan depends on. */
function keyOf({ key }: Built, { machine: { grain, steps } }: ProgramModelOptions): string {
  return hashOf([key, findCompiler().version, grain, String(steps)]);
}

function discovered(
  { program, module }: Built,
  { machine, threads }: ProgramModelOptions,
  known: Plan,
): Plan {
  const halted = (of: Machine): boolean => threads.some((_, thread) => hasFailed(of.head(thread)));
  return discover(program, module, machine, known, halted);
}

function planFile(key: string): string | undefined {
  const folder = cacheFolder();
  return folder === undefined ? undefined : join(folder, `${key}.plan.json`);
}

function keptPlan(key: string): Plan | undefined {
  const file = planFile(key);
  const text = file === undefined ? undefined : readKept(file);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Plan;
  } catch {
    return undefined;
  }
}

function keepPlan(key: string, plan: Plan): void {
  const file = planFile(key);
  if (file !== undefined) writeKept(file, JSON.stringify(plan));
}
