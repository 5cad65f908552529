/** Builds the VM server for tests: with fixes, replaced operations and given invariants. */

import type { AnyOperation } from '../../src/machine/vocabulary.ts';
import type { Machine } from '../../src/machine/machine.ts';
import type { Scope } from '../../src/model/minix-vm/scope.ts';
import type { Kernel } from '../../src/model/minix-vm/state.ts';
import type { OptionValue, Scenario, Subject } from '../../src/system.ts';
import { buildMinix, minixVm } from '../../src/systems/minix-vm.ts';

export type MinixOperation = AnyOperation<Kernel, Scope>;
export type MinixSubject = Subject & Machine<Kernel, Scope>;

export const allInvariants: readonly string[] = minixVm.invariants.map(({ name }) => name);
export const allFixes: readonly string[] = minixVm.fixes.map(({ name }) => name);

export interface Build {
  readonly fixes?: readonly string[];
  readonly invariants?: readonly string[];
  readonly options?: Readonly<Record<string, OptionValue>>;
  /** Operations that replace those of the same name. */
  readonly replaced?: readonly MinixOperation[];
}

/** A scenario as written, with every invariant and default, unless said otherwise. */
export function build(scenario: Scenario, changes: Build = {}): MinixSubject {
  const defaults = minixVm.options.map(({ name, default: standard }) => [name, standard]);
  const spec = {
    system: minixVm.name,
    scenario,
    fixes: changes.fixes ?? [],
    hardware: minixVm.defaultHardware,
    options: { ...Object.fromEntries(defaults), ...changes.options },
    invariants: changes.invariants ?? allInvariants,
  };
  return buildMinix(spec, changes.replaced) as MinixSubject;
}

export function scenarioNamed(name: string): Scenario {
  const found = minixVm.scenarios.find((scenario) => scenario.name === name);
  if (found === undefined) throw new Error(`minix-vm has no scenario ${name}`);
  return found;
}
