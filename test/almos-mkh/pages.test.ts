/** The pages about ALMOS-MKH: what they say that is not a time is what the tests say. */

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { almosMkh } from '../../src/systems/almos-mkh.ts';

interface Row {
  readonly scenario: string;
  readonly variant: string;
  readonly outcome: string;
  readonly breaches: number;
  readonly states: number;
  readonly depth: number;
}

const hint = 'run npm run verdicts -- almos-mkh';
const page = readFileSync('docs/verdicts/almos-mkh.md', 'utf8');
const number = (text: string): number => Number(text.replaceAll(',', ''));
const rows: readonly Row[] = page
  .split('\n')
  .filter((line) => /\| (as-written|fixed) \|/.test(line))
  .map((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    const [, scenario, variant, outcome, , breaches, states, depth] = cells;
    const named = { scenario, variant, outcome };
    return { ...named, breaches: number(breaches), states: number(states), depth: number(depth) };
  });

const asWritten = JSON.parse(readFileSync('test/almos-mkh/verdicts.json', 'utf8')) as Readonly<
  Record<string, { outcome: string; states: number; depth: number; breaches: readonly unknown[] }>
>;
const gate = JSON.parse(readFileSync('vmcheck.config.json', 'utf8')) as {
  matrix: { system: string; scenario: string; variant: string; expected: Row }[];
};

test('the page of verdicts has every scenario in both variants', () => {
  const names = almosMkh.scenarios.flatMap(({ name }) => [`${name} as-written`, `${name} fixed`]);
  expect(rows.map(({ scenario, variant }) => `${scenario} ${variant}`), hint).toEqual(names);
});

test.each(rows)('$scenario $variant: the page says what the searches say', (row) => {
  const { scenario, variant, outcome, breaches, states, depth } = row;
  if (variant === 'as-written') {
    const { breaches: all, ...known } = asWritten[scenario];
    expect({ outcome, states, depth, breaches }, hint).toEqual({
      outcome: known.outcome,
      states: known.states,
      depth: known.depth,
      breaches: all.length,
    });
  } else {
    const found = gate.matrix.find(
      (one) => one.system === almosMkh.name && one.scenario === scenario && one.variant === variant,
    );
    expect({ outcome, states, breaches }, hint).toEqual({ ...found?.expected, breaches: 0 });
  }
});

test('docs/almos-mkh.md says of every option and value what they are for, with the default in bold', () => {
  const text = readFileSync('docs/almos-mkh.md', 'utf8');
  const told = [...text.matchAll(/^\| .* \| `(\w+)` \| (.*) \|$/gm)].map(([, name, values]) => ({
    name,
    values,
  }));
  const listed = almosMkh.options.map(({ name, values, default: standard }) => ({
    name,
    values: values.map((value) => (value === standard ? `**${value}**` : `${value}`)).join(', '),
  }));
  const byName = (one: { name: string }, other: { name: string }): number =>
    one.name < other.name ? -1 : 1;
  expect(told.sort(byName)).toEqual(listed.sort(byName));
  expect(text).toContain(`${almosMkh.options.length} in all`);
});

test('docs/almos-mkh.md names scenarios that exist, and every one of (a) to (h) has some', () => {
  const text = readFileSync('docs/almos-mkh.md', 'utf8');
  const names = almosMkh.scenarios.map(({ name }) => name);
  const letters = text.split('\n').filter((line) => /^\| [a-h] \|/.test(line));
  expect(letters).toHaveLength(8);
  for (const line of letters) {
    const named = [...line.matchAll(/`([a-z][a-z-]*[a-z])`/g)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(1);
    expect(named.filter((name) => !names.includes(name))).toEqual([]);
  }
});
