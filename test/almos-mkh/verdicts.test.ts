/**
 * The verdict table: each scenario of the library as written, explored to the end with every
 * invariant. A change of a count or of a breach is a change of the model: look at it, then write
 * the table anew:
 *
 *     UPDATE=1 npx vitest run test/almos-mkh/verdicts.test.ts
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { explore } from '../../src/explorer/search.ts';
import type { Scenario } from '../../src/system.ts';
import { almosMkh } from '../../src/systems/almos-mkh.ts';
import { build } from './build.ts';

const file = join(import.meta.dirname, 'verdicts.json');
const hint =
  'if the change is meant, write the table anew: ' +
  'UPDATE=1 npx vitest run test/almos-mkh/verdicts.test.ts';

/** Invariant, statement that breaks it, steps of a shortest trace. */
type Row = readonly [invariant: string, statement: string, length: number];

interface Entry {
  readonly outcome: string;
  readonly limit?: string;
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly breaches: readonly Row[];
}

const MOST_STATES = 2_000_000;

function entryOf(scenario: Scenario): Entry {
  const subject = build(scenario);
  const verdict = explore(subject, { keepGoing: true, maxStates: MOST_STATES });
  const { outcome, limit, states, transitions, depth } = verdict;
  expect(verdict.breaches.filter(({ shortest }) => !shortest)).toEqual([]);
  const breaches = verdict.breaches.map(({ invariant, statement, trace }): Row => {
    if (statement === undefined) return [invariant, '', trace.length];
    const { operation, line, token } = subject.statements[statement]!;
    return [invariant, `${operation}:${line} ${token}`, trace.length];
  });
  const counts = { states, transitions, depth, breaches };
  return limit === undefined ? { outcome, ...counts } : { outcome, limit, ...counts };
}

/** JSON with one breach per line, so that a diff reads well. */
function print(table: Readonly<Record<string, Entry>>): string {
  const entries = Object.entries(table).map(([name, { breaches, ...counts }]) => {
    const fields = Object.entries(counts).map(
      ([key, value]) => `    "${key}": ${JSON.stringify(value)},\n`,
    );
    const rows = breaches.map((row) => `      [${row.map((v) => JSON.stringify(v)).join(', ')}]`);
    const list = rows.length === 0 ? '[]' : `[\n${rows.join(',\n')}\n    ]`;
    return `  "${name}": {\n${fields.join('')}    "breaches": ${list}\n  }`;
  });
  return `{\n${entries.join(',\n')}\n}\n`;
}

if (process.env['UPDATE'] !== undefined) {
  const found = almosMkh.scenarios.map((scenario) => [scenario.name, entryOf(scenario)] as const);
  writeFileSync(file, print(Object.fromEntries(found)));
}
const written = existsSync(file) ? readFileSync(file, 'utf8') : '{}';
const table = JSON.parse(written) as Readonly<Record<string, Entry>>;

test('the verdict table has a row for each scenario of the library, and no other', () => {
  expect(Object.keys(table), hint).toEqual(almosMkh.scenarios.map(({ name }) => name));
});

test.each(almosMkh.scenarios)('$name as written gives the verdict in the table', (scenario) => {
  expect(entryOf(scenario), hint).toEqual(table[scenario.name]);
});

test('no scenario of the table was cut short', () => {
  const cut = Object.entries(table).filter(([, { limit }]) => limit !== undefined);
  expect(cut.map(([name]) => name)).toEqual([]);
});

// Counted by hand: one thread has one way to go, a state more than steps. A first read takes 8
// (program, 1430, 1941, 1969, 1738, 1715 or 1760, 2002, retry). mmap-munmap takes 5 for an mmap, 11
// for the munmap (program, 1430, 1489, 1504, 1430, 1248, 1265, 278, 281, 284, 236), 5 and 2.
test.each([
  ['anon-first-read', 8],
  ['file-offset', 8],
  ['mmap-munmap', 5 + 11 + 5 + 2],
])('%s has one way to go, of %i steps', (name, steps) => {
  const { states, transitions, depth } = table[name]!;
  expect({ states, transitions, depth }).toEqual({
    states: steps + 1,
    transitions: steps,
    depth: steps,
  });
});
