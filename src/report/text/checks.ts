/** `gate` and `replay`: one line per check, and the trace of a failed one. */

import { duration } from '../numbers.ts';
import { type Terminal, hang } from '../terminal.ts';
import type { Result, Run } from '../run.ts';
import { violationLines } from './violation.ts';

export function checkLines(check: Result, terminal: Terminal): string[] {
  const { ok, name, entry, sentence, seconds, remarks, search } = check;
  const line = `${name}: ${sentence} · ${duration(seconds)}`;
  const lines = hang(ok === true ? '✓ ' : '✗ ', line, terminal, ok === true ? 'green' : 'red');
  if (ok !== true && entry !== undefined) {
    lines.push(...hang('  · ', `matrix[${entry}] of the configuration`, terminal));
  }
  for (const remark of remarks) lines.push(...hang('  · ', remark, terminal));
  if (ok === true || search === undefined) return lines;
  for (const index of search.traces.keys()) {
    lines.push('', ...violationLines(search, index, terminal, '  '), '');
  }
  return lines;
}

export function checksEndLines({ results, seconds }: Run, terminal: Terminal): string[] {
  const ok = results.filter((result) => result.ok === true).length;
  const sum = `${ok} as expected, ${results.length - ok} not`;
  const painted = terminal.paint(ok === results.length ? 'green' : 'red', sum);
  return ['', `${painted} · ${duration(seconds)}`];
}
