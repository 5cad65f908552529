/** Several scenarios in turn: a short verdict for each, at the end the distinct breaches of all. */

import { distinctBreaches } from '../distinct.ts';
import { counted, duration } from '../numbers.ts';
import { type Page, hang, wrap } from '../page.ts';
import type { Exploration } from '../reporter.ts';
import { coverageLines } from './coverage.ts';
import { breachTable } from './table.ts';
import { OUTCOME_FORMAT, breachesOf, countsOf, headline, limitSentence, stepsOf } from './words.ts';

export function surveyLines(told: Exploration, page: Page): string[] {
  const { verdict, spec, traces, system, subject } = told;
  const parts: string[] = [];
  if (traces.length === 1) parts.push(`${traces[0].invariant}, ${stepsOf(traces[0])}`);
  if (traces.length > 1) parts.push(`${breachesOf(traces.length)}, shortest ${stepsOf(traces[0])}`);
  if (verdict.limit !== undefined) parts.push(limitSentence(told));
  parts.push(countsOf(told));
  const format = OUTCOME_FORMAT[verdict.outcome];
  return [
    ...wrap(headline(system, spec, subject.summary), page.width),
    ...hang(`  ${verdict.outcome.padEnd(8)}  `, parts.join(' · '), page, format),
  ];
}

export function surveyEndLines(all: readonly Exploration[], page: Page): string[] {
  const distinct = distinctBreaches(all);
  const seconds = all.reduce((sum, told) => sum + told.seconds, 0);
  const limited = all.filter(({ verdict }) => verdict.limit !== undefined).length;
  const scope = `${breachesOf(distinct.length)} in ${counted(all.length, 'scenario')}`;
  const cut = limited === 0 ? '' : `, ${limited} limited`;
  const lines = ['', ...wrap(`${scope}${cut} · ${duration(seconds)}`, page.width)];
  if (distinct.length > 0) lines.push('', ...breachTable(all, page));
  lines.push(...coverageLines(all, page));

  const saved = all.flatMap((told) => told.saved);
  const [saveWith] = all.map((told) => told.saveWith);
  if (saved.length > 0) {
    const folder = saved[0].slice(0, saved[0].search(/[/\\][^/\\]*$/));
    const count = counted(saved.length, 'counterexample');
    lines.push('', ...hang(`saved ${count}, replay with: `, `vmcheck replay ${folder}`, page));
  } else if (distinct.length > 0 && saveWith !== undefined) {
    lines.push('', ...hang('save them with: ', saveWith, page));
  }
  return lines;
}
