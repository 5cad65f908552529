/**
 * Which statements ran in any of several searches. Statements are the same if they are at the same
 * place of the source: the model of a scenario numbers them as it likes.
 */

import type { SearchResult } from '../core/run-search.ts';
import type { Statement } from '../explorer/statement.ts';

interface CoveredStatement {
  readonly statement: Statement;
  readonly ran: boolean;
}

export function statementsOf(
  searches: readonly Pick<SearchResult, 'subject' | 'verdict'>[],
): readonly CoveredStatement[] {
  const statements = new Map<string, { readonly statement: Statement; ran: boolean }>();
  for (const { subject, verdict } of searches) {
    const unreached = new Set(verdict.coverage.unreached);
    for (const [index, statement] of subject.statements.entries()) {
      const { operation, file, line, token } = statement;
      const key = JSON.stringify([operation, file, line, token]);
      const known = statements.get(key) ?? { statement, ran: false };
      known.ran ||= !unreached.has(index);
      statements.set(key, known);
    }
  }
  return [...statements.values()];
}
