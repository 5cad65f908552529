/** Reads a scenario from outside: what its fields say, and what they cannot say. */

import { expected } from '../../mistakes.ts';
import { scenarioForm, type ScenarioForm } from '../../scenario/form.ts';
import { scenarioFields } from './scenario.ts';

export const form: ScenarioForm<typeof scenarioFields> = scenarioForm(
  'codezero-mm0',
  scenarioFields,
  ({ spaces, threads }, complain) => {
    for (const { name } of spaces) {
      if (threads.some(({ space }) => space === name)) continue;
      complain(['threads'], expected(`one of ${name}`, undefined));
    }
  },
);
