/** A saved trace as Markdown, for an issue or a mail to a maintainer. */

import { citation, fixLegend } from '../core/trace.ts';
import { markdownBlock, markdownCode, markdownText } from '../safe-text.ts';
import type { Reporter, SavedTrace } from './reporter.ts';
import { changeText, noteText } from './text/steps.ts';
import { earlierText, headline, stepsOf } from './text/phrases.ts';

function savedTrace(saved: SavedTrace): string {
  const { system, spec, summary, revision, trace, thread, states } = saved;
  const only = thread === undefined ? '' : `, only those of ${markdownText(thread)}`;
  const lines = [
    `# ${markdownText(trace.invariant)}: ${markdownText(trace.sentence)}`,
    '',
    `${markdownText(headline(system, spec, summary, revision))}; ${stepsOf(trace)}${only}.`,
    ...(trace.earlier === undefined ? [] : ['', `${markdownText(earlierText(trace.earlier))}.`]),
    '',
    '| step | thread | line | statement | what changed |',
    '|---:|---|---|---|---|',
  ];
  for (const [at, step] of trace.steps.entries()) {
    if (thread !== undefined && step.thread !== thread) continue;
    const effects = [
      ...step.changes.map((change) => `${change.path} ${changeText(change)}`),
      ...step.notes.map(noteText),
    ].map(markdownCode);
    const cells = [
      String(at + 1),
      markdownText(step.thread),
      markdownText(citation(step.statement)),
      markdownCode(step.statement.token),
      effects.join('<br>'),
    ];
    lines.push(`| ${cells.join(' | ')} |`);
  }
  const legend = fixLegend(trace.steps);
  if (legend !== undefined) lines.push('', markdownCode(legend));
  for (const [at, state] of (states ?? []).entries()) {
    if (at > 0 && thread !== undefined && trace.steps[at - 1].thread !== thread) continue;
    lines.push(
      '',
      at === 0 ? '## Initial state' : `## After step ${at}`,
      '',
      ...markdownBlock(state),
    );
  }
  return `${lines.join('\n')}\n`;
}

export const markdown: Reporter = {
  name: 'markdown',
  sentence: 'a table for an issue or a mail',
  savedTrace,
};
