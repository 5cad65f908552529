/**
 * Generates the page of the defects of a system as Markdown, from the saved counterexamples and the
 * fixes: what a maintainer needs to understand and correct each defect. The page is the same for
 * every system.
 */

import { type Counterexample, recordedTrace } from '../counterexample/file.ts';
import { fileOf } from './evidence.ts';
import { variantOf } from '../core/spec.ts';
import type { Trace } from '../core/trace.ts';
import { type Defect, needs, type System } from '../system.ts';
import { terminalOf } from '../report/terminal.ts';
import { legendLines, stepTable } from '../report/text/steps.ts';

/** The number of steps shown of a trace: half of them for requests of programs. */
const SHOWN = 12;

const titles: Readonly<Record<Defect['needs'], string>> = {
  nothing: 'No special conditions: callers follow the rules and every allocation succeeds',
  'a failing allocation': 'Failures: an allocation or a device fails',
  'an odd caller': 'Unusual callers: a caller does something unusual but allowed',
};

interface KnownDefect {
  readonly defect: Defect;
  /** One for each search that shows the defect, in order. */
  readonly saved: readonly Counterexample[];
}

export function defectsPage(system: System, known: readonly KnownDefect[]): string {
  const groups = needs
    .map((need) => ({ need, some: known.filter(({ defect }) => defect.needs === need) }))
    .filter(({ some }) => some.length > 0);
  const admitted = known.filter(({ defect }) => defect.acknowledged !== undefined);
  const lines = [
    `# Defects of ${system.title} ${system.revision}`,
    '',
    `${known.length} distinct defects were found by exploring the source as written. ` +
      'Each one comes',
    'with the shortest trace that shows it, the invariant that it violates, and a fix. With all',
    'fixes, every scenario of the library holds; without any single one, some scenario is ' +
      'violated.',
    '',
    ...unmendedLines(system),
    'Written by `npm run defects`; do not edit.',
    ...groups.flatMap(({ need, some }) => ['', `## ${titles[need]}`, '', ...tableOf(system, some)]),
    ...(admitted.length === 0 ? [] : ['', ...acknowledged(system, admitted)]),
    ...groups.flatMap(({ some }) => some.flatMap((one) => section(system, one))),
  ];
  return `${lines.join('\n')}\n`;
}

/** The exceptions to the claim above: option values that no fix helps with. */
function unmendedLines({ unmended = [] }: System): string[] {
  if (unmended.length === 0) return [];
  return [
    'This is true with all options at their defaults, and with any single option changed, except',
    'for the values below: no change of the source under check prevents these violations.',
    '',
    '| option | violated | why |',
    '|---|---|---|',
    ...unmended.map(
      ({ option, value, invariants, why }) =>
        `| ${option}=${value} | ${invariants.join(', ')} | ${why} |`,
    ),
    '',
  ];
}

function tableOf(system: System, some: readonly KnownDefect[]): string[] {
  return [
    '| defect | invariant | steps | lines | fix |',
    '|---|---|---:|---|---|',
    ...some.map(
      (one) =>
        `| ${linked(one)} | ${one.saved[0].invariant} | ${stepsOf(system, one)} | ` +
        `${one.defect.lines} | ${one.defect.fix} |`,
    ),
  ];
}

/** The problems that the authors acknowledge, and the traces that show them. */
function acknowledged(system: System, some: readonly KnownDefect[]): string[] {
  return [
    '## What the authors acknowledge',
    '',
    '| their words | defect | steps |',
    '|---|---|---:|',
    ...some.map(
      (one) => `| ${one.defect.acknowledged} | ${linked(one)} | ${stepsOf(system, one)} |`,
    ),
  ];
}

const linked = ({ defect: { name } }: KnownDefect): string => `[${name}](#${name})`;

/** The length of each trace, with its non-default options: `4, profile=later 5`. */
function stepsOf(system: System, { saved }: KnownDefect): string {
  const one = (trace: Counterexample): string =>
    [...changedOptions(system, trace), trace.steps.length].join(' ');
  return saved.map(one).join(', ');
}

function changedOptions(system: System, { options }: Counterexample): string[] {
  return system.options
    .filter((option) => options[option.name] !== option.default)
    .map(({ name }) => `${name}=${options[name]}`);
}

function section(system: System, { defect, saved }: KnownDefect): string[] {
  const fix = system.fixes.find(({ name }) => name === defect.fix);
  const [first] = saved;
  return [
    '',
    `## ${defect.name}`,
    '',
    defect.consequence,
    '',
    `* **Where:** ${defect.lines}`,
    `* **Needs:** ${defect.needs}`,
    `* **Invariant:** \`${first.invariant}\`: ${first.breach}.`,
    ...saved.flatMap((trace, i) => shownBy(system, defect, trace, i)),
    ...(defect.acknowledged === undefined ? [] : [`* **The authors:** ${defect.acknowledged}`]),
    '',
    '```text',
    ...shortened(recordedTrace(first)),
    ...legendLines(recordedTrace(first), terminalOf(100, false)),
    '```',
    '',
    `**Fix \`${defect.fix}\`:** ${fix?.sentence ?? ''}`,
    ...(fix?.diff === undefined ? [] : ['', '```diff', fix.diff.trim(), '```']),
  ];
}

function shownBy(system: System, defect: Defect, saved: Counterexample, i: number): string[] {
  const variant =
    defect.shown[i].fixes === 'all but its own'
      ? 'all fixes except its own, because other defects hide it'
      : variantOf(system, saved);
  const how = [variant, ...changedOptions(system, saved)].join(', ');
  const file = fileOf(system, defect.shown[i]);
  return [
    `* **Shown by:** scenario \`${saved.scenario.name}\` (${how}), ${saved.steps.length} steps`,
    `  (no shorter trace exists); replay with \`vmcheck replay ${file}\`.`,
  ];
}

/**
 * The relevant steps of a trace: requests of programs, and the last changes. Numbers are those of
 * the whole trace.
 */
function shortened(trace: Trace): string[] {
  const last = trace.steps.length - 1;
  const telling = trace.steps.flatMap((step, i) =>
    step.changes.length > 0 || i === last ? [i + 1] : [],
  );
  const asked = trace.steps.flatMap(({ statement, notes }, i) =>
    statement.file === '' && notes.length > 0 && i < last ? [i + 1] : [],
  );
  const programs = asked.slice(-SHOWN / 2);
  const others = telling.filter((number) => !programs.includes(number));
  const kept = [...programs, ...others.slice(programs.length - SHOWN)];
  const skipped = trace.steps.length - kept.length;
  const rows = stepTable(trace, terminalOf(100, false)).filter(({ number }) =>
    kept.includes(number),
  );
  const lines = rows.flatMap((row) => row.lines).map((line) => line.trimEnd());
  return skipped === 0
    ? lines
    : [`  ... ${skipped} of ${trace.steps.length} steps are omitted`, ...lines];
}
