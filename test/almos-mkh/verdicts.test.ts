/**
 * The verdict table: each scenario of the library as written, explored to the end with every
 * invariant; and which lines of C these searches reach. A change of a count or of a violation is a
 * change of the model: review it, then rewrite the table:
 *
 *     UPDATE=1 npx vitest run test/almos-mkh/verdicts.test.ts
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { explore } from '../../src/explore.ts';
import type { Scenario } from '../../src/system.ts';
import { almosMkh } from '../../src/systems/almos-mkh.ts';
import { long, share } from '../extent.ts';
import { build } from './build.ts';

const file = join(import.meta.dirname, 'verdicts.json');
const hint =
  'if the change is meant, write the table anew: ' +
  'UPDATE=1 npx vitest run test/almos-mkh/verdicts.test.ts';

/** Invariant, violating statement, steps of a shortest trace. */
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

interface Explored {
  readonly entry: Entry;
  /** Statements as `function:line`: all of the model, and those that the search reached. */
  readonly all: readonly string[];
  readonly reached: readonly string[];
}

function explored(scenario: Scenario): Explored {
  const subject = build(scenario);
  const verdict = explore(subject, { keepGoing: true, maxStates: MOST_STATES });
  const { outcome, limit, states, transitions, depth } = verdict;
  expect(verdict.violations.filter(({ shortest }) => !shortest)).toEqual([]);
  const breaches = verdict.violations.map(({ invariant, statement, trace }): Row => {
    if (statement === undefined) return [invariant, '', trace.length];
    const { operation, line, token } = subject.statements[statement];
    return [invariant, `${operation}:${line} ${token}`, trace.length];
  });
  const counts = { states, transitions, depth, breaches };
  const entry = limit === undefined ? { outcome, ...counts } : { outcome, limit, ...counts };
  const all = subject.statements.map(({ operation, line }) => `${operation}:${line}`);
  return { entry, all, reached: all.filter((_, i) => subject.step.covered[i] === 1) };
}

const known = new Map<Scenario, Explored>();

/** The result of a search of the scenario, computed once. */
function of(scenario: Scenario): Explored {
  const found = known.get(scenario) ?? explored(scenario);
  known.set(scenario, found);
  return found;
}

/** JSON with one violation per line, for readable diffs. */
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
  const found = almosMkh.scenarios.map((scenario) => [scenario.name, of(scenario).entry] as const);
  writeFileSync(file, print(Object.fromEntries(found)));
}
const written = existsSync(file) ? readFileSync(file, 'utf8') : '{}';
const table = JSON.parse(written) as Readonly<Record<string, Entry>>;

test('the verdict table has a row for each scenario of the library, and no other', () => {
  expect(Object.keys(table), hint).toEqual(almosMkh.scenarios.map(({ name }) => name));
});

/** The few other scenarios have most of the states of the library. */
const isQuick = ({ name }: Scenario): boolean => (table[name]?.states ?? 0) <= 10_000;

test.each(share(almosMkh.scenarios, isQuick))(
  '$name as written gives the verdict in the table',
  (scenario) => {
    expect(of(scenario).entry, hint).toEqual(table[scenario.name]);
  },
);

test('no scenario of the table was cut short', () => {
  const cut = Object.entries(table).filter(([, { limit }]) => limit !== undefined);
  expect(cut.map(([name]) => name)).toEqual([]);
});

// Counted by hand: one thread has only one path, with one more state than steps. A first read takes
// 9 (program, 1430, 1440, 1941, 1969, 1738, 1715 or 1760, 2002, retry). mmap-munmap takes 5 for an
// mmap, 17 for the munmap (program, 1430, 1440, 1489 twice, 1496 twice, 1504, 1430, 1440, 1248,
// 1250, 1265, 278, 281, 284, 236), 5 and 2.
test.each([
  ['anon-first-read', 9],
  ['file-offset', 9],
  ['mmap-munmap', 5 + 17 + 5 + 2],
])('%s has one way to go, of %i steps', (name, steps) => {
  const { states, transitions, depth } = table[name];
  expect({ states, transitions, depth }).toEqual({
    states: steps + 1,
    transitions: steps,
    depth: steps,
  });
});

// Coverage of the C lines: every statement is reached in some scenario, or listed here.
const unreached = [
  'user:4.1', // the kernel reads the entry again, only with the option writeException
  'user:5.1', // a server takes a fork, only with the option rpcServers
  'user:6.1', // a server takes an munmap, only with the options rpcServers and munmapSite
  'user:7.1', // a server takes an mmap, only with the option rpcServers
  'user:9.1', // a copy is unlinked after its end, only with the option copyUnlinked
  'user:10.1', // a server takes a thread creation, only with the option rpcServers
  'user:11', // a thread that is created without a stack: no line of C
  'process_make_fork:1.05', // a stack that is only attached, only with the option forkStack
  'process_make_fork:1.9', // a server takes vmm_set_cow, only with the option rpcServers
  'vmm_global_update_pte:537.1', // the attributes alone, only with the option splitPteWrite
  'vmm_set_cow:650.1', // the second half of hal_gpt_set_cow, only with the option setCowRmw
  'vmm_get_vseg:1636', // a server takes the call, only with the option rpcServers
  'vmm_handle_cow:2371.1', // the attributes alone, only with the option splitPteWrite
  'vmm_handle_cow:2387', // the call through an RPC: as 2380, unless there is the option rpcServers
];

test('the library reaches every other statement of vmm.c, and enters every function', () => {
  const scenarios = almosMkh.scenarios.filter((scenario) => long || isQuick(scenario));
  const reached = new Set(scenarios.flatMap((scenario) => of(scenario).reached));
  const all = new Set(scenarios.flatMap((scenario) => of(scenario).all));
  expect([...all].filter((place) => !reached.has(place))).toEqual(unreached);
  const functions = new Set([...reached].map((place) => place.replace(/:.*/, '')));
  expect(almosMkh.operations.filter(({ name }) => !functions.has(name))).toEqual([]);
});
