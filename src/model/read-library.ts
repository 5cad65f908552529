/** Reads the scenario files of a library as those of users are read. */

import { InputError, ModelError } from '../errors.ts';
import type { Scenario } from '../system.ts';

/** The scenarios in their order; throws ModelError naming the file that does not parse. */
export function readLibrary<S extends Scenario>(
  system: string,
  files: readonly unknown[],
  parseScenario: (json: unknown) => S,
): readonly S[] {
  return files.map((json) => {
    try {
      return parseScenario(json);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const { name } = json as { readonly name?: unknown };
      throw new ModelError(`scenarios/${system}/${String(name)}.json: ${error.message}`);
    }
  });
}
