/** `cite`: the citations that no longer hold, one per line. */

import { driftText } from '../../core/citations.ts';
import { oneLine } from '../../safe-text.ts';
import { counted, grouped } from '../numbers.ts';
import type { CheckedCitations } from '../reporter.ts';
import { type Terminal, hang } from '../terminal.ts';

export function citationLines(checked: CheckedCitations, terminal: Terminal): string[] {
  const { system, source, cited, drifts } = checked;
  const kept = `${grouped(cited - drifts.length)} of ${counted(cited, 'cited line')}`;
  return [
    ...drifts.flatMap((drift) => hang('✗ ', driftText(drift), terminal, 'red')),
    oneLine(`${system.name} ${system.revision}: ${kept} unchanged below ${source}`),
  ];
}
