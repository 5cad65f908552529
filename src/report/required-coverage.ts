/** Whether enough statements ran, in the searches of one command together. */

import type { SearchResult } from '../core/run-search.ts';
import { counted } from './numbers.ts';
import { statementsOf } from './statements.ts';

/** The coverage that was asked for, and that of the search. */
export interface RequiredCoverage {
  /** What is required, in percent. */
  readonly percent: number;
  readonly statements: number;
  /** Statements that ran in at least one of the searches. */
  readonly ran: number;
  /** Undefined if too few ran, but not all states were explored: others may still run. */
  readonly enough: boolean | undefined;
  /** What is missing, in a few words; undefined if nothing is. */
  readonly sentence: string | undefined;
}

/** `complete`: all searches of the command are there. */
export function checkCoverage(
  percent: number,
  searches: readonly SearchResult[],
  complete = true,
): RequiredCoverage {
  const all = statementsOf(searches);
  const [statements, ran] = [all.length, all.filter((statement) => statement.ran).length];
  const counts = { percent, statements, ran };
  if (statements > 0 && 100 * ran >= percent * statements) {
    return { ...counts, enough: true, sentence: undefined };
  }
  // Rounded down, so that what is not enough does not look as if it were.
  const part = statements === 0 ? 0 : Math.floor((1000 * ran) / statements) / 10;
  const reached = `reached ${ran} of ${counted(statements, 'statement')} (${part} %)`;
  if (complete && searches.every(isComplete)) {
    return { ...counts, enough: false, sentence: `${reached}, but ${percent} % is required` };
  }
  const sentence = `${reached} so far: not proved that ${percent} % is reached, as required`;
  return { ...counts, enough: undefined, sentence };
}

/** Random walks never end; what they were asked to do is all that can be judged. */
function isComplete({ verdict, keepGoing }: SearchResult): boolean {
  if (verdict.limit !== undefined) return verdict.limit === 'walks';
  return verdict.outcome !== 'violated' || keepGoing;
}
