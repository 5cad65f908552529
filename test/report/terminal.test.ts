import { expect, test } from 'vitest';

import { progressLine } from '../../src/report/progress.ts';
import { bytes, duration, short } from '../../src/report/numbers.ts';
import { columns, hang, terminalOf, wrap } from '../../src/report/terminal.ts';
import { reporters } from '../../src/report/reporters.ts';

test('text is wrapped at spaces, and longer words are cut', () => {
  expect(wrap('one two three', 8)).toEqual(['one two', 'three']);
  expect(wrap('abcdefghijklmnop', 8)).toEqual(['abcdefgh', 'ijklmnop']);
  expect(wrap('', 8)).toEqual(['']);
  expect(wrap('never cut in a pipe', Infinity)).toEqual(['never cut in a pipe']);
});

test('lines after a head are indented by its length', () => {
  expect(hang('ab  ', 'one two three', terminalOf(12, false))).toEqual([
    'ab  one two',
    '    three',
  ]);
});

test('columns are aligned, numbers to the right', () => {
  expect(
    columns(
      [
        ['a', '9'],
        ['bcd', '10'],
      ],
      [1],
    ),
  ).toEqual(['a     9', 'bcd  10']);
});

test('numbers are short, and rounded down', () => {
  expect([999, 1_000, 12_900, 1_250_000].map(short)).toEqual(['999', '1k', '12k', '1.2M']);
  expect([0.081, 12.34, 250, 3725].map(duration)).toEqual([
    '0.08 s',
    '12.3 s',
    '4 min 10 s',
    '1 h 2 min',
  ]);
  expect([2048, 45 * 2 ** 20, 1.5 * 2 ** 30].map(bytes)).toEqual(['2 kB', '45 MB', '1.5 GB']);
});

test('the progress line fits any terminal and drops its least important parts', () => {
  const progress = { depth: 12, states: 1_204_000, transitions: 9e6, frontier: 12_000, bytes: 5e7 };
  expect(progressLine(progress, 850_000, 3.2, 200)).toBe(
    'depth 12 · 1.2M states · 3.20 s · 850k transitions/s · frontier 12k · 48 MB',
  );
  expect(progressLine(progress, 850_000, 3.2, 60)).toBe(
    'depth 12 · 1.2M states · 3.20 s · 850k transitions/s',
  );
  for (const width of [1, 5, 20, 60]) {
    expect(progressLine(progress, 850_000, 3.2, width).length).toBeLessThan(width);
  }
});

test('reporters have distinct names, and the first one supports every report', () => {
  const names = reporters.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(reporters[0]).toMatchObject({ name: 'text' });
});
