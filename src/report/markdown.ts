/** A saved trace as Markdown, for an issue or a mail to a maintainer. */

import { citation } from '../counterexample/trace.ts';
import type { Reporter, Showing } from './reporter.ts';
import { changeText, noteText } from './text/steps.ts';
import { headline, stepsOf } from './text/words.ts';

function showing(told: Showing): string {
  const { system, spec, summary, revision, trace, thread, states } = told;
  const only = thread === undefined ? '' : `, those of ${thread}`;
  const lines = [
    `# ${escaped(trace.invariant)}: ${escaped(trace.sentence)}`,
    '',
    `${escaped(headline(system, spec, summary, revision))}; ${stepsOf(trace)}${only}.`,
    '',
    '| step | thread | line | statement | what changed |',
    '|---:|---|---|---|---|',
  ];
  for (const [at, step] of trace.steps.entries()) {
    if (thread !== undefined && step.thread !== thread) continue;
    const effects = [
      ...step.changes.map((change) => `${change.path} ${changeText(change)}`),
      ...step.notes.map(noteText),
    ].map(code);
    const cells = [
      String(at + 1),
      escaped(step.thread),
      escaped(citation(step.place)),
      code(step.place.token),
      effects.join('<br>'),
    ];
    lines.push(`| ${cells.join(' | ')} |`);
  }
  for (const [at, state] of (states ?? []).entries()) {
    if (at > 0 && thread !== undefined && trace.steps[at - 1].thread !== thread) continue;
    lines.push('', at === 0 ? '## At first' : `## After step ${at}`, '', '```', ...state, '```');
  }
  return `${lines.join('\n')}\n`;
}

/** Characters that would be markup. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|#]/g, (mark) => `\\${mark}`);
}

/** Inside code only the bar would still end the cell, and a backtick the code. */
function code(text: string): string {
  if (text === '') return '';
  const inside = text.replaceAll('|', '\\|');
  return inside.includes('`') ? `\`\` ${inside} \`\`` : `\`${inside}\``;
}

export const markdown: Reporter = {
  name: 'markdown',
  sentence: 'a table for an issue or a mail',
  showing,
};
