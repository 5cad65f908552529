/** Why a `holds` proves little: what it says of the model is true, but the model did little. */

import type { SearchResult } from '../core/run-search.ts';
import { DEADLOCK } from '../core/spec.ts';
import { counted } from './numbers.ts';
import { statementsOf } from './statements.ts';

/**
 * What part of the statements of the operations that started has to run. In the shipped scenarios
 * that hold, the smallest is 17 %, of one that asks for the refusal of an argument.
 */
const SMALL_PART = 0.15;

type Searched = Pick<SearchResult, 'subject' | 'spec' | 'verdict'>;

/** Reasons, each a few words; empty if there is none, or if the outcome is another one. */
function doubtsOf(search: Searched): readonly string[] {
  const { spec, verdict } = search;
  if (verdict.outcome !== 'holds') return [];
  const { neverStarted, vacuous, ended } = verdict.coverage;
  const doubts: string[] = [];
  if (!ended) doubts.push('no run ever ends');

  const others = spec.invariants.filter((name) => name !== DEADLOCK);
  if (others.length > 0 && others.every((name) => vacuous.includes(name))) {
    const but = others.length < spec.invariants.length ? ` but ${DEADLOCK}` : '';
    doubts.push(`no invariant${but} ever applied`);
  }

  const idle = new Set(neverStarted);
  const statements = statementsOf([search]);
  const started = statements.filter(({ statement }) => !idle.has(statement.operation));
  const ran = statements.filter((statement) => statement.ran).length;
  if (ran < SMALL_PART * started.length) {
    const of = `${counted(started.length, 'statement')} of the operations that started`;
    doubts.push(`only ${ran} of ${of} ran`);
  }
  if (ran === 0) doubts.push('no statement ever ran');
  return doubts;
}

/** `but proves little: no run ever ends; ...`; undefined if there is nothing to doubt. */
export function doubtSentence(search: Searched): string | undefined {
  const doubts = doubtsOf(search);
  return doubts.length === 0 ? undefined : `but proves little: ${doubts.join('; ')}`;
}
