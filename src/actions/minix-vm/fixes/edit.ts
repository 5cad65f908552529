/** What a fix is: changes of the statements of some operations. */

import { OK } from '../../../model/minix-vm/step-invariants.ts';
import type { Scope } from '../../../model/minix-vm/scope.ts';
import type { Kernel } from '../../../model/minix-vm/state.ts';
import type { Fields } from '../../../state/record.ts';
import { patched } from '../../../machine/vocabulary.ts';
import type { AnyOperation, Result, StatementCode } from '../../../machine/vocabulary.ts';
import type { Named } from '../../../system.ts';
import { next } from '../vocabulary.ts';
import type { Cx } from '../vocabulary.ts';

export type MinixOperation = AnyOperation<Kernel, Scope>;

type Statement = StatementCode<any, any, any>;

export interface Fix extends Named {
  /** The operation that the fix makes of one as it stands; most stay what they are. */
  apply(operation: MinixOperation): MinixOperation;
}

/** What a fix changes in one operation. */
interface Diff {
  readonly statements: readonly Statement[];
  readonly without?: readonly number[];
  readonly locals?: (s: Scope) => Fields;
}

export function fix(name: string, sentence: string, diffs: Readonly<Record<string, Diff>>): Fix {
  return {
    name,
    sentence,
    apply(operation) {
      const diff = diffs[operation.name];
      if (diff === undefined) return operation;
      const { statements, without = [], locals } = diff;
      const changed = patched(operation, statements, without);
      if (locals === undefined) return changed;
      return { ...changed, locals: (s) => ({ ...operation.locals(s), ...locals(s) }) };
    },
  };
}

export const returnsFailure = (_k: Kernel, _my: unknown, result: Result, cx: Cx) =>
  result === OK ? next : cx.leave(result);

export function statementOf(operation: MinixOperation, line: number): Statement {
  const found = operation.statements.find((statement) => statement.line === line);
  if (found === undefined) throw new Error(`${operation.name}: no statement at line ${line}`);
  return found;
}
