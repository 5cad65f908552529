/** A saved trace as text: the steps, optionally with the whole state after each one. */

import { type Terminal, hang, wrap } from '../terminal.ts';
import type { SavedTrace } from '../reporter.ts';
import { legendLines, stepTable } from './steps.ts';
import { OUTCOME_FORMAT, earlierText, headline, stepsOf } from './phrases.ts';

export function savedTraceLines(saved: SavedTrace, terminal: Terminal): string[] {
  const { trace, system, spec, summary, revision, thread, states } = saved;
  const only = thread === undefined ? '' : `, only those of ${thread}`;
  const title = `${trace.invariant}   ${stepsOf(trace)}${only}`;
  const lines = [
    ...wrap(headline(system, spec, summary, revision), terminal.width),
    ...hang('violated  ', title, terminal, OUTCOME_FORMAT.violated),
    '',
    ...hang('  ', trace.sentence, terminal),
    ...(trace.earlier === undefined ? [] : hang('  ', earlierText(trace.earlier), terminal)),
    '',
  ];
  const stateLines = (at: number): string[] =>
    (states?.[at] ?? []).flatMap((line) => hang('        ', line, terminal));
  if (states !== undefined) lines.push('  initial state', ...stateLines(0));
  for (const step of stepTable(trace, terminal, thread)) {
    if (states !== undefined) lines.push('');
    lines.push(...step.lines, ...stateLines(step.number));
  }
  return [...lines, ...legendLines(trace, terminal)];
}
