/**
 * The page of the defects of a system, as Markdown: what a maintainer needs to judge and mend each,
 * made from the saved counterexamples and from the fixes.
 */

import { type Counterexample, recordedTrace } from '../counterexample/file.ts';
import { variantOf } from '../counterexample/spec.ts';
import type { ToldTrace } from '../counterexample/trace.ts';
import type { Defect, System } from '../system.ts';
import { page } from './page.ts';
import { stepTable } from './text/steps.ts';

/** Steps shown of a trace: the last ones that changed anything. */
const SHOWN = 12;

export interface KnownDefect {
  readonly defect: Defect;
  readonly saved: Counterexample;
}

export function defectsPage(system: System, known: readonly KnownDefect[]): string {
  const head = [
    `# Defects of ${system.title} ${system.revision}`,
    '',
    `${known.length} distinct defects, found by exploring the source as written. Each has the`,
    'shortest trace that shows it, the invariant that it breaks, and a fix; all fixes together make',
    'every scenario of the library hold, and without any one of them some scenario breaks.',
    '',
    'Written by `npm run defects`; do not edit.',
    '',
    '| defect | invariant | steps | lines | fix |',
    '|---|---|---:|---|---|',
    ...known.map(
      ({ defect, saved }) =>
        `| [${defect.name}](#${defect.name}) | ${saved.invariant} | ${saved.steps.length} | ` +
        `${defect.lines} | ${defect.fix} |`,
    ),
  ];
  return `${[...head, ...known.flatMap((one) => section(system, one))].join('\n')}\n`;
}

function section(system: System, { defect, saved }: KnownDefect): string[] {
  const fix = system.fixes.find(({ name }) => name === defect.fix);
  const file = `counterexamples/${system.name}/${defect.counterexample}.json`;
  const variant = variantOf(system, saved.fixes);
  const shown = defect.search?.isolated ? 'all fixes but its own, as other defects hide it' : variant;
  return [
    '',
    `## ${defect.name}`,
    '',
    defect.consequence,
    '',
    `* **Where:** ${defect.lines}`,
    `* **Invariant:** \`${saved.invariant}\`: ${saved.breach}.`,
    `* **Shown by:** scenario \`${saved.scenario.name}\` (${shown}), ${saved.steps.length} steps`,
    `  (no shorter trace exists); replay with \`vmcheck replay ${file}\`.`,
    '',
    '```text',
    ...shortened(recordedTrace(saved)),
    '```',
    '',
    `**Fix \`${defect.fix}\`:** ${fix?.sentence ?? ''}`,
    ...(fix?.diff === undefined ? [] : ['', '```diff', fix.diff.trim(), '```']),
  ];
}

/** The end of the trace: steps that change nothing are left out, numbers are those of the whole. */
function shortened(trace: ToldTrace): string[] {
  const telling = trace.steps.flatMap((step, i) =>
    step.changes.length > 0 || i === trace.steps.length - 1 ? [i + 1] : [],
  );
  const kept = telling.slice(-SHOWN);
  const skipped = trace.steps.length - kept.length;
  const rows = stepTable(trace, page(100, false)).filter(({ number }) => kept.includes(number));
  const lines = rows.flatMap((row) => row.lines).map((line) => line.trimEnd());
  return skipped === 0 ? lines : [`  ... ${skipped} steps that lead here or change nothing`, ...lines];
}
