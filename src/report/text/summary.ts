/**
 * Several scenarios: a short verdict for each one, and at the end the distinct violations of all.
 */

import { doubtSentence } from '../doubts.ts';
import { distinctViolations } from '../distinct.ts';
import { counted, duration } from '../numbers.ts';
import { type Terminal, hang, wrap } from '../terminal.ts';
import { type Result, type ResultOutcome, type Run, searchesOf } from '../run.ts';
import { coverageLines } from './coverage.ts';
import { violationTable } from './table.ts';
import {
  OUTCOME_FORMAT,
  violationCount,
  countsOf,
  formatOf,
  headline,
  limitSentence,
  stepsOf,
} from './phrases.ts';

export function scenarioLines(result: Result, terminal: Terminal): string[] {
  const { search, outcome, system, spec } = result;
  const format = search === undefined ? OUTCOME_FORMAT[outcome] : formatOf(search);
  return [
    ...wrap(headline(system, spec, search?.subject.summary), terminal.width),
    ...hang(`  ${outcome.padEnd(8)}  `, found(result), terminal, format),
  ];
}

function found({ search, sentence }: Result): string {
  if (search === undefined) return sentence;
  const { verdict, traces } = search;
  const doubts = doubtSentence(search);
  const parts = doubts === undefined ? [] : [doubts];
  if (traces.length === 1) parts.push(`${traces[0].invariant}, ${stepsOf(traces[0])}`);
  if (traces.length > 1)
    parts.push(`${violationCount(traces.length)}, shortest ${stepsOf(traces[0])}`);
  if (verdict.limit !== undefined) parts.push(limitSentence(search));
  return [...parts, countsOf(search)].join(' · ');
}

export function summaryLines({ results, seconds, required }: Run, terminal: Terminal): string[] {
  const all = searchesOf(results);
  const distinct = distinctViolations(all);
  const count = (outcome: ResultOutcome): string[] => {
    const some = results.filter((result) => result.outcome === outcome).length;
    return some === 0 ? [] : [`${some} ${outcome}`];
  };
  const limited = all.filter(({ verdict }) => verdict.limit !== undefined).length;
  const doubtful = all.filter((search) => doubtSentence(search) !== undefined).length;
  const scope = [
    `${violationCount(distinct.length)} in ${counted(all.length, 'scenario')}`,
    ...(limited === 0 ? [] : [`${limited} limited`]),
    ...(doubtful === 0 ? [] : [`${doubtful} proving little`]),
    ...count('refused'),
    ...count('wrong-model'),
    ...count('failed'),
  ].join(', ');
  const covered = required?.sentence === undefined ? [] : [required.sentence];
  const sum = [scope, ...covered, duration(seconds)].join(' · ');
  const lines = ['', ...wrap(sum, terminal.width)];
  if (distinct.length > 0) lines.push('', ...violationTable(all, terminal));
  lines.push(...coverageLines(all, terminal));

  const saved = all.flatMap((search) => search.saved).filter((file) => file !== undefined);
  const [saveWith] = all.map((search) => search.saveWith);
  if (saved.length > 0) {
    const folder = saved[0].slice(0, saved[0].search(/[/\\][^/\\]*$/));
    const count = counted(saved.length, 'counterexample');
    lines.push('', ...hang(`saved ${count}, replay with: `, `vmcheck replay ${folder}`, terminal));
  } else if (distinct.length > 0 && saveWith !== undefined) {
    lines.push('', ...hang('save them with: ', saveWith, terminal));
  }
  return lines;
}
