/** One violation: the invariant, the length of the trace, and the trace. */

import { type Terminal, hang } from '../terminal.ts';
import type { ReportedSearch } from '../run.ts';
import { legendLines, stepTable } from './steps.ts';
import { stepsOf } from './phrases.ts';

/** After `head`, which is painted red: `violated  ` or the number of the violation. */
export function violationLines(
  { traces, verdict }: ReportedSearch,
  index: number,
  terminal: Terminal,
  head: string,
  trailer = '',
): string[] {
  const trace = traces[index];
  const { shortest, alreadyViolated } = verdict.violations[index];
  const certainty = shortest ? 'no shorter trace exists' : 'a shorter trace may exist';
  const length = trace.steps.length === 0 ? stepsOf(trace) : `${stepsOf(trace)} (${certainty})`;
  const lines = hang(head, `${trace.invariant}   ${length}${trailer}`, terminal, ['red', 'bold']);
  if (alreadyViolated.length > 0) {
    lines.push(...hang(' '.repeat(head.length), `after ${alreadyViolated.join(', ')}`, terminal));
  }
  lines.push('', ...hang('  ', trace.sentence, terminal));
  const steps = stepTable(trace, terminal).flatMap((step) => step.lines);
  return steps.length === 0 ? lines : [...lines, '', ...steps, ...legendLines(trace, terminal)];
}
