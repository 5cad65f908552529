/**
 * Named fixes: patches on the as-written operations that read like the diff one would send. Each is
 * shown necessary, and all together sufficient, in `test/minix-vm/fixes.test.ts`.
 */

import type { AnyOperation } from '../operation.ts';
import type { Kernel } from '../../model/minix-vm/state.ts';
import type { Scope } from '../../model/minix-vm/scope.ts';
import { InputError } from '../../errors.ts';
import type { Named } from '../../system.ts';

export interface Fix extends Named {
  /** The operation that the fix makes of one as it stands; most stay what they are. */
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
      if (fix === undefined) throw new InputError(`fix ${name} is not one of minix-vm`);
      return fix.apply(operation);
    }, written),
  );
}
