// Writes docs/scenario.<system>.schema.json of every built-in system, as `vmcheck schema` prints
// it. Run `npm run schemas` after a change of the fields of scenarios.
import { writeFileSync } from 'node:fs';
import { systems } from '../dist-modules/index.js';

for (const { name, scenarioSchema } of systems) {
  const file = new URL(`../docs/scenario.${name}.schema.json`, import.meta.url);
  writeFileSync(file, `${JSON.stringify(scenarioSchema, null, 2)}\n`);
}
