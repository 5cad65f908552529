/** The form of the scenarios of a system: reads them from JSON, and publishes a JSON Schema. */

import { ModelError } from '../errors.ts';
import type { Scenario } from '../system.ts';
import { Mistakes, type Path } from '../mistakes.ts';
import { ObjectOf } from './compounds.ts';
import { type Definitions, type Fields, type JsonSchema, Reading } from './field.ts';
import type { Values, ValuesOf } from './field.ts';
import * as field from './fields.ts';

/** A scenario with these fields, and those that every scenario has. */
export type ScenarioOf<F extends Fields> = Scenario & ValuesOf<F>;

/** Says what is wrong at a place of the scenario. */
export type Complain = (path: Path, sentence: string) => void;

export interface ScenarioForm<F extends Fields> {
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
    get schema() {
      return schemaOf(system, whole);
    },
    parse(json) {
      const reading = new Reading();
      const read: Values = whole.read(json, [], reading);
      for (const ask of reading.later) ask(read);
      if (reading.mistakes.length === 0) for (const fill of reading.derived) fill(read);
      const { $schema: _, ...values } = read;
      const scenario = values as unknown as ScenarioOf<F>;
      if (reading.mistakes.length === 0) {
        check(scenario, (path, sentence) => reading.complain(path, sentence));
      }
      const [first, ...others] = reading.mistakes;
      if (first !== undefined) throw new Mistakes([first, ...others]);
      return scenario;
    },
  };
}

function schemaOf(system: string, whole: ObjectOf<Fields>): JsonSchema {
  const definitions: Definitions = new Map();
  const schema = whole.schema(definitions);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `vmcheck-scenario-${system}-1`,
    title: `A scenario of ${system}, as \`vmcheck explore ${system} --scenario FILE\` reads it`,
    ...schema,
    ...(definitions.size > 0 && { $defs: Object.fromEntries(definitions) }),
  };
}

/** What every scenario has. */
const COMMON = {
  $schema: field.optional(field.text('The JSON Schema of this file, for editors.')),
  name: field.text('A short name.'),
  purpose: field.optional(
    field.text('The question that the scenario asks, in a sentence.'),
    'A scenario of your own.',
  ),
  about: field.optional(
    field.list(
      field.text('A name or a group.'),
      [1, 100],
      'Invariants or groups that answer the question; all if left out.',
    ),
  ),
};
