/** `gate` and `replay`: one line per check, with the trace where a check fails on one. */

import { duration } from '../numbers.ts';
import { type Page, hang } from '../page.ts';
import type { Check } from '../reporter.ts';
import { breachLines } from './breach.ts';

export function checkLines(check: Check, page: Page): string[] {
  const { ok, name, sentence, seconds, remarks, exploration } = check;
  const line = `${name}: ${sentence} · ${duration(seconds)}`;
  const lines = hang(ok ? '✓ ' : '✗ ', line, page, ok ? 'green' : 'red');
  for (const remark of remarks) lines.push(...hang('  · ', remark, page));
  if (ok || exploration === undefined) return lines;
  for (const index of exploration.traces.keys()) {
    lines.push('', ...breachLines(exploration, index, page, '  '), '');
  }
  return lines;
}

export function checksEndLines(all: readonly Check[], page: Page): string[] {
  const ok = all.filter((check) => check.ok).length;
  const seconds = all.reduce((sum, check) => sum + check.seconds, 0);
  const sum = `${ok} as expected, ${all.length - ok} not`;
  const painted = page.paint(ok === all.length ? 'green' : 'red', sum);
  return ['', `${painted} · ${duration(seconds)}`];
}
