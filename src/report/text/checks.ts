/** `gate` and `replay`: one line per check, with the trace where a check fails on one. */

import { duration } from '../numbers.ts';
import { type Page, hang } from '../terminal.ts';
import type { Result, Run } from '../run.ts';
import { violationLines } from './violation.ts';

export function checkLines(check: Result, page: Page): string[] {
  const { ok, name, entry, sentence, seconds, remarks, exploration } = check;
  const line = `${name}: ${sentence} · ${duration(seconds)}`;
  const lines = hang(ok === true ? '✓ ' : '✗ ', line, page, ok === true ? 'green' : 'red');
  if (ok !== true && entry !== undefined) {
    lines.push(...hang('  · ', `matrix[${entry}] of the configuration`, page));
  }
  for (const remark of remarks) lines.push(...hang('  · ', remark, page));
  if (ok === true || exploration === undefined) return lines;
  for (const index of exploration.traces.keys()) {
    lines.push('', ...violationLines(exploration, index, page, '  '), '');
  }
  return lines;
}

export function checksEndLines({ results, seconds }: Run, page: Page): string[] {
  const ok = results.filter((result) => result.ok === true).length;
  const sum = `${ok} as expected, ${results.length - ok} not`;
  const painted = page.paint(ok === results.length ? 'green' : 'red', sum);
  return ['', `${painted} · ${duration(seconds)}`];
}
