/** What is demanded of operations and statements, which plain JavaScript does not check. */

import { ModelError } from '../errors.ts';
import { demand, demandFunction, demandList, demandMembers, demandText } from '../state/demand.ts';

export function demandOperation(header: { readonly name: string }, statements: unknown): void {
  demandMembers('operation', header, ['name']);
  demandList(`operation ${header.name}: statements`, statements);
}

export function demandStatement(who: string, lines: unknown, token: unknown, run: unknown): void {
  const line: unknown = Array.isArray(lines) ? lines[0] : lines;
  demand(`${who}: line`, 'the number of a line, or [first, last]', typeof line === 'number', line);
  demandText(`${who} ${String(line)}: token`, token);
  demandFunction(`${who} ${String(line)} ${String(token)}`, run);
}

/** A line that a fix takes out has to be there: otherwise the fix would do something else. */
export function demandLines(
  { name, statements }: { readonly name: string; readonly statements: readonly Located[] },
  lines: readonly number[],
): void {
  const missing = lines.find((line) => !statements.some((one) => one.line === line));
  if (missing === undefined) return;
  throw new ModelError(`patched: ${name} has no statement at line ${missing} to take out`);
}

interface Located {
  readonly line: number;
}
