/** The distinct violations of several scenarios, by invariant and statement. */

import type { Trace } from '../core/trace.ts';
import type { Violation } from '../explorer/verdict.ts';
import type { ReportedSearch } from './run.ts';

interface DistinctViolation {
  readonly trace: Trace;
  readonly violation: Violation;
  /** The search with the shortest trace; the first one if there are several. */
  readonly search: ReportedSearch;
}

/** First what is not deferred; by trace length, then in the order of the scenarios. */
export function distinctViolations(searches: readonly ReportedSearch[]): DistinctViolation[] {
  const found = searches.flatMap((search) =>
    search.traces.map((trace, index) => ({
      trace,
      violation: search.verdict.violations[index],
      search,
    })),
  );
  const late = ({ trace, search }: DistinctViolation): number =>
    Number(search.deferred.includes(trace.invariant));
  found.sort((a, b) => late(a) - late(b) || a.trace.steps.length - b.trace.steps.length);
  const shortest = new Map<string, DistinctViolation>();
  for (const distinct of found) {
    const statement = distinct.trace.steps.at(-1)?.statement;
    // A step without a source line, such as a user's access, does not identify the faulty code, so
    // such violations are distinct in each scenario.
    const scenario = (statement?.file ?? '') === '' ? distinct.search.spec.scenario.name : '';
    const key = JSON.stringify([
      scenario,
      distinct.trace.invariant,
      statement?.operation,
      statement?.line,
      statement?.token,
    ]);
    if (!shortest.has(key)) shortest.set(key, distinct);
  }
  return [...shortest.values()];
}
