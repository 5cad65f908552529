/** Imports point one way: what each floor may use. Whoever adds a floor adds a row. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const floors: Readonly<Record<string, readonly string[]>> = {
  'safe-text.ts': [],
  'errors.ts': ['safe-text.ts'],
  'json.ts': ['errors.ts'],
  state: ['errors.ts'],
  explorer: ['errors.ts', 'state'],
  hw: ['errors.ts', 'state'],
  'system.ts': ['explorer'],
  model: ['errors.ts', 'safe-text.ts', 'state', 'hw', 'system.ts'],
  invariants: ['state', 'hw', 'model', 'system.ts'],
  actions: ['errors.ts', 'state', 'hw', 'model', 'explorer', 'system.ts'],
  script: ['errors.ts', 'json.ts', 'safe-text.ts', 'state', 'hw', 'model', 'actions', 'system.ts'],
  systems: [
    'errors.ts',
    'state',
    'hw',
    'model',
    'invariants',
    'actions',
    'script',
    'explorer',
    'system.ts',
  ],
  'systems.ts': ['systems', 'system.ts'],
  counterexample: ['errors.ts', 'json.ts', 'safe-text.ts', 'explorer', 'system.ts'],
  report: ['errors.ts', 'safe-text.ts', 'explorer', 'system.ts', 'counterexample'],
  cli: [
    'errors.ts',
    'json.ts',
    'safe-text.ts',
    'explorer',
    'system.ts',
    'systems.ts',
    'counterexample',
    'report',
    'script',
  ],
  'index.ts': ['errors.ts', 'state', 'explorer', 'hw', 'actions', 'system.ts', 'systems.ts'],
};

/** Packages that only one part of the house knows. */
const packages: Readonly<Record<string, RegExp>> = {
  yargs: /^cli\//,
  ajv: /^(counterexample|cli)\//,
  immer: /^(state|actions)\//,
  'node:fs': /^(counterexample|cli)\//,
  'node:process': /^cli\//,
};

const src = join(import.meta.dirname, '../src');
const imports = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .flatMap((from) => {
    const text = readFileSync(join(src, from), 'utf8');
    const named = text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)'([^']+)'/g);
    return [...named].map(([, to]) => ({ from, to: to! }));
  });

const floorOf = (path: string): string => path.split('/')[0]!;
const inside = imports
  .filter(({ to }) => to.startsWith('.'))
  .map(({ from, to }) => ({ from, to: join(from, '..', to) }));

test('every file of src stands on a floor', () => {
  expect(inside.length).toBeGreaterThan(100);
  const unknown = inside.filter(({ from, to }) => !floors[floorOf(from)] || !floors[floorOf(to)]);
  expect(unknown).toEqual([]);
});

test('imports point one way', () => {
  const wrong = inside
    .filter(({ from, to }) => floorOf(from) !== floorOf(to))
    .filter(({ from, to }) => floors[floorOf(from)]?.includes(floorOf(to)) !== true);
  expect(wrong).toEqual([]);
});

test('no floor can be reached from itself', () => {
  const order = Object.keys(floors);
  const upward = order.filter((floor, i) => floors[floor]!.some((to) => order.indexOf(to) >= i));
  expect(upward, 'a floor may use only those above it in the table').toEqual([]);
});

test('what is shared knows no system, and no system knows another', () => {
  const systemOf = (path: string): string | undefined =>
    /^(?:model|actions|invariants|script)\/([^/]+)\/|^systems\/([^/]+)\.ts$/.exec(path)?.slice(1).join('');
  const wrong = inside.filter(({ from, to }) => {
    const target = systemOf(to);
    return target !== undefined && target !== systemOf(from) && from !== 'systems.ts';
  });
  expect(wrong).toEqual([]);
});

test('yargs, files and the process are known where they belong, and nowhere else', () => {
  const wrong = imports.filter(({ from, to }) => {
    const name = to.startsWith('node:') ? to : to.split('/')[0]!;
    return packages[name]?.test(from) === false;
  });
  expect(wrong).toEqual([]);
});
