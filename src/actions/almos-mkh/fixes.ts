/**
 * Named fixes: patches on the as-written operations that read like the diff one would send. None yet:
 * a fix comes with the proof that it is needed and that all together suffice.
 */

import type { AnyOperation } from '../operation.ts';
import type { Kernel } from '../../model/almos-mkh/state.ts';
import type { Scope } from '../../model/almos-mkh/scope.ts';
import { InputError } from '../../errors.ts';
import type { Named } from '../../system.ts';

export interface Fix extends Named {
  /** The operations that the fix changes, made from the ones they replace. */
  apply(operation: AnyOperation<Kernel, Scope>): AnyOperation<Kernel, Scope>;
}

export const fixes: readonly Fix[] = [];

export function patchedBy(
  operations: readonly AnyOperation<Kernel, Scope>[],
  names: readonly string[],
): readonly AnyOperation<Kernel, Scope>[] {
  return operations.map((written) =>
    names.reduce((operation, name) => {
      const fix = fixes.find((candidate) => candidate.name === name);
      if (fix === undefined) throw new InputError(`fix ${name} is not one of almos-mkh`);
      return fix.apply(operation);
    }, written),
  );
}
