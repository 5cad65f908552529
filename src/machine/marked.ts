/** Marks what fixes change. */

import type { AnyOperation } from './vocabulary.ts';

/**
 * What a fix has made of the operations, with the statements that it added or changed marked as its
 * own: their lines are not those of the source. Operations without a file are ours, fix or no fix.
 */
export function markedBy<K, S>(
  fix: string,
  before: readonly AnyOperation<K, S>[],
  after: readonly AnyOperation<K, S>[],
): readonly AnyOperation<K, S>[] {
  const known = new Map(before.map((operation) => [operation.name, operation]));
  return after.map((operation) => {
    const old = known.get(operation.name);
    if (old === operation || old?.file === '') return operation;
    const kept = new Set<unknown>(old?.statements);
    const statements = operation.statements.map((statement) => {
      if (kept.has(statement)) return statement;
      const earlier = statement.fix === undefined ? '' : `${statement.fix}, `;
      return { ...statement, fix: `${earlier}${fix}` };
    });
    return { ...operation, statements };
  });
}
