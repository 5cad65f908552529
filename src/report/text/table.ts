/** The table of distinct violations: invariant, place, steps, scenario where there are several. */

import { placeOf } from '../../core/trace.ts';
import { distinctViolations } from '../distinct.ts';
import { grouped } from '../numbers.ts';
import { type Page, columns, hang } from '../terminal.ts';
import type { ReportedSearch } from '../reporter.ts';

/** One line per violation, or two where the page is too narrow. */
export function violationTable(explorations: readonly ReportedSearch[], page: Page): string[] {
  const several = explorations.length > 1;
  const rows = distinctViolations(explorations).map(({ trace, exploration, violation }) => {
    const place = trace.steps.at(-1)?.place;
    return {
      invariant: trace.invariant,
      at: place === undefined ? 'initial state' : placeOf(place),
      steps: grouped(trace.steps.length),
      scenario: several ? [exploration.spec.scenario.name] : [],
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
  if ([first, ...table].every((line) => line.length <= page.width)) {
    return [page.paint('dim', first), ...table];
  }
  return rows.flatMap(({ invariant, at, steps, scenario, after }) => {
    const below = [at, `${steps} steps`, ...scenario, after].filter((part) => part !== '');
    return [...hang('  ', invariant, page), ...hang('    ', below.join(' · '), page)];
  });
}
