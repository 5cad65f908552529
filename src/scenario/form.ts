/** The form of the scenarios of a system: reads them from JSON, and publishes a JSON Schema. */

import { ModelError } from '../errors.ts';
import type { Scenario } from '../system.ts';
import { type Fields, type JsonSchema, ObjectOf, Reading, type ValuesOf } from './field.ts';
import * as field from './fields.ts';
import { Mistakes, type Mistake, type Path } from '../mistakes.ts';

/** A scenario with these fields, and those that every scenario has. */
export type ScenarioOf<F extends Fields> = Scenario & ValuesOf<F>;

/** Says what is wrong at a place of the scenario. */
export type Complain = (path: Path, sentence: string) => void;

interface ScenarioForm<F extends Fields> {
  /** Fields that a scenario file may have. */
  readonly names: readonly string[];
  readonly schema: JsonSchema;
  /** Throws Mistakes, with all of them. */
  parse(json: unknown): ScenarioOf<F>;
}

/** `check` is asked about what fits the fields: for what they cannot say, such as a page twice. */
export function scenarioForm<F extends Fields>(
  system: string,
  fields: F,
  check: (scenario: ScenarioOf<F>, complain: Complain) => void = () => undefined,
): ScenarioForm<F> {
  for (const name of Object.keys(COMMON)) {
    if (!Object.hasOwn(fields, name)) continue;
    throw new ModelError(`${system}: every scenario has the field ${name}: leave it out`);
  }
  const whole = new ObjectOf({ ...COMMON, ...fields }, '');
  return {
    names: Object.keys(whole.fields),
    schema: {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: `A scenario of ${system}`,
      ...whole.schema,
    },
    parse(json) {
      const reading = new Reading();
      const { $schema: _, ...scenario } = whole.read(json, [], reading) as Record<string, unknown>;
      for (const ask of reading.later) ask(scenario);
      if (reading.mistakes.length === 0) {
        check(scenario as unknown as ScenarioOf<F>, (path, sentence) =>
          reading.complain(path, sentence),
        );
      }
      const [first, ...others] = reading.mistakes;
      if (first !== undefined) throw new Mistakes([first, ...others] as [Mistake, ...Mistake[]]);
      return scenario as unknown as ScenarioOf<F>;
    },
  };
}

/** What every scenario has. */
const COMMON = {
  $schema: field.optional<string | undefined>(
    field.text('The schema of this file, for editors.'),
    undefined,
  ),
  name: field.text('Its name.'),
  purpose: field.text('The question that it asks, in a sentence.'),
  about: field.optional<readonly string[] | undefined>(
    field.list(field.text('A name or a group.'), [1, 100], 'Invariants or groups that answer it.'),
    undefined,
  ),
};
