/**
 * Violations of several scenarios, each once: by invariant and by the statement where it happens.
 */

import type { Trace } from '../core/trace.ts';
import type { Violation } from '../explorer/verdict.ts';
import type { ReportedSearch } from './reporter.ts';

export interface DistinctViolation {
  readonly trace: Trace;
  readonly violation: Violation;
  /** Where its trace is the shortest; the first of them if several are. */
  readonly search: ReportedSearch;
}

/** In order of trace length; the order of the scenarios decides between equal ones. */
export function distinctViolations(searches: readonly ReportedSearch[]): DistinctViolation[] {
  const found = searches.flatMap((search) =>
    search.traces.map((trace, index) => ({
      trace,
      violation: search.verdict.violations[index],
      search,
    })),
  );
  found.sort((a, b) => a.trace.steps.length - b.trace.steps.length);
  const shortest = new Map<string, DistinctViolation>();
  for (const distinct of found) {
    const statement = distinct.trace.steps.at(-1)?.statement;
    // A step without a source line, such as a user's access, does not tell which code is at fault:
    // there each scenario keeps its own.
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
