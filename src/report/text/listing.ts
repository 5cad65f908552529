/** Tables of the named parts of a system. */

import type { HardwareInfo, Named, OperationInfo, System } from '../../system.ts';
import { DEADLOCK, allInvariants } from '../../core/spec.ts';
import { oneLine } from '../../safe-text.ts';
import { type Terminal, hang } from '../terminal.ts';

interface Row {
  readonly name: string;
  readonly sentence: string;
}

export function listingLines(systems: readonly System[], terminal: Terminal): string[] {
  if (systems.length === 0) return ['no built-in system'];
  return systems.flatMap((system, index) => [
    ...(index > 0 ? [''] : []),
    ...systemLines(system, terminal),
  ]);
}

function systemLines(system: System, terminal: Terminal): string[] {
  const { name, title, revision, sentence } = system;
  return [
    ...hang(`${name}  `, `${title} ${revision}`, terminal, 'bold'),
    ...hang('  ', sentence, terminal),
    ...section(
      'scenarios',
      system.scenarios.map((scenario) => ({
        name: marked(scenario.name, system.defaultScenario),
        sentence: scenario.purpose,
      })),
      terminal,
    ),
    ...section(
      'operations',
      system.operations.map((operation) => ({
        name: operation.name,
        sentence: `${linesOf(operation)}${operation.sentence}`,
      })),
      terminal,
    ),
    ...section('invariants', invariantRows(system), terminal),
    ...section('fixes', [...system.fixes, ...system.hardware.flatMap(fixesOn)], terminal),
    ...section(
      'hardware',
      system.hardware.map((profile) => ({
        name: marked(profile.name, system.defaultHardware),
        sentence: profile.sentence,
      })),
      terminal,
    ),
    ...section(
      'options',
      system.options.map((option) => ({
        name: `${option.name}=${option.default}`,
        sentence: `${option.sentence} (${option.values.join(', ')})`,
      })),
      terminal,
    ),
  ];
}

/** The fixes of a hardware profile, whose name begins their sentences. */
function fixesOn({ name: machine, fixes = [] }: HardwareInfo): Named[] {
  return fixes.map(({ name, sentence }) => ({ name, sentence: `on ${machine}: ${sentence}` }));
}

/** `vmm.c:2192-2404  `, for each revision if there are several; empty without a source. */
function linesOf({ file, lines, revisions = [] }: OperationInfo): string {
  if (revisions.length > 0) {
    return `${revisions.map(([revision, lines]) => `${lines} (${revision})`).join(', ')}  `;
  }
  return file === '' ? '' : `${file}:${lines.join('-')}  `;
}

function invariantRows(system: System): Row[] {
  const rows = system.invariants.map(({ name, group, when, sentence }) => ({
    name,
    sentence: `${sentence} (${group}; ${when})`,
  }));
  if (rows.length === allInvariants(system).length) return rows;
  const sentence = 'some thread can take a step, or all have finished (search; in every state)';
  return [...rows, { name: DEADLOCK, sentence }];
}

function marked(name: string, byDefault: string): string {
  return name === byDefault ? `${name} *` : name;
}

function section(title: string, rows: readonly (Row | Named)[], terminal: Terminal): string[] {
  if (rows.length === 0) return ['', `  ${title}: none`];
  const width = Math.min(
    rows.reduce((longest, { name }) => Math.max(longest, name.length), 0),
    40,
  );
  const defaults = rows.some(({ name }) => name.endsWith(' *')) ? ' (* by default)' : '';
  const lines = rows.flatMap(({ name, sentence }) => {
    const beside = width + 6 + 24 <= terminal.width && name.length <= width;
    if (beside) return hang(`    ${name.padEnd(width)}  `, sentence, terminal);
    return [`    ${oneLine(name)}`, ...hang('      ', sentence, terminal)];
  });
  return ['', `  ${terminal.paint('dim', title + defaults)}`, ...lines];
}
