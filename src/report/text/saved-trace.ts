/** A saved trace for people: the steps alone, or with the whole state after each. */

import { type Page, hang, wrap } from '../terminal.ts';
import type { SavedTrace } from '../reporter.ts';
import { legendLines, stepTable } from './steps.ts';
import { OUTCOME_FORMAT, earlierText, headline, stepsOf } from './phrases.ts';

export function showingLines(told: SavedTrace, page: Page): string[] {
  const { trace, system, spec, summary, revision, thread, states } = told;
  const only = thread === undefined ? '' : `, only those of ${thread}`;
  const title = `${trace.invariant}   ${stepsOf(trace)}${only}`;
  const lines = [
    ...wrap(headline(system, spec, summary, revision), page.width),
    ...hang('violated  ', title, page, OUTCOME_FORMAT.violated),
    '',
    ...hang('  ', trace.sentence, page),
    ...(trace.earlier === undefined ? [] : hang('  ', earlierText(trace.earlier), page)),
    '',
  ];
  const stateLines = (at: number): string[] =>
    (states?.[at] ?? []).flatMap((line) => hang('        ', line, page));
  if (states !== undefined) lines.push('  initial state', ...stateLines(0));
  for (const step of stepTable(trace, page, thread)) {
    if (states !== undefined) lines.push('');
    lines.push(...step.lines, ...stateLines(step.number));
  }
  return [...lines, ...legendLines(trace, page)];
}
