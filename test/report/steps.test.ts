import { expect, test } from 'vitest';

import type { Trace } from '../../src/core/trace.ts';
import { terminalOf } from '../../src/report/terminal.ts';
import { legendLines, stepTable } from '../../src/report/text/steps.ts';

const change = (path: string, from: string, to: string) => ({ path, from, to });

const trace: Trace = {
  invariant: 'no-free-frame-mapped',
  sentence: 'frame 0.1 is free, but process 1 maps it at page 4',
  initial: 0,
  steps: [
    {
      thread: 'P1/t0@c0',
      statement: { operation: 'user', file: '', line: 1, token: 'write page 4' },
      choice: 0,
      changes: [],
      notes: ['vmm_handle_page_fault(4)', 'vmm_get_vseg(4)'],
    },
    {
      thread: 'P2/t1@c0',
      statement: { operation: 'vmm_remove_vseg', file: 'vmm.c', line: 1336, token: 'free_pages' },
      choice: 0,
      changes: [
        change('P2/t1@c0 ppn', '0.1', '-'),
        change('ppm[c0] free', '0', '1'),
        change('frame 0.1', 'used', 'free'),
        change('vseg 0.0', '', 'ANON'),
        change('vseg 0.1', 'ANON', ''),
      ],
      notes: ['return 0'],
    },
  ],
};

function lines(width: number, thread?: string): string[] {
  return stepTable(trace, terminalOf(width, false), thread).flatMap((step) => step.lines);
}

test('the change that the violation mentions comes first, the others are counted', () => {
  expect(lines(Infinity)).toEqual([
    '   1  P1/t0@c0  write page 4             → vmm_handle_page_fault(4)  → vmm_get_vseg(4)',
    '   2  P2/t1@c0  vmm.c:1336  free_pages   frame 0.1     used → free',
    '                                         ppm[c0] free  0 → 1',
    '                                         vseg 0.0      + ANON',
    '                                         +2 more',
    '                                         ← return 0',
  ]);
});

test('no line is longer than a narrow terminal', () => {
  for (const width of [30, 40, 60, 72]) {
    for (const line of lines(width)) expect(line.length).toBeLessThanOrEqual(width);
  }
});

test('one thread keeps the numbers of the whole trace', () => {
  expect(lines(Infinity, 'P2/t1@c0')[0]).toMatch(/^ {3}2 {2}P2/);
});

test('a line that a fix adds is marked, and the mark is explained', () => {
  const statement = { operation: 'vmm_copy', file: '', line: 3, token: 'lock', fix: 'lock-copies' };
  const changed = { ...trace.steps[1].statement, fix: 'release-when-unshared' };
  const step = { thread: 'P1', choice: 0, changes: [], notes: [] };
  const fixed = {
    ...trace,
    steps: [
      { ...step, statement },
      { ...step, statement: changed },
    ],
  };
  expect(stepTable(fixed, terminalOf(Infinity, false)).flatMap((one) => one.lines)).toEqual([
    '   1  P1  +vmm_copy:3  lock',
    '   2  P1  +vmm.c:1336  free_pages',
  ]);
  const legend = '  + a line that a fix adds or changes: lock-copies, release-when-unshared';
  expect(legendLines(fixed, terminalOf(Infinity, false))).toEqual(['', legend]);
  expect(legendLines(trace, terminalOf(Infinity, false))).toEqual([]);
});

test('a section that is one step cites its first and last line, a later step its line', () => {
  const step = { thread: 'P1', choice: 0, changes: [], notes: [] };
  const section = { operation: 'f', file: 'vmm.c', line: 1653, through: 1659, token: 'lock' };
  const second = { operation: 'f', file: 'vmm.c', line: 1489.1, token: 'max' };
  const told = {
    ...trace,
    steps: [
      { ...step, statement: section },
      { ...step, statement: second },
    ],
  };
  expect(stepTable(told, terminalOf(Infinity, false)).flatMap((one) => one.lines)).toEqual([
    '   1  P1  vmm.c:1653-1659  lock',
    '   2  P1  vmm.c:1489       max',
  ]);
});
