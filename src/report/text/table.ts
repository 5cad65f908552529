/**
 * The table of distinct violations: invariant, statement, steps, scenario where there are several.
 */

import { statementText } from '../../core/trace.ts';
import { distinctViolations } from '../distinct.ts';
import { grouped } from '../numbers.ts';
import { type Terminal, columns, hang } from '../terminal.ts';
import type { ReportedSearch } from '../run.ts';

/** One line per violation, or two on a narrow terminal. */
export function violationTable(searches: readonly ReportedSearch[], terminal: Terminal): string[] {
  const several = searches.length > 1;
  const rows = distinctViolations(searches).map(({ trace, search, violation }) => {
    const last = trace.steps.at(-1);
    return {
      invariant: trace.invariant,
      at: last === undefined ? 'initial state' : statementText(last.statement),
      steps: grouped(trace.steps.length),
      scenario: several ? [search.spec.scenario.name] : [],
      after:
        violation.alreadyViolated.length > 0 ? `after ${violation.alreadyViolated.join(', ')}` : '',
    };
  });
  const head = ['invariant', 'at', 'steps', ...(several ? ['scenario'] : []), ''];
  const cells = rows.map(({ invariant, at, steps, scenario, after }) => [
    invariant,
    at,
    steps,
    ...scenario,
    after,
  ]);
  const [first, ...table] = columns([head, ...cells], [2]).map((line) => `  ${line}`);
  if ([first, ...table].every((line) => line.length <= terminal.width)) {
    return [terminal.paint('dim', first), ...table];
  }
  return rows.flatMap(({ invariant, at, steps, scenario, after }) => {
    const below = [at, `${steps} steps`, ...scenario, after].filter((part) => part !== '');
    return [...hang('  ', invariant, terminal), ...hang('    ', below.join(' · '), terminal)];
  });
}
