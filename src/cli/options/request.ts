/** Turns the options of `explore` into searches; checks each option and their combinations. */

import type { SearchRequest } from '../../core/run-search.ts';
import type { Scenario, System } from '../../system.ts';
import type { Args } from '../args.ts';
import type { Host } from '../host.ts';
import { chosenCheckpoints } from './checkpoint.ts';
import { checkSearchOptions } from './rules.ts';
import { chosenSettings } from './search.ts';
import { chosenScenarios, chosenVariant } from './spec.ts';
import { chosenSpill } from './storage.ts';

/** The group of invariants that say how something is done, not what comes of it. */
const DISCIPLINE = 'discipline';

/** Returns one search for each scenario of the system; throws InputError. Opens nothing yet. */
export function searchRequests(args: Args, system: System, host: Host): readonly SearchRequest[] {
  const scenarios = chosenScenarios(args, system, host);
  const specOf = chosenVariant(args, system);
  const settings = chosenSettings(args);
  const spill = chosenSpill(args, host.cwd);
  const { option, interval, storage } = chosenCheckpoints(args, host.cwd);
  checkSearchOptions({
    system,
    scenarios: scenarios.length,
    settings,
    spills: spill !== undefined,
    checkpoint: option,
    interval,
  });
  const named = args.many('invariant') !== undefined;
  return scenarios.map((scenario) => ({
    system,
    spec: specOf(scenario),
    settings: named ? settings : { ...settings, defer: deferred(system, scenario) },
    checkpoints: storage,
    spill,
  }));
}

/**
 * Where nobody says which invariants a question is about, the disciplines come last: they are
 * broken in so many places that other violations would not be found.
 */
function deferred({ invariants }: System, { about }: Scenario): string[] | undefined {
  if (about !== undefined) return undefined;
  return invariants.filter(({ group }) => group === DISCIPLINE).map(({ name }) => name);
}
