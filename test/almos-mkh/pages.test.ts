/** The page about ALMOS-MKH lists what exists. */

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { almosMkh } from '../../src/systems/almos-mkh.ts';

test('docs/almos-mkh.md explains every option and value, with the default in bold', () => {
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
