/**
 * What a search depends on besides its scenario: hardware profiles and
 * option values, one at a time.
 */

import { explore } from '../../src/explore.ts';
import type { OptionValue, Scenario, Subject, System } from '../../src/system.ts';
import { systems } from '../../src/systems.ts';

/** `default`, or the difference from it: `hw stale-tlb`, `rpcServers=1`. */
export interface Variant {
  readonly name: string;
  readonly hardware?: string;
  readonly options?: Readonly<Record<string, OptionValue>>;
}

export const standard: Variant = { name: 'default' };

export function variantsOf({ hardware, defaultHardware, options }: System): Variant[] {
  const profiles = hardware
    .filter(({ name }) => name !== defaultHardware)
    .map(({ name }) => ({ name: `hw ${name}`, hardware: name }));
  const changed = options.flatMap(({ name, values, default: usual }) =>
    values
      .filter((value) => value !== usual)
      .map((value) => ({ name: `${name}=${value}`, options: { [name]: value } })),
  );
  return [...profiles, ...changed];
}

/** The scenario in the variant, as written; without invariants unless some are named. */
export function subjectOf(
  system: System,
  scenario: Scenario,
  { hardware, options }: Variant,
  invariants: readonly string[] = [],
): Subject {
  const defaults = system.options.map((option) => [option.name, option.default]);
  return system.build({
    system: system.name,
    scenario,
    fixes: [],
    hardware: hardware ?? system.defaultHardware,
    options: { ...Object.fromEntries(defaults), ...options },
    invariants,
  });
}

/** Outcome, states and transitions. */
export type Count = readonly [outcome: string, states: number, transitions: number];

/** With every invariant, to the end. */
export function countOf(
  system: System,
  scenario: Scenario,
  variant: Variant,
  maxStates?: number,
): Count {
  const names = system.invariants.map(({ name }) => name);
  const subject = subjectOf(system, scenario, variant, names);
  const limits = maxStates === undefined ? {} : { maxStates };
  const { outcome, states, transitions } = explore(subject, { keepGoing: true, ...limits });
  return [outcome, states, transitions];
}

export function systemNamed(name: string): System {
  return systems.find((system) => system.name === name)!;
}

export function scenarioNamed({ name: of, scenarios }: System, name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found === undefined) throw new Error(`${of} has no scenario ${name}: write the table anew`);
  return found;
}
