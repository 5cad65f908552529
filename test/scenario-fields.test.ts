/**
 * Optional fields of scenario files must not be null, because null would silently mean the default.
 */

import { expect, test } from 'vitest';

import { InputError } from '../src/errors.ts';
import type { System } from '../src/system.ts';
import { systems } from '../src/systems.ts';

const fields = systems.flatMap((system) =>
  (system.scenarioFields ?? []).map((field): [string, string, System] => [
    system.name,
    field,
    system,
  ]),
);

test.each(fields)('%s: %s that is null is refused', (_, field, system) => {
  const [scenario] = system.scenarios;
  expect(() => system.parseScenario({ ...scenario, [field]: null })).toThrow(InputError);
  expect(() => system.parseScenario({ ...scenario, [field]: null })).toThrow(
    `scenario: ${field}: expected a value, or no such field, found null`,
  );
});
