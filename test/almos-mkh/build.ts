/** Builds ALMOS-MKH for tests: as written or with replaced operations, with given invariants. */

import type { AnyOperation } from '../../src/machine/vocabulary.ts';
import type { Machine } from '../../src/machine/machine.ts';
import type { OptionValue, Scenario, Subject } from '../../src/system.ts';
import { almosMkh, buildAlmos } from '../../src/systems/almos-mkh.ts';
import type { Scope } from '../../src/model/almos-mkh/scope.ts';
import type { Kernel } from '../../src/model/almos-mkh/state.ts';

export type AlmosOperation = AnyOperation<Kernel, Scope>;

/** The subject of `buildAlmos` is a machine; law tests use its layout and its steps. */
export type AlmosSubject = Subject & Machine<Kernel, Scope>;

export const allInvariants: readonly string[] = almosMkh.invariants.map(({ name }) => name);

export interface Build {
  readonly invariants?: readonly string[];
  readonly options?: Readonly<Record<string, OptionValue>>;
  readonly fixes?: readonly string[];
  /** Operations that replace those of the same name. */
  readonly replaced?: readonly AlmosOperation[];
}

/** A scenario with every invariant and every option at its default, unless said otherwise. */
export function build(scenario: Scenario, changes: Build = {}): AlmosSubject {
  const defaults = almosMkh.options.map(({ name, default: standard }) => [name, standard]);
  const spec = {
    system: almosMkh.name,
    scenario,
    fixes: changes.fixes ?? [],
    hardware: almosMkh.defaultHardware,
    options: { ...Object.fromEntries(defaults), ...changes.options },
    invariants: changes.invariants ?? allInvariants,
  };
  return buildAlmos(spec, changes.replaced) as AlmosSubject;
}

export function scenarioNamed(name: string): Scenario {
  const found = almosMkh.scenarios.find((scenario) => scenario.name === name);
  if (found === undefined) throw new Error(`almos-mkh has no scenario ${name}`);
  return found;
}
