/** Turns the options of `explore` into searches; checks each option and their combinations. */

import type { SearchRequest } from '../../core/run-search.ts';
import type { System } from '../../system.ts';
import type { Args } from '../args.ts';
import type { Host } from '../host.ts';
import { chosenCheckpoints } from './checkpoint.ts';
import { checkSearchOptions } from './rules.ts';
import { chosenSettings } from './search.ts';
import { chosenScenarios, chosenVariant } from './spec.ts';
import { chosenSpill } from './storage.ts';

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
  return scenarios.map((scenario) => ({
    system,
    spec: specOf(scenario),
    settings,
    checkpoints: storage,
    spill,
  }));
}
