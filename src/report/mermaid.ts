/**
 * A saved trace as a Mermaid sequence chart: one lifeline per thread, one for the memory that they
 * share, an arrow for each step that changes something.
 */

import { statementText } from '../core/trace.ts';
import { mermaidText } from '../safe-text.ts';
import type { Reporter, SavedTrace } from './reporter.ts';
import { changeText, noteText } from './text/steps.ts';

const MEMORY = 'memory';

function savedTrace({ trace, thread, threads }: SavedTrace): string {
  const shown = trace.steps.filter((step) => thread === undefined || step.thread === thread);
  // A trace may name a thread that the scenario does not have.
  const all = new Set([...threads, ...trace.steps.map((step) => step.thread)]);
  const names = [...all].filter((name) => shown.some((step) => step.thread === name));
  const lifeline = (name: string): string => `t${names.indexOf(name)}`;
  const lines = [
    'sequenceDiagram',
    ...names.map((name) => `  participant ${lifeline(name)} as ${mermaidText(name)}`),
    `  participant ${MEMORY}`,
  ];
  for (const [at, step] of trace.steps.entries()) {
    if (!shown.includes(step)) continue;
    const from = lifeline(step.thread);
    const notes = step.notes.map(noteText);
    const effects = step.changes.map((change) => `${change.path} ${changeText(change)}`);
    const to = effects.length > 0 ? MEMORY : from;
    const said = [`${at + 1}. ${statementText(step.statement)}`, ...effects, ...notes].map(
      mermaidText,
    );
    lines.push(`  ${from}->>${to}: ${said.join('<br/>')}`);
  }
  const over = names.length === 0 ? MEMORY : `${lifeline(names[0])},${MEMORY}`;
  lines.push(`  Note over ${over}: ${mermaidText(`${trace.invariant}: ${trace.sentence}`)}`);
  return `${lines.join('\n')}\n`;
}

export const mermaid: Reporter = {
  name: 'mermaid',
  sentence: 'a sequence chart, one lifeline per thread',
  noStates: true,
  savedTrace,
};
