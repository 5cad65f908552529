/**
 * Scenarios with bounds that are too low: a search ends with a verdict, or the scenario is refused
 * with the field to raise. They never cause an error of the model or of vmcheck.
 */

import { expect, test } from 'vitest';

import { InputError } from '../../src/errors.ts';
import { explore } from '../../src/explore.ts';
import type { Scenario } from '../../src/system.ts';
import { minixVm } from '../../src/systems/minix-vm.ts';
import { build, scenarioNamed } from './build.ts';

const bounds = [
  'frames',
  'pages',
  'limit',
  'failures',
  'failuresPerRequest',
  'tablePages',
  'blocks',
  'physRegions',
  'regions',
  'records',
] as const;

/** The number of states searched with each bound: pools run out early, or never. */
const MOST = 60;

/** The end of a search with other bounds; errors other than InputError are thrown. */
function ending(scenario: Scenario, changes: object, maxStates: number): string {
  try {
    const subject = build(minixVm.parseScenario({ ...scenario, ...changes }));
    return explore(subject, { keepGoing: true, maxStates }).outcome;
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

test.each(minixVm.scenarios)('$name: no low bound is an error of the model', (scenario) => {
  for (const bound of bounds) {
    for (const value of [0, 1, 2]) {
      const end = ending(scenario, { [bound]: value }, MOST);
      expect(end, `${bound} ${value}`).toMatch(/^(holds|violated|limited|scenario: .*)$/);
    }
  }
});

test.each([
  ['map-writable', { regions: 1 }, 'scenario: regions: more than 1 are needed; raise it'],
  ['map-writable', { blocks: 1 }, 'scenario: blocks: more than 1 are needed; raise it'],
  ['map-writable', { physRegions: 1 }, 'scenario: physRegions: more than 1 are needed; raise it'],
  ['shared-region', { frames: 1 }, 'scenario: frames: more than 1 are needed; raise it'],
  ['map-and-fork', { regions: 2 }, 'scenario: regions: more than 2 are needed; raise it'],
])('%s with %o names the field, before or in the search', (name, changes, message) => {
  expect(ending(scenarioNamed(name), changes, 2_000)).toBe(message);
});

test('a script that uses more objects than it has is refused, with a way out', () => {
  const writes = Array.from({ length: 64 }, (_, page) => `write P0 ${page} 1`);
  const forks = Array.from({ length: 200 }, () => ['fork P0 P1', 'exit P1']).flat();
  const operations = ['init frames=256', 'process P0 64', ...writes, ...forks];
  expect(() => minixVm.run!({ name: 'long', operations, options: {}, layout: {} })).toThrow(
    new InputError(
      'long: physRegions: more than the 11634 that the script has are needed; ' +
        'shorten or split the script',
    ),
  );
});
