/** A report has the right lines and cells, whatever names and sentences from outside contain. */

import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { resolveSpec } from '../../src/core/spec.ts';
import { describeTrace } from '../../src/core/trace.ts';
import { explore } from '../../src/explore.ts';
import { terminalOf } from '../../src/report/terminal.ts';
import type { ReportedSearch, Result } from '../../src/report/run.ts';
import type { Reporter } from '../../src/report/reporter.ts';
import { reporters } from '../../src/report/reporters.ts';
import type { Subject } from '../../src/system.ts';
import { refcount } from '../cli/toys.ts';
import { hostile, unsafe } from '../hostile.ts';

const spec = resolveSpec(refcount, {});
const subject = refcount.build(spec);
const verdict = explore(subject, { keepGoing: true });
const traces = verdict.violations.map((violation) => describeTrace(subject, violation));
const benign: ReportedSearch = {
  toolVersion: '1',
  system: refcount,
  spec,
  subject,
  verdict,
  traces,
  seconds: 1,
  keepGoing: true,
  deferred: [],
  saved: traces.map(() => 'x'),
  saveWith: 'x',
};

/** Replaces every text from outside; numbers, booleans and fixed words stay. */
function poisoned<T>(value: T, text: string, keep: readonly string[]): T {
  const change = (part: unknown, key: string): unknown => {
    if (typeof part === 'string') return keep.includes(key) ? part : text;
    if (Array.isArray(part)) return part.map((each) => change(each, key));
    if (typeof part !== 'object' || part === null) return part;
    const fields = Object.entries(part).map(([name, each]) => [name, change(each, name)]);
    return Object.fromEntries(fields);
  };
  return change(value, '') as T;
}

function poisonedSearch(text: string): ReportedSearch {
  const { threads, statements, summary } = subject;
  const told = poisoned({ traces, statements, summary, spec, verdict }, text, [
    'outcome',
    'limit',
    'strategy',
    'invariants',
  ]);
  const shown = { ...told, threads: threads.map(() => text) } as unknown as Subject;
  const system = { ...refcount, ...poisoned({ name: '', title: '', revision: '' }, text, []) };
  return {
    ...benign,
    system,
    spec: told.spec,
    subject: shown,
    verdict: told.verdict,
    traces: told.traces,
    saved: traces.map(() => text),
    saveWith: text,
  };
}

/** Each kind of report, for hostile input. */
function told(reporter: Reporter, text: string, colours: boolean): Record<string, string> {
  const on = terminalOf(Infinity, colours);
  const search = poisonedSearch(text);
  const { system, spec: bad } = search;
  const result: Result = {
    name: text,
    entry: 0,
    system,
    spec: bad,
    outcome: 'violated',
    ok: false,
    sentence: text,
    remarks: [text],
    seconds: 1,
    search,
    reproduced: undefined,
  };
  const refused: Result = { ...result, outcome: 'refused', search: undefined };
  const reproduced: Result = { ...refused, reproduced: { summary: text, trace: search.traces[0] } };
  const results = [result, refused, reproduced];
  const run = { toolVersion: text, results, planned: results.length, seconds: 1 } as const;
  const listed = poisoned({ ...refcount, parseScenario: null, build: null }, text, []);
  const showing = {
    toolVersion: text,
    system,
    spec: bad,
    summary: text,
    revision: text,
    trace: search.traces[0],
    thread: undefined,
    threads: subject.threads.map(() => text),
    states: [0, ...search.traces[0].steps].map(() => [text]),
  };
  return {
    search: reporter.searches?.each(result, on, 1) ?? '',
    survey: results.map((one) => reporter.searches?.each(one, on, 3) ?? '').join(''),
    surveyEnd: reporter.searches?.end({ ...run, command: 'explore' }, on) ?? '',
    checks: results.map((one) => reporter.checks?.each(one, on, 3) ?? '').join(''),
    checksEnd: reporter.checks?.end({ ...run, command: 'gate' }, on) ?? '',
    listing: reporter.listing?.({ toolVersion: text, systems: [listed as never] }, on) ?? '',
    showing: reporter.savedTrace?.(showing, on) ?? '',
  };
}

const lines = (output: string): number => output.split('\n').length;

test.for(reporters)(
  '$name has nothing unsafe in it, and the lines that it has of harmless names',
  (reporter) => {
    const usual = told(reporter, 'x', false);
    expect(Object.values(usual).join('')).not.toBe('');
    fc.assert(
      fc.property(hostile, (text) => {
        for (const [thing, output] of Object.entries(told(reporter, text, false))) {
          expect(unsafe.exec(output)?.[0], thing).toBeUndefined();
          // A listed entry may need one more line if its name is long; the names of fixes are
          // counted.
          if (thing !== 'listing') expect(lines(output), thing).toBe(lines(usual[thing]));
        }
      }),
    );
  },
);

test('colours are added by the reporter only', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      for (const reporter of reporters) {
        const plain = told(reporter, text, false);
        for (const [thing, output] of Object.entries(told(reporter, text, true))) {
          expect(stripVTControlCharacters(output)).toBe(plain[thing]);
        }
      }
    }),
  );
});

/** Cells of a row, as strict and as lenient readers of Markdown count them. */
function cellsOf(row: string): number[] {
  const lenient = row.replaceAll(/(?<!\\)\|/g, '\n').split('\n').length - 2;
  const strict = row.replaceAll(/\\./gu, '').split('|').length - 2;
  return [lenient, strict];
}

const markdown = reporters.find(({ name }) => name === 'markdown')!;
const mermaid = reporters.find(({ name }) => name === 'mermaid')!;

test('every row of a Markdown table has five cells', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const rows = told(markdown, text, false)['showing'].split('\n').slice(4);
      const table = rows.slice(0, rows.indexOf(''));
      expect(table.length).toBeGreaterThan(3);
      for (const row of table) expect(cellsOf(row)).toEqual([5, 5]);
    }),
  );
});

/** Lines of a chart, with the text from outside as the first group. */
const known = [
  /^ {2}participant (?:t\d+ as (.*)|memory)$/,
  /^ {2}t\d+->>(?:t\d+|memory): (.*)$/,
  /^ {2}Note over (?:t\d+,)?memory: (.*)$/,
];

test('every line of a Mermaid chart is one that the reporter writes', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const [first, ...rest] = told(mermaid, text, false)['showing'].trimEnd().split('\n');
      expect(first).toBe('sequenceDiagram');
      for (const line of rest) {
        const said = known.map((form) => form.exec(line)).find((found) => found !== null);
        expect(said, line).toBeDefined();
        const label = (said![1] ?? '').replaceAll('<br/>', ' ');
        expect(label.replaceAll(/#\d+;/g, '')).not.toMatch(/[#;<>&%{}]|\bend\b/i);
      }
    }),
  );
});
