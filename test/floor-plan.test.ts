/** Imports point one way: what each floor may use. A new floor is a new row. */

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const floors: Readonly<Record<string, readonly string[]>> = {
  'safe-text.ts': [],
  'errors.ts': ['safe-text.ts'],
  'author-errors.ts': ['errors.ts'],
  'json.ts': ['errors.ts', 'safe-text.ts'],
  'suggest.ts': ['safe-text.ts'],
  'mistakes.ts': ['errors.ts', 'safe-text.ts'],
  state: ['errors.ts'],
  explorer: ['safe-text.ts', 'errors.ts', 'author-errors.ts'],
  reduction: ['errors.ts', 'explorer'],
  laws: ['explorer', 'reduction'],
  'explore.ts': ['explorer', 'reduction', 'laws'],
  system: ['explorer', 'reduction'],
  'system.ts': ['explorer', 'system'],
  scenario: ['errors.ts', 'suggest.ts', 'mistakes.ts', 'system.ts'],
  machine: ['errors.ts', 'state', 'explorer', 'reduction', 'system.ts'],
  hw: ['errors.ts', 'state', 'machine'],
  model: ['errors.ts', 'safe-text.ts', 'state', 'hw', 'system.ts', 'mistakes.ts', 'scenario'],
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
  files: ['errors.ts'],
  core: [
    'errors.ts',
    'author-errors.ts',
    'json.ts',
    'safe-text.ts',
    'explorer',
    'explore.ts',
    'system.ts',
    'systems.ts',
    'files',
    'suggest.ts',
  ],
  csource: ['errors.ts', 'json.ts', 'explorer', 'reduction', 'system.ts', 'files', 'suggest.ts'],
  define: [
    'errors.ts',
    'json.ts',
    'files',
    'state',
    'explorer',
    'reduction',
    'system.ts',
    'machine',
    'model',
    'suggest.ts',
    'scenario',
  ],
  counterexample: ['errors.ts', 'explorer', 'system.ts', 'files', 'core', 'suggest.ts'],
  report: ['safe-text.ts', 'explorer', 'system.ts', 'core', 'counterexample'],
  docs: ['system.ts', 'core', 'counterexample', 'report'],
  cli: [
    'errors.ts',
    'author-errors.ts',
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
    'suggest.ts',
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
    'define',
    'core',
    'scenario',
  ],
};

/** The rooms of the explorer, and the files that stand by themselves there. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  'reduction-names.ts': [],
  'state-words.ts': [],
  'statement.ts': [],
  'model.ts': ['statement.ts'],
  'model-factory.ts': ['model.ts'],
  'rerun.ts': ['statement.ts', 'model.ts'],
  'verdict.ts': ['reduction-names.ts', 'statement.ts'],
  visited: ['verdict.ts'],
  checks: ['state-words.ts', 'statement.ts', 'model.ts', 'rerun.ts', 'verdict.ts', 'visited'],
  'checkpoint.ts': ['checks'],
  'options.ts': [
    'reduction-names.ts',
    'model-factory.ts',
    'verdict.ts',
    'visited',
    'checkpoint.ts',
  ],
  'option-kinds.ts': ['options.ts'],
  'option-rules.ts': ['reduction-names.ts', 'verdict.ts'],
  'check-options.ts': ['reduction-names.ts', 'options.ts', 'option-kinds.ts', 'option-rules.ts'],
  frontier: ['verdict.ts', 'visited', 'options.ts'],
  traces: ['statement.ts', 'model.ts', 'rerun.ts', 'verdict.ts', 'visited', 'checks'],
  successors: ['statement.ts', 'model.ts', 'visited', 'checks', 'frontier', 'traces'],
  parallel: ['model.ts', 'model-factory.ts', 'visited', 'checks', 'successors'],
  'expansion.ts': ['rerun.ts', 'visited', 'options.ts', 'frontier', 'successors', 'parallel'],
  'suspend-resume.ts': ['model.ts', 'visited', 'checks', 'checkpoint.ts', 'frontier', 'successors'],
  'search.ts': [
    'model.ts',
    'rerun.ts',
    'verdict.ts',
    'visited',
    'checks',
    'options.ts',
    'frontier',
    'traces',
    'successors',
    'expansion.ts',
    'suspend-resume.ts',
  ],
};

/** Packages that only certain folders may import. */
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

interface Import {
  readonly from: string;
  readonly to: string;
}

const outside = (path: string): boolean => !path.startsWith('explorer/');
const inExplorer = inside
  .filter(({ from, to }) => !outside(from) && !outside(to))
  .map(({ from, to }) => ({ from: relative('explorer', from), to: relative('explorer', to) }));

describe.each([
  ['floors of src', floors, inside],
  ['rooms of src/explorer', rooms, inExplorer],
] as [string, typeof floors, Import[]][])('%s', (_name, plan, all) => {
  test('every file stands in one', () => {
    expect(all.length).toBeGreaterThan(50);
    const unknown = all.filter(({ from, to }) => !plan[floorOf(from)] || !plan[floorOf(to)]);
    expect(unknown).toEqual([]);
  });

  test('imports point one way', () => {
    const wrong = all
      .filter(({ from, to }) => floorOf(from) !== floorOf(to))
      .filter(({ from, to }) => plan[floorOf(from)]?.includes(floorOf(to)) !== true);
    expect(wrong).toEqual([]);
  });

  test('every row of the table is needed', () => {
    const unused = Object.entries(plan).flatMap(([floor, allowed]) =>
      allowed
        .filter((to) => !all.some((one) => floorOf(one.from) === floor && floorOf(one.to) === to))
        .map((to) => `${floor} does not use ${to}`),
    );
    expect(unused).toEqual([]);
  });

  test('none can be reached from itself', () => {
    const order = Object.keys(plan);
    const upward = order.filter((floor, i) => plan[floor].some((to) => order.indexOf(to) >= i));
    expect(upward, 'each may use only those above it in the table').toEqual([]);
  });
});

test('shared code imports no system, and no system imports another', () => {
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
