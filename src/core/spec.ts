/**
 * Resolves the names that a user, a counterexample or the configuration gives into a valid `Spec`.
 * Every name is checked here, before anything runs, and an error lists the names that exist.
 * `System.build` may refuse a name, too, but does not know where it was written.
 */

import { InputError } from '../errors.ts';
import { DEADLOCK_FREE } from '../explorer/verdict.ts';
import type { OptionValue, Scenario, Spec, Subject, System } from '../system.ts';
import { quote, wayOut } from '../suggest.ts';

/**
 * The invariant that the search itself checks: some thread can take a step, or all have finished.
 */
export const DEADLOCK = DEADLOCK_FREE;

/** The requested values; undefined means the default of the system. */
export interface SpecRequest {
  readonly scenario?: Scenario | undefined;
  readonly fixes?: readonly string[] | undefined;
  readonly hardware?: string | undefined;
  readonly options?: Readonly<Record<string, OptionValue>> | undefined;
  /** Names of invariants or groups, or `all`; undefined: those the scenario is about. */
  readonly invariants?: readonly string[] | undefined;
}

export function findSystem(systems: readonly System[], name: string, where = ''): System {
  const found = systems.find((system) => system.name === name || system.source === name);
  if (found !== undefined) return found;
  const names = systems.map((system) => system.name);
  throw new InputError(`${where}unknown system ${quote(name)}: ${wayOut(name, names)}`);
}

export function findScenario(system: System, name: string, where = ''): Scenario {
  const found = system.scenarios.find((scenario) => scenario.name === name);
  if (found !== undefined) return found;
  const names = system.scenarios.map((scenario) => scenario.name);
  throw new InputError(
    `${where}unknown scenario ${quote(name)} of ${system.name}: ${wayOut(name, names)}`,
  );
}

/** Names of the fixes available on a hardware profile, in the order in which they are applied. */
export function fixesFor(system: System, hardware: string = system.defaultHardware): string[] {
  const own = system.hardware.find(({ name }) => name === hardware)?.fixes ?? [];
  return [...system.fixes, ...own].map((fix) => fix.name);
}

/**
 * Checks the names of fixes and sorts them into the order of the system, so that equal specs
 * compare equal.
 */
export function findFixes(
  system: System,
  wanted: readonly string[],
  where = '',
  hardware: string = system.defaultHardware,
): string[] {
  const names = fixesFor(system, hardware);
  for (const name of wanted) {
    if (names.includes(name)) continue;
    const others = system.hardware.filter(({ fixes = [] }) =>
      fixes.some((fix) => fix.name === name),
    );
    if (others.length > 0) {
      const machines = others.map((other) => other.name).join(' or ');
      throw new InputError(
        `${where}fix ${name} of ${system.name} is for the hardware profile ${machines}, ` +
          `not for ${hardware}`,
      );
    }
    const hint = names.length === 0 ? 'it has no fixes' : wayOut(name, names);
    throw new InputError(`${where}unknown fix ${quote(name)} of ${system.name}: ${hint}`);
  }
  return names.filter((name) => wanted.includes(name));
}

function findHardware(system: System, name: string, where: string): string {
  const names = system.hardware.map((hardware) => hardware.name);
  if (names.includes(name)) return name;
  throw new InputError(
    `${where}unknown hardware profile ${quote(name)} of ${system.name}: ${wayOut(name, names)}`,
  );
}

function findOptions(
  system: System,
  wanted: Readonly<Record<string, OptionValue>>,
  where: string,
): Record<string, OptionValue> {
  const names = system.options.map((option) => option.name);
  for (const [name, value] of Object.entries(wanted)) {
    const option = system.options.find((candidate) => candidate.name === name);
    if (option === undefined) {
      const hint = names.length === 0 ? 'it has no options' : wayOut(name, names);
      throw new InputError(`${where}unknown option ${quote(name)} of ${system.name}: ${hint}`);
    }
    if (!option.values.includes(value)) {
      const values = option.values.map(String).join(', ');
      throw new InputError(
        `${where}option ${name} of ${system.name} cannot be ${quote(value)}: ` +
          `it is one of ${values}`,
      );
    }
  }
  return Object.fromEntries(
    system.options.map((option) => [
      option.name,
      Object.hasOwn(wanted, option.name) ? wanted[option.name] : option.default,
    ]),
  );
}

/** The names of the invariants that names and groups select, in the order of the system. */
function findInvariants(
  system: System,
  wanted: readonly string[] | undefined,
  where = '',
): string[] {
  const all = allInvariants(system);
  if (wanted === undefined) return all;
  const groups = system.invariants.map((invariant) => invariant.group);
  const known = ['all', ...all, ...new Set(groups)];
  for (const name of wanted) {
    if (known.includes(name)) continue;
    const kind = groups.length > 0 && where === '' ? 'invariant or group' : 'invariant';
    throw new InputError(
      `${where}unknown ${kind} ${quote(name)} of ${system.name}: ${wayOut(name, known)}`,
    );
  }
  if (wanted.includes('all')) return all;
  const groupOf = new Map(system.invariants.map(({ name, group }) => [name, group]));
  return all.filter((name) => wanted.includes(name) || wanted.includes(groupOf.get(name) ?? name));
}

/** Every system can be checked for deadlocks, even if it does not list this invariant. */
export function allInvariants(system: System): string[] {
  const listed = system.invariants.map((invariant) => invariant.name);
  return listed.includes(DEADLOCK) ? listed : [...listed, DEADLOCK];
}

/**
 * What a search is to be about, with the defaults of the system for all that is not `wanted`.
 * Throws InputError for a name that the system does not have; its message begins with `where`.
 */
export function resolveSpec(system: System, wanted: SpecRequest, where = ''): Spec {
  const scenario = wanted.scenario ?? findScenario(system, system.defaultScenario, where);
  // The names of the scenario are checked even if other invariants are requested.
  const about = findInvariants(system, scenario.about, `${where}scenario ${scenario.name}: `);
  const { invariants, hardware = system.defaultHardware } = wanted;
  return {
    system: system.name,
    scenario,
    hardware: findHardware(system, hardware, where),
    fixes: findFixes(system, wanted.fixes ?? [], where, hardware),
    options: findOptions(system, wanted.options ?? {}, where),
    invariants: invariants === undefined ? about : findInvariants(system, invariants, where),
  };
}

/**
 * Builds the subject. The search checks for deadlocks itself, so this invariant is passed on only
 * to systems that list it.
 */
export function build(system: System, spec: Spec): Subject {
  const listed = system.invariants.map((invariant) => invariant.name);
  const invariants = spec.invariants.filter((name) => listed.includes(name));
  return system.build({ ...spec, invariants });
}

/** `as written`, `fixed`, `fixed without a, b` or `with a, b`: whichever is shortest and true. */
export function variantOf(
  system: System,
  { fixes, hardware }: Pick<Spec, 'fixes' | 'hardware'>,
): string {
  if (fixes.length === 0) return 'as written';
  const missing = fixesFor(system, hardware).filter((name) => !fixes.includes(name));
  if (missing.length === 0) return 'fixed';
  if (missing.length < fixes.length) return `fixed without ${missing.join(', ')}`;
  return `with ${fixes.join(', ')}`;
}
