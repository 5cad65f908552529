/**
 * Reports what a search did not cover: unreached statements by operation, operations never called,
 * vacuous invariants. This shows whether *holds* means anything.
 */

import { citation } from '../../core/trace.ts';
import type { Statement } from '../../explorer/statement.ts';
import { counted } from '../numbers.ts';
import { type Terminal, hang } from '../terminal.ts';
import type { ReportedSearch } from '../run.ts';
import { statementsOf } from '../statements.ts';

/** What none of the searches covered. */
export function coverageLines(searches: readonly ReportedSearch[], terminal: Terminal): string[] {
  const statements = statementsOf(searches);
  const neverStarted = inAll(searches.map(({ verdict }) => verdict.coverage.neverStarted));
  const vacuous = neverSaid(searches);
  const missed = statements.filter(({ ran }) => !ran);
  const partly = missed
    .map(({ statement }) => statement)
    .filter(({ operation }) => !neverStarted.includes(operation));

  const lines: string[] = [];
  if (statements.length > 0) {
    const reached = statements.length - missed.length;
    const all = `reached ${reached} of ${counted(statements.length, 'statement')}`;
    lines.push('', ...hang('  ', all, terminal));
  }
  // Unreached statements of an incomplete search mean little.
  if (searches.every(({ verdict }) => verdict.outcome === 'limited')) return lines;
  for (const [operation, sources] of byOperation(partly)) {
    lines.push(
      ...hang('  never reached  ', `${operation}  ${sources.join(', ')}`, terminal, 'yellow'),
    );
  }
  if (neverStarted.length > 0) {
    lines.push(...hang('  never started  ', neverStarted.join(', '), terminal, 'yellow'));
  }
  if (vacuous.length > 0) {
    lines.push(...hang('  vacuous        ', vacuous.join(', '), terminal, 'yellow'));
  }
  return lines;
}

/** `vmm.c:2260, 2307` for each operation; names for rules without a source. */
function byOperation(statements: readonly Statement[]): Map<string, string[]> {
  const grouped = new Map<string, string[]>();
  for (const statement of statements) {
    const { operation, file, line, token, fix } = statement;
    const sources = grouped.get(operation) ?? [];
    const first = sources.length === 0;
    const cited = citation(statement);
    const mark = fix === undefined ? '' : '+';
    const further = file === '' || first ? cited : `${mark}${line}`;
    sources.push(cited === '' ? token : further);
    grouped.set(operation, sources);
  }
  return grouped;
}

/** Invariants that are vacuous in every search that checks them. */
function neverSaid(searches: readonly ReportedSearch[]): string[] {
  const names = new Set(searches.flatMap(({ verdict }) => verdict.coverage.vacuous));
  return [...names].filter((name) =>
    searches.every(
      ({ spec, verdict }) =>
        !spec.invariants.includes(name) || verdict.coverage.vacuous.includes(name),
    ),
  );
}

/** Names that occur in every list: an operation that only some scenarios use is no gap. */
function inAll(lists: readonly (readonly string[])[]): string[] {
  const [first = [], ...others] = lists;
  return first.filter((name) => others.every((list) => list.includes(name)));
}
