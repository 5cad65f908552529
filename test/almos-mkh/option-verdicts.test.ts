/**
 * The effect of each option: for every non-default value, a small scenario of the library in which
 * an invariant is violated that holds by default, or the other way round. Values that change no
 * invariant are listed with the reason. After a deliberate change of the model or of the library,
 * for all values or for those named (`UPDATE=log2=ceil,rpcServers=1`):
 *
 *     UPDATE=1 npx vitest run test/almos-mkh/option-verdicts.test.ts
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { explore } from '../../src/explore.ts';
import type { OptionValue, Scenario } from '../../src/system.ts';
import { almosMkh } from '../../src/systems/almos-mkh.ts';
import { build, scenarioNamed } from './build.ts';

/** `invariant at function:line`. */
type Breaches = readonly string[];

interface Row {
  readonly scenario: string;
  readonly states: number;
  /** Violated with this value but not by default. */
  readonly speaks: Breaches;
  /** Violated by default but not with this value. */
  readonly silent: Breaches;
}

/** Larger scenarios are left to the verdict table. */
const MOST_STATES = 11_000;

const file = join(import.meta.dirname, 'options.json');
const hint =
  'if the change is meant, write the table anew: ' +
  'UPDATE=1 npx vitest run test/almos-mkh/option-verdicts.test.ts';

const values = almosMkh.options.flatMap(({ name, values: all, default: usual }) =>
  all.filter((value) => value !== usual).map((value) => ({ name, value, key: `${name}=${value}` })),
);

/** Values that change no invariant in any of these scenarios, and why this is right. */
const unheard: Readonly<Record<string, string>> = {
  'copiesLock=exclusive': 'vmm.c as written never takes that lock',
  'exitOrder=refLast': 'fewer orders of the same ends',
  'mapperBlocks=false': 'fewer interleavings of the same steps',
  'readOnlyVsegs=none': 'code may then be written, and what flags allow no invariant forbids',
  'rpcServers=2': 'no scenario here needs three servers of a cluster at once',
  'rwlock=writersFirst':
    'only a reader that never leaves stops more; that takes childVmm=init, too',
  'setCowStep=vseg': 'the same marks in one step: fewer interleavings',
  'writeException=always': 'the handler answers a user error where the exception would have',
};

interface Found {
  readonly states: number;
  readonly breaches: ReadonlySet<string>;
  /** The search was cut short, so an invariant without a violation means nothing. */
  readonly cut: boolean;
}

function found(scenario: Scenario, options: Readonly<Record<string, OptionValue>>): Found {
  const subject = build(scenario, { options });
  const { states, violations, limit } = explore(subject, {
    keepGoing: true,
    maxStates: 4 * MOST_STATES,
  });
  const places = violations.map(({ invariant, statement }) => {
    const place = statement === undefined ? undefined : subject.statements[statement];
    return place === undefined ? invariant : `${invariant} at ${place.operation}:${place.line}`;
  });
  return { states, breaches: new Set(places), cut: limit !== undefined };
}

const known = new Map<Scenario, Found>();

function byDefault(scenario: Scenario): Found {
  const before = known.get(scenario) ?? found(scenario, {});
  known.set(scenario, before);
  return before;
}

/** A cluster that does not exist is refused. */
function applies(scenario: Scenario, name: string, value: OptionValue): boolean {
  const { clusters } = scenario as unknown as { clusters: number };
  return name !== 'inactiveCluster' || Number(value) < clusters;
}

function compared(scenario: Scenario, name: string, value: OptionValue): Row {
  const usual = byDefault(scenario).breaches;
  const { states, breaches, cut } = found(scenario, { [name]: value });
  const speaks = cut ? [] : [...breaches].filter((one) => !usual.has(one));
  const silent = cut ? [] : [...usual].filter((one) => !breaches.has(one));
  return { scenario: scenario.name, states, speaks, silent };
}

/**
 * The smallest scenario in which a further invariant is violated, or else one in which fewer are.
 */
function search(name: string, value: OptionValue, most: number): Row | undefined {
  const sorted = almosMkh.scenarios
    .filter((scenario) => applies(scenario, name, value) && byDefault(scenario).states <= most)
    .sort((a, b) => byDefault(a).states - byDefault(b).states);
  let silent: Row | undefined;
  for (const scenario of sorted) {
    const row = compared(scenario, name, value);
    if (row.speaks.length > 0) return row;
    if (row.silent.length > 0) silent ??= row;
  }
  return silent;
}

const written = existsSync(file) ? readFileSync(file, 'utf8') : '{}';
let table = JSON.parse(written) as Readonly<Record<string, Row>>;

const update = process.env['UPDATE'];
if (update !== undefined) {
  const named = update.split(',');
  const rows = values.flatMap(({ name, value, key }): [string, Row][] => {
    const most = key in unheard ? MOST_STATES / 6 : MOST_STATES;
    const asked = update === '1' || named.includes(key);
    const row = asked ? search(name, value, most) : table[key];
    return row === undefined ? [] : [[key, row]];
  });
  table = Object.fromEntries(rows);
  const lines = rows.map(([key, row]) => `  ${JSON.stringify(key)}: ${JSON.stringify(row)}`);
  writeFileSync(file, `{\n${lines.join(',\n')}\n}\n`);
}

test('every value of every option has a row, or a reason why it changes no invariant', () => {
  const missing = values.filter(({ key }) => !(key in table) && !(key in unheard));
  expect(missing.map(({ key }) => key)).toEqual([]);
  expect(Object.keys(unheard).filter((key) => key in table)).toEqual([]);
});

const rows = values.filter(({ key }) => key in table);

test.each(rows)('$key: other invariants are violated, as in the table', ({ name, value, key }) => {
  const row = table[key];
  expect(row.speaks.length + row.silent.length).toBeGreaterThan(0);
  expect(compared(scenarioNamed(row.scenario), name, value), hint).toEqual(row);
});
