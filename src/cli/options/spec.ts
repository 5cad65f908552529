/** The options that say what is checked (scenario, variant, machine, ...), and their meaning. */

import { findFixes, fixesFor, resolveSpec, type SpecRequest } from '../../core/spec.ts';
import { quote, wayOut } from '../../suggest.ts';
import { InputError } from '../../errors.ts';
import type { OptionValue, Scenario, Spec, System } from '../../system.ts';
import type { OptionDeclaration } from '../command.ts';
import type { Args } from '../args.ts';
import { scenarioNamed, systemOfFile } from '../../core/scenario-file.ts';
import type { Host } from '../host.ts';
import { checkVariantOptions } from './rules.ts';
import { CONFIG, systemGiven } from '../known-systems.ts';

const group = 'What is checked:';

export const specOptions: Readonly<Record<string, OptionDeclaration>> = {
  scenario: {
    kind: 'value',
    group,
    describe: 'a scenario by name, a JSON file (x/y or x.json), or all',
  },
  variant: { kind: 'value', group, byDefault: 'as-written', describe: 'as-written or fixed' },
  fix: { kind: 'list', group, describe: 'apply this fix to the source as written' },
  without: { kind: 'list', group, describe: 'leave this fix out of --variant fixed' },
  hw: { kind: 'value', group, describe: 'hardware profile' },
  option: { kind: 'list', group, describe: 'set an option of the system, as NAME=VALUE' },
  invariant: {
    kind: 'list',
    group,
    describe: 'check this invariant or group, or all (default: what the scenario is about)',
  },
};

/**
 * The system named, or that of the scenario file, or that of the configuration, or else the first;
 * and the host that knows it.
 */
export async function chosenSystem(
  args: Args,
  host: Host,
): Promise<{ readonly system: System; readonly host: Host }> {
  const name = args.positional('system') ?? args.one('source');
  if (name !== undefined) return systemGiven(name, host);
  return { system: systemOfFolder(host, args.one('scenario')), host };
}

/** Where no system is named: that of the scenario file, the configured one, or the first. */
export function systemOfFolder(host: Host, scenario?: string): System {
  const { systems, configured = [], cwd } = host;
  if (systems.length === 0) throw new InputError('this vmcheck has no built-in system');
  const ofFile = fitting(systems, scenario, cwd, configured);
  if (ofFile === undefined && configured.length > 1) {
    const names = configured.map((system) => system.name);
    throw new InputError(
      `${CONFIG} names ${names.length} systems: name one of ${names.join(', ')}`,
    );
  }
  return ofFile ?? configured[0] ?? systems[0]!;
}

/** The only configured system says better what is wrong with a file that fits none. */
function fitting(
  systems: readonly System[],
  scenario: string | undefined,
  cwd: string,
  configured: readonly System[],
): System | undefined {
  try {
    return systemOfFile(systems, scenario, cwd);
  } catch (error) {
    if (error instanceof InputError && configured.length === 1) return configured[0];
    throw error;
  }
}

/** The scenarios to explore: one, or all of the system. */
export function chosenScenarios(args: Args, system: System, host: Host): readonly Scenario[] {
  const name = args.one('scenario');
  const all = name === 'all' || (name === undefined && args.flag('keep-going'));
  if (all) return system.scenarios;
  return [scenarioNamed(system, name ?? system.defaultScenario, host)];
}

/** The fixes of a variant. */
export function fixesOf(
  system: System,
  variant: 'as-written' | 'fixed',
  fixes: readonly string[],
  without: readonly string[],
  where = '',
  hardware?: string,
): string[] {
  const all = fixesFor(system, hardware);
  if (variant === 'fixed' && all.length === 0) {
    throw new InputError(`${where}${system.name} has no fixes, so there is no fixed variant of it`);
  }
  const left = findFixes(system, without, where, hardware);
  if (variant === 'fixed') return all.filter((name) => !left.includes(name));
  return findFixes(system, fixes, where, hardware);
}

function chosenFixes(args: Args, system: System): string[] {
  const variant = args.choice('variant', ['as-written', 'fixed'], 'as-written');
  const fixes = args.many('fix') ?? [];
  const without = args.many('without') ?? [];
  checkVariantOptions({ variant, fixes, without });
  return fixesOf(system, variant, fixes, without, '', args.one('hw'));
}

function chosenOptions(args: Args, system: System): Record<string, OptionValue> {
  const chosen: [string, OptionValue][] = [];
  for (const [name, value] of args.assignments('option')) {
    const option = system.options.find((candidate) => candidate.name === name);
    if (option === undefined) {
      const names = system.options.map((candidate) => candidate.name);
      const hint = names.length === 0 ? 'it has no options' : wayOut(name, names);
      throw new InputError(`--option: ${system.name} has no option ${quote(name)}: ${hint}`);
    }
    chosen.push([name, option.values.find((candidate) => String(candidate) === value) ?? value]);
  }
  return Object.fromEntries(chosen);
}

/** Everything except the scenario. */
export function chosenVariant(args: Args, system: System): (scenario: Scenario) => Spec {
  const wanted: SpecRequest = {
    fixes: chosenFixes(args, system),
    hardware: args.one('hw'),
    options: chosenOptions(args, system),
    invariants: args.many('invariant'),
  };
  return (scenario) => resolveSpec(system, { ...wanted, scenario });
}
