/** Reads a scenario from outside: what its fields say, and what they cannot say. */

import { scenarioForm, type ScenarioForm } from '../../scenario/form.ts';
import { checkTogether } from './scenario-checks.ts';
import { scenarioFields } from './scenario.ts';

export const form: ScenarioForm<typeof scenarioFields> = scenarioForm(
  'minix-vm',
  scenarioFields,
  checkTogether,
);
