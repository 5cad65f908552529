/**
 * Random well-typed states, for property tests of models. Needs fast-check, which the package does
 * not depend on; import it as `vmcheck/arbitrary`.
 */

import * as fc from 'fast-check';
import type { Schema } from './schema.ts';

/** Values that fit the schema; they need not be reachable. */
export function arbitrary<T>(schema: Schema<T>): fc.Arbitrary<T> {
  return schema.generate(fc);
}
