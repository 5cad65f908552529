/** Imports point one way: what each floor may use. A new floor is a new row. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const floors: Readonly<Record<string, readonly string[]>> = {
  'safe-text.ts': [],
  'errors.ts': ['safe-text.ts'],
  'json.ts': ['errors.ts', 'safe-text.ts'],
  state: ['errors.ts'],
  explorer: ['safe-text.ts', 'errors.ts'],
  reduction: ['errors.ts', 'explorer'],
  'explore.ts': ['explorer', 'reduction'],
  'system.ts': ['explorer', 'reduction'],
  machine: ['errors.ts', 'state', 'explorer', 'reduction', 'system.ts'],
  hw: ['errors.ts', 'state', 'machine'],
  model: ['errors.ts', 'safe-text.ts', 'state', 'hw', 'system.ts'],
  invariants: ['model', 'system.ts'],
  actions: ['errors.ts', 'state', 'hw', 'system.ts', 'machine', 'model'],
  script: [
    'errors.ts',
    'json.ts',
    'safe-text.ts',
    'state',
    'system.ts',
    'machine',
    'model',
    'actions',
  ],
  systems: [
    'state',
    'explorer',
    'hw',
    'system.ts',
    'machine',
    'model',
    'invariants',
    'actions',
    'script',
  ],
  'systems.ts': ['systems', 'system.ts'],
  csource: ['errors.ts', 'json.ts', 'explorer', 'reduction', 'system.ts'],
  files: ['errors.ts'],
  core: [
    'errors.ts',
    'json.ts',
    'safe-text.ts',
    'explorer',
    'explore.ts',
    'system.ts',
    'systems.ts',
    'files',
  ],
  counterexample: ['errors.ts', 'explorer', 'system.ts', 'files', 'core'],
  report: ['safe-text.ts', 'explorer', 'system.ts', 'core', 'counterexample'],
  docs: ['system.ts', 'core', 'counterexample', 'report'],
  cli: [
    'errors.ts',
    'safe-text.ts',
    'explorer',
    'system.ts',
    'script',
    'systems.ts',
    'files',
    'core',
    'counterexample',
    'report',
    'csource',
  ],
  'index.ts': [
    'errors.ts',
    'state',
    'explorer',
    'reduction',
    'explore.ts',
    'system.ts',
    'machine',
    'hw',
    'systems.ts',
    'core',
  ],
};

/** Packages that only one part of the house knows. */
const packages: Readonly<Record<string, RegExp>> = {
  yargs: /^cli\//,
  ajv: /^core\//,
  immer: /^(state|machine)\//,
  'node:worker_threads': /^explorer\/parallel\//,
  'node:fs': /^(files|core|counterexample|cli|csource)\//,
  'node:process': /^(files|cli|csource)\//,
};

const src = join(import.meta.dirname, '../src');
const imports = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .flatMap((from) => {
    const text = readFileSync(join(src, from), 'utf8');
    const named = text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)'([^']+)'/g);
    return [...named].map(([, to]) => ({ from, to: to! }));
  });

const floorOf = (path: string): string => path.split('/')[0];
const local = imports
  .filter(({ to }) => to.startsWith('.'))
  .map(({ from, to }) => ({ from, to: join(from, '..', to) }));
const isData = ({ to }: { readonly to: string }): boolean => to.endsWith('.json');
const inside = local.filter((one) => !isData(one));

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

test('every row of the table is needed', () => {
  const unused = Object.entries(floors).flatMap(([floor, allowed]) =>
    allowed
      .filter((to) => !inside.some((one) => floorOf(one.from) === floor && floorOf(one.to) === to))
      .map((to) => `${floor} does not use ${to}`),
  );
  expect(unused).toEqual([]);
});

test('no floor can be reached from itself', () => {
  const order = Object.keys(floors);
  const upward = order.filter((floor, i) => floors[floor].some((to) => order.indexOf(to) >= i));
  expect(upward, 'a floor may use only those above it in the table').toEqual([]);
});

test('what is shared knows no system, and no system knows another', () => {
  const systemOf = (path: string): string | undefined =>
    /^(?:model|actions|invariants|script)\/([^/]+)\/|^systems\/([^/]+)\.ts$/
      .exec(path)
      ?.slice(1)
      .join('');
  const wrong = inside.filter(({ from, to }) => {
    const target = systemOf(to);
    return target !== undefined && target !== systemOf(from) && from !== 'systems.ts';
  });
  expect(wrong).toEqual([]);
});

test('data of a system is read by its model, and by nothing else', () => {
  const wrong = local.filter(isData).filter(({ from, to }) => {
    const system = /^model\/([^/]+)\/[^/]+\.ts$/.exec(from)?.[1];
    return ![`../scenarios/${system}/`, `../defects/${system}.json`].some((it) =>
      to.startsWith(it),
    );
  });
  expect(wrong).toEqual([]);
});

test('yargs, files and the process are known where they belong, and nowhere else', () => {
  const wrong = imports.filter(({ from, to }) => {
    const name = to.startsWith('node:') ? to : to.split('/')[0];
    return packages[name]?.test(from) === false;
  });
  expect(wrong).toEqual([]);
});
