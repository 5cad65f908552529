/** Imports point one way: what each floor may use. A new floor is a new row. */

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { floors, packages, rooms, sourceRooms } from './floor-plan/tables.ts';

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

/** Imports within a folder of src, by paths from there. */
const within = (folder: string): Import[] =>
  inside
    .filter(({ from, to }) => [from, to].every((path) => path.startsWith(`${folder}/`)))
    .map(({ from, to }) => ({ from: relative(folder, from), to: relative(folder, to) }));

describe.each([
  ['floors of src', floors, inside],
  ['rooms of src/explorer', rooms, within('explorer')],
  ['rooms of src/csource', sourceRooms, within('csource')],
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
