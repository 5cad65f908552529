/** The laws of a model, one per line, and where one is broken. */

import type { DoctorReport, LawReport } from '../../core/doctor.ts';
import { oneLine } from '../../safe-text.ts';
import { counted, grouped } from '../numbers.ts';
import { type Terminal, hang } from '../terminal.ts';

/** Most steps that are shown of a trace. */
const MOST_STEPS = 50;

export function doctorLines(report: DoctorReport, terminal: Terminal): string[] {
  const { system, scenarios, planned, states, laws, settings } = report;
  const width = Math.max(...laws.map(({ name }) => name.length));
  const broken = laws.filter((law) => law.broken !== undefined).length;
  const walks = counted(scenarios * settings.walks, 'random walk');
  const all = scenarios === planned ? '' : ` of ${planned}`;
  return [
    `${oneLine(system.name)} · ${counted(scenarios, 'scenario')}${all} · ${walks} · ` +
      `${grouped(states)} states`,
    ...laws.flatMap((law) => lawLines(law, width, terminal)),
    broken === 0 ? 'every law that can be checked is kept' : `${counted(broken, 'law')} broken`,
  ];
}

function lawLines(law: LawReport, width: number, terminal: Terminal): string[] {
  const { name, sentence, states, missing, broken } = law;
  const label = name.padEnd(width);
  if (broken !== undefined) {
    const steps = broken.trace.slice(-MOST_STEPS).map((step) => `      ${oneLine(step)}`);
    const where = steps.length === 0 ? 'in its initial state' : 'after this trace:';
    return [
      ...hang(`✗ ${label}  `, oneLine(broken.sentence), terminal, 'red'),
      `    scenario ${oneLine(broken.scenario)}, ${where}`,
      ...steps,
    ];
  }
  if (missing !== undefined) {
    return hang(`- ${label}  `, `not checked: ${oneLine(missing)}`, terminal, 'dim');
  }
  if (states === 0)
    return hang(`- ${label}  `, 'no state had anything to do with it', terminal, 'dim');
  return hang(`✓ ${label}  `, `${sentence} (${grouped(states)} states)`, terminal, 'green');
}
